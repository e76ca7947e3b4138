// A stratified, repeatable sample of what a run decided, as CSV for people to judge: two records side by side a line, the
// verdict empty. The same database and seed give the same bytes.
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { csvLine } from "../explain/csv.ts";
import { SAMPLE_COLUMNS } from "../explain/score.ts";
import { id, keyword, lit, print, sql } from "../sql/fragment.ts";
import { type Loaded, type LoadOptions, load, type Sources } from "./load.ts";
import { type Published, withPublished } from "./published.ts";
import { QUESTIONS, type SampleKind, unitsOf } from "./sample-units.ts";

export type SampleOptions = LoadOptions & {
  readonly kind: SampleKind;
  /** How many lines, over all strata; fewer where there are not so many units. */
  readonly count: number;
  readonly seed: number;
  readonly sources?: Sources | undefined;
};

export type Sample = {
  readonly csv: string;
  readonly strata: readonly { readonly stratum: string; readonly size: number; readonly sampled: number }[];
};

/** Throws DiagnosticError: IDW733 before the first run. */
export async function sample(options: SampleOptions): Promise<Sample> {
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const made = await withPublished(loaded, (published) => sampleIn(options, loaded, published));
  if (made !== undefined) return made;
  const hint = "`idweave run` publishes.";
  throw new DiagnosticError([
    diagnose("IDW733", "Nothing is published yet, so there is nothing to look at.", { hint }),
  ]);
}

type Unit = {
  readonly stratum: string;
  readonly tie: string;
  readonly a: string;
  readonly b: string;
  readonly identityA: string;
  readonly identityB: string;
};

async function sampleIn(
  { kind, count, seed }: Pick<SampleOptions, "kind" | "count" | "seed">,
  loaded: Loaded,
  published: Published,
): Promise<Sample> {
  const { warehouse, table } = published;
  const { dialect } = loaded.context;
  const hash = (text: string) =>
    print(dialect.functions.md5(sql`${lit(`${seed}|`)} || ${keyword(text)}`), dialect.lexical);
  await warehouse.execute(
    `create or replace temp table sample_units as ${unitsOf(kind, loaded.project.identifiers, { table, hash })}`,
  );
  const sizes = await warehouse.query(
    "select stratum, count(*) as size from sample_units group by stratum order by stratum",
  );
  const quotas = allocate(
    sizes.map((row) => ({ stratum: String(row["stratum"]), size: Number(row["size"]) })),
    count,
  );
  const rows = await warehouse.query(`
    with placed as (
      select *, row_number() over (partition by stratum order by ${hash("unit")}, unit) as place
      from sample_units
    )

    select stratum, tie, a, b, identity_a, identity_b, place
    from placed
    where place <= ${Math.max(0, ...quotas.map(({ sampled }) => sampled))}
    order by stratum, place
  `);
  const units = rows
    .filter(
      (row) => Number(row["place"]) <= (quotas.find((each) => each.stratum === row["stratum"])?.sampled ?? 0),
    )
    .map(
      (row): Unit => ({
        stratum: String(row["stratum"]),
        tie: String(row["tie"] ?? ""),
        a: String(row["a"]),
        b: String(row["b"]),
        identityA: String(row["identity_a"]),
        identityB: String(row["identity_b"]),
      }),
    );
  const { fields, cells } = await recordCells(
    [...new Set(units.flatMap(({ a, b }) => [a, b]))],
    loaded,
    published,
  );
  const sizeOf = new Map(quotas.map(({ stratum, size }) => [stratum, size]));
  const header = [
    ...SAMPLE_COLUMNS,
    "tie",
    "identity_a",
    "identity_b",
    ...fields.flatMap((field) => [`${field}_a`, `${field}_b`]),
  ];
  const lines = units.map((unit) => [
    kind,
    unit.stratum,
    String(sizeOf.get(unit.stratum) ?? 0),
    QUESTIONS[kind],
    "",
    unit.tie,
    unit.identityA,
    unit.identityB,
    ...fields.flatMap((field) => [cells(unit.a, field), cells(unit.b, field)]),
  ]);
  return { csv: [header, ...lines].map(csvLine).join(""), strata: quotas };
}

/** Equal parts, since a small stratum says as much as a large one; what a stratum cannot fill goes to the others, the largest first. */
export function allocate(
  strata: readonly { readonly stratum: string; readonly size: number }[],
  count: number,
): Sample["strata"] {
  const sampled = new Map(strata.map(({ stratum }) => [stratum, 0]));
  const order = [...strata].sort((x, y) => y.size - x.size || (x.stratum < y.stratum ? -1 : 1));
  let left = count;
  while (left > 0) {
    const open = order.filter(({ stratum, size }) => (sampled.get(stratum) ?? 0) < size);
    if (open.length === 0) break;
    for (const { stratum } of open) {
      if (left === 0) break;
      sampled.set(stratum, (sampled.get(stratum) ?? 0) + 1);
      left -= 1;
    }
  }
  return strata.map(({ stratum, size }) => ({ stratum, size, sampled: sampled.get(stratum) ?? 0 }));
}

/** What the last run kept of records: their values by identifier, and the attributes that golden records or confidence read. */
async function recordCells(
  keys: readonly string[],
  { project, context }: Loaded,
  { warehouse, table, columns }: Published,
): Promise<{
  readonly fields: readonly string[];
  readonly cells: (record: string, field: string) => string;
}> {
  const { lexical } = context.dialect;
  const list = keys.length === 0 ? "''" : keys.map((key) => print(lit(key), lexical)).join(", ");
  const found = new Map<string, Map<string, string>>(keys.map((key) => [key, new Map()]));
  const put = (record: unknown, field: string, value: unknown) => {
    if (value !== null && value !== undefined) found.get(String(record))?.set(field, String(value));
  };
  const attributes = (await columns("record_state"))
    .map(({ name }) => name)
    .filter((name) => name.startsWith("a_"));
  for (const row of await warehouse.query(
    `select * from ${table("identity_records")} where record_key in (${list})`,
  )) {
    for (const name of ["model", "source_key", "observed_at"]) put(row["record_key"], name, row[name]);
  }
  const state = attributes.map((name) => `, ${print(id(name), lexical)}`).join("");
  for (const row of await warehouse.query(
    `select record_key${state} from ${table("record_state")} where record_key in (${list})`,
  )) {
    for (const name of attributes) put(row["record_key"], name.slice(2), row[name]);
  }
  const values = new Map<string, string[]>();
  for (const row of await warehouse.query(
    `select record_key, identifier, value from ${table("record_values")} where record_key in (${list}) order by record_key, identifier, value`,
  )) {
    const name = JSON.stringify([row["record_key"], row["identifier"]]);
    values.set(name, [...(values.get(name) ?? []), String(row["value"])]);
  }
  const identifiers = project.identifiers.map(({ name }) => name);
  const own = attributes.map((name) => name.slice(2));
  // An attribute of the name of an identifier is the source's spelling of it.
  const shown = (name: string) => (identifiers.includes(name) ? `${name}_source` : name);
  return {
    fields: ["model", "source_key", "observed_at", ...identifiers, ...own.map(shown)],
    cells: (record, field) => {
      if (identifiers.includes(field)) return (values.get(JSON.stringify([record, field])) ?? []).join(" | ");
      const name = own.find((each) => shown(each) === field) ?? field;
      return found.get(record)?.get(name) ?? "";
    },
  };
}
