// The tests of identity.yml as a dbt project of their own: its models are the fixtures, and every case is a singular test that asks
// for what it expects and is not so.
import type { Context } from "../../render/context.ts";
import { join, lit, print, sql } from "../../sql/fragment.ts";
import type { CompiledFile } from "../script/index.ts";
import { inJinja, type Names } from "./jinja.ts";

/** What must hold of records of one case, by record key. */
export type DbtCase = {
  readonly name: string;
  /** Where it is written. */
  readonly file: string;
  readonly line: number;
  readonly checks: readonly {
    readonly kind: "together" | "apart" | "rejected" | "is_record" | "is_no_record";
    readonly a: string;
    /** A record key, the reason of a rejection, or nothing. */
    readonly b: string;
  }[];
};

/** One test a case, by the name of the case. */
export function caseFiles(
  cases: readonly DbtCase[],
  names: Names,
  { dialect: { lexical } }: Context,
): readonly CompiledFile[] {
  const taken = new Set<string>();
  return cases.map(({ name, file, line, checks }) => {
    const slug = slugOf(name, taken);
    const rows = checks.map(
      ({ kind, a, b }) => sql`select ${lit(kind)} as expected, ${lit(a)} as a, ${lit(b)} as b`,
    );
    const query = sql`
      with wanted as (
        ${join(rows, "\nunion all\n")}
      )

      select w.expected, w.a, w.b, x.identity_id as identity_of_a, y.identity_id as identity_of_b
      from wanted as w
      left join {{ ref('identity_records') }} as x on x.record_key = w.a
      left join {{ ref('identity_records') }} as y on y.record_key = w.b
      left join {{ ref('rejected_records') }} as r on r.model || ':' || r.source_key = w.a and r.reason = w.b
      where not case w.expected
        when 'together' then coalesce(x.identity_id = y.identity_id, false)
        when 'apart' then coalesce(x.identity_id <> y.identity_id, false)
        when 'rejected' then r.reason is not null
        when 'is_record' then x.identity_id is not null
        else x.identity_id is null
      end
    `;
    const text = `-- ${inJinja(`${file}, line ${line}: ${name}`.replaceAll(/\s+/g, " "))}\n${print(query, lexical)}\n`;
    return { path: `tests/${names.project}/${slug}.sql`, text };
  });
}

/** dbt knows a test by the name of its file, which is one in the project. */
function slugOf(name: string, taken: Set<string>): string {
  const words = name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 80)
    .replaceAll(/^_+|_+$/g, "");
  const base = words === "" ? "case" : words;
  let slug = base;
  for (let number = 2; taken.has(slug); number += 1) slug = `${base}_${number}`;
  taken.add(slug);
  return slug;
}
