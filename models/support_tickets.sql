-- One row is one ticket of the helpdesk; times carry the offset of its office.
select
  ticket_id,
  user_id,
  requester_email,
  requester_phone,
  requester_country as country,
  created_at
from read_csv('{{ var("data") }}/support_tickets.csv.gz', all_varchar = true)
