-- One row is one order, placed on the web (store_code WEB) or in a store.
select
  store_code,
  order_no,
  user_id,
  loyalty_card,
  email,
  phone,
{%- for part in ['street', 'city', 'postcode', 'country'] %}
  ship_{{ part }} as {{ part }},
{%- endfor %}
  ordered_at
from read_csv('{{ var("data") }}/orders.csv.gz', all_varchar = true)
