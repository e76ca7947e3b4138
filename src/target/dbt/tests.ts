// Tests of the results that dbt does not ship: each is a query for what must not be.
import type { Context } from "../../render/context.ts";
import { type Fragment, join, lit, print, sql, verbatim } from "../../sql/fragment.ts";
import type { CompiledFile } from "../script/index.ts";
import type { Names } from "./jinja.ts";

/** Singular tests, and the generic one that properties name. */
export function testFiles(names: Names, context: Context): readonly CompiledFile[] {
  const { project, dialect } = context;
  const ref = (name: string) => verbatim(`{{ ref('${project.prefix}${name}') }}`);
  const limits = project.identifiers.flatMap(({ name, limit }) =>
    limit === undefined ? [] : [sql`(identifier = ${lit(name)} and count(*) > ${lit(limit)})`],
  );
  const tests: Readonly<Record<string, readonly [what: string, query: Fragment]>> = {
    limits_held: [
      "No identity holds more values of an identifier than its limit. Values that a must-link joins count as one, so identities with one are left out.",
      sql`
        select identity_id, identifier, count(*) as active_values
        from ${ref("identity_values")} as v
        where status = 'active' and not exists (
          select 1
          from ${ref("decisions_in_force")} as d
          join ${ref("identity_records")} as a on a.record_key = d.a
          where d.decision = 'must_link' and d.status = 'in_force' and a.identity_id = v.identity_id
        )
        group by identity_id, identifier
        having ${limits.length === 0 ? sql`false` : join(limits, "\n  or ")}
      `,
    ],
    no_identity_without_record: [
      "Active identities have records, and all others have none.",
      sql`
        select i.identity_id, i.status, count(r.record_key) as records
        from ${ref("identities")} as i
        left join ${ref("identity_records")} as r on r.identity_id = i.identity_id
        group by i.identity_id, i.status, i.records
        having count(r.record_key) <> i.records
          or (i.status = 'active' and count(r.record_key) = 0)
          or (i.status <> 'active' and count(r.record_key) > 0)
      `,
    ],
    cannot_links_held: [
      "No identity holds both sides of a cannot-link in force.",
      sql`
        select d.id, a.identity_id
        from ${ref("decisions_in_force")} as d
        join ${ref("identity_records")} as a on a.record_key = d.a
        join ${ref("identity_records")} as b on b.record_key = d.b
        where d.decision = 'cannot_link' and d.status = 'in_force' and a.identity_id = b.identity_id
      `,
    ],
    values_have_one_identity: [
      "A value that links belongs to one identity.",
      sql`
        select identifier, value, count(*) as identities
        from ${ref("identity_values")}
        where status = 'active'
        group by identifier, value
        having count(*) > 1
      `,
    ],
    one_golden_record_each: [
      "Every active identity has a golden record, and nobody else has.",
      sql`
        select i.identity_id, g.identity_id as golden
        from (
          select identity_id
          from ${ref("identities")}
          where status = 'active'
        ) as i
        full join ${ref("golden_records")} as g on g.identity_id = i.identity_id
        where i.identity_id is null or g.identity_id is null
      `,
    ],
  };
  return [
    ...Object.entries(tests).map(([name, [what, query]]) => ({
      path: `tests/${names.project}/${names.macro(name)}.sql`,
      text: `-- ${what}\n${print(query, dialect.lexical)}\n`,
    })),
    {
      path: `macros/${names.project}/tests.sql`,
      text: `{# Columns that are unique only together. #}
{% test ${names.macro("unique_together")}(model, columns) %}
select {{ columns | join(', ') }}, count(*) as found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
`,
    },
  ];
}
