{# Written by `idweave compile --format dbt`. To change it, compile again. #}
-- A value that links belongs to one identity.
select identifier, value, count(*) as identities
from {{ ref('person_identity_values') }}
where status = 'active'
group by identifier, value
having count(*) > 1
