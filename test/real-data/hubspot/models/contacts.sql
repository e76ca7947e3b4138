select
  *,
  list_append(string_split(coalesce(property_hs_merged_object_ids, ''), ';'), id) as hubspot_ids
from read_csv('data/hubspot_contact_data.csv', all_varchar = true)
