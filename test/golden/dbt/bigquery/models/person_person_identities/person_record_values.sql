{# Written by `idweave compile --format dbt`. To change it, compile again. #}
{{ config(materialized='idweave__person_person__published') }}
-- depends_on: {{ ref('person_run_log') }}
-- Published by person_run_log, in one transaction with all other results.
