{# Written by `idweave compile --format dbt`. To change it, compile again. #}
{# from people.sql #}
{{ config(materialized='view') }}
-- One row is one person.
select id, login, emails, first_name, city, changed_at
from {{ source('raw', 'people') }} -- all of them
