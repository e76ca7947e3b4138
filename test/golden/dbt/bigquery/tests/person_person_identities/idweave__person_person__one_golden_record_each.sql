{# Written by `idweave compile --format dbt`. To change it, compile again. #}
-- Every active identity has a golden record, and nobody else has.
select i.identity_id, g.identity_id as golden
from (
  select identity_id
  from {{ ref('person_identities') }}
  where status = 'active'
) as i
full join {{ ref('person_golden_records') }} as g on g.identity_id = i.identity_id
where i.identity_id is null or g.identity_id is null
