{# Written by `idweave compile --format dbt`. To change it, compile again. #}
-- Active identities have records, and all others have none.
select i.identity_id, i.status, count(r.record_key) as records
from {{ ref('person_identities') }} as i
left join {{ ref('person_identity_records') }} as r on r.identity_id = i.identity_id
group by i.identity_id, i.status, i.records
having count(r.record_key) <> i.records
  or (i.status = 'active' and count(r.record_key) = 0)
  or (i.status <> 'active' and count(r.record_key) > 0)
