-- One row is one contact of the CRM. Further addresses arrive as 'a@x.example;b@y.example' and become an array.
select
  contact_id,
  external_id,
  first_name,
  last_name,
  birth_date,
  email,
  string_split(other_emails, ';') as other_emails,
  mobile,
  country,
  street,
  city,
  postcode,
  source,
  updated_at
from read_csv('{{ var("data") }}/crm_contacts.csv.gz', all_varchar = true)
