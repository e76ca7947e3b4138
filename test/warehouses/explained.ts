// Questions about what a run left, explained from DuckDB and from a warehouse: the answers are the same.
import { expect } from "vitest";
import type { Explanation } from "../../src/explain/explanation.ts";
import { explain, explainIn } from "../../src/run/explain.ts";
import type { Reader } from "../../src/run/published.ts";
import type { Folder } from "../engine/run-project.ts";
import type { WarehouseProject } from "./project.ts";

/** A warehouse is asked no more than this for an answer. */
const MOST_QUERIES = 3;

/**
 * Two records that are one, two that are apart, ids, values as users write them, and life stories. `database` and `schema` are where
 * the results are on DuckDB, `place` where they are in the warehouse. Returns the kinds of explanations that were compared.
 */
export async function expectExplainedAlike(
  ours: Folder,
  { database, schema }: { readonly database: string; readonly schema: string },
  { loaded }: WarehouseProject,
  query: Reader["query"],
  place: string,
): Promise<ReadonlySet<string>> {
  const kinds = new Set<string>();
  for (const [a = "", b] of await questions(ours, database, schema)) {
    let queries = 0;
    const published: Reader = {
      query: (text) => {
        queries += 1;
        return query(text);
      },
      table: (name) => `${place}.${name}`,
    };
    const got = await explainIn({ a, b, whatIf: false }, { loaded, published });
    const wanted = await explain({ project: ours.path, a, b, whatIf: false });
    const asked = `${a} ${b ?? ""}`;
    expect(JSON.parse(withoutClock(got)), asked).toEqual(JSON.parse(withoutClock(wanted)));
    expect(queries, asked).toBeLessThanOrEqual(MOST_QUERIES);
    kinds.add(wanted.kind);
  }
  return kinds;
}

async function questions(
  ours: Folder,
  database: string,
  schema: string,
): Promise<readonly (readonly string[])[]> {
  const pairs = (condition: string) => `
    select min(a.record_key) as a, max(b.record_key) as b
    from ${schema}.identity_records as a
    join ${schema}.identity_records as b on ${condition} and a.record_key < b.record_key
    group by a.component
    order by a.component
    limit 4`;
  const asked = [
    pairs("b.identity_id = a.identity_id"),
    pairs("b.component = a.component and b.identity_id <> a.identity_id"),
    pairs("b.component <> a.component"),
    `select identity_id as a from ${schema}.identity_redirects order by identity_id limit 6`,
    `select identifier || '=' || value as a from ${schema}.identity_values order by md5(value), identity_id limit 6`,
  ];
  const found: string[][] = [];
  for (const text of asked) {
    const rows = await ours.query(text, database);
    found.push(...rows.map(({ a, b }) => [a, b].flatMap((name) => (name == null ? [] : [String(name)]))));
  }
  return found;
}

/** When a run was is not the same; arrays are written as each engine writes them. */
function withoutClock(explanation: Explanation): string {
  const text = (value: string) => value.replaceAll(/^[[{]|[\]}]$|["']/g, "").replaceAll(", ", ",");
  return JSON.stringify(explanation, (key, value) => {
    if (key === "occurredAt" || key === "at") return undefined;
    return key === "golden" && Array.isArray(value)
      ? value.map((each) => ({ ...each, value: each.value === null ? null : text(each.value) }))
      : value;
  });
}
