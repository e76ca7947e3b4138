{# Written by `idweave compile --format dbt`. To change it, compile again. #}
-- No identity holds more values of an identifier than its limit. Values that a must-link joins count as one, so identities with one are left out.
select identity_id, identifier, count(*) as active_values
from {{ ref('person_identity_values') }} as v
where status = 'active' and not exists (
  select 1
  from {{ ref('person_decisions_in_force') }} as d
  join {{ ref('person_identity_records') }} as a on a.record_key = d.a
  where d.decision = 'must_link' and d.status = 'in_force' and a.identity_id = v.identity_id
)
group by identity_id, identifier
having (identifier = 'login' and count(*) > 1)
