{# Written by `idweave compile --format dbt`. To change it, compile again. #}
-- No identity holds both sides of a cannot-link in force.
select d.id, a.identity_id
from {{ ref('person_decisions_in_force') }} as d
join {{ ref('person_identity_records') }} as a on a.record_key = d.a
join {{ ref('person_identity_records') }} as b on b.record_key = d.b
where d.decision = 'cannot_link' and d.status = 'in_force' and a.identity_id = b.identity_id
