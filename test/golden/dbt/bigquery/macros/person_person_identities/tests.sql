{# Written by `idweave compile --format dbt`. To change it, compile again. #}
{# Columns that are unique only together. #}
{% test idweave__person_person__unique_together(model, columns) %}
select {{ columns | join(', ') }}, count(*) as found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
