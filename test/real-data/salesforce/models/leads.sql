select id, converted_contact_id, email, phone, country, name, title, city, last_modified_date
from read_csv('data/sf_lead_data.csv', all_varchar = true)
where is_deleted = 'FALSE'
