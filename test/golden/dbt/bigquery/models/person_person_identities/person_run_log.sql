{# Written by `idweave compile --format dbt`. To change it, compile again. #}
{{ config(materialized='idweave__person_person__run') }}
-- depends_on: {{ ref('people') }}
-- To build this model is to run: its materialization is in macros/person_person_identities/run.sql.
