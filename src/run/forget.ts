// What `idweave forget` means: a record, an identity or a value as the last run left them, looked up before anybody decides.
// Reads only; the erasing is a run with these requests.
import { diagnose } from "../diagnostics/codes.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Context, Request } from "../render/context.ts";
import { type Fragment, join, lit, print, sql } from "../sql/fragment.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { type Loaded, type LoadOptions, load, type Sources } from "./load.ts";
import { attachForReading } from "./run.ts";
import { readState, withState } from "./state.ts";

export type Subject =
  | { readonly kind: "record"; readonly recordKey: string }
  | { readonly kind: "identity"; readonly identityId: string }
  | { readonly kind: "value"; readonly identifier: string; readonly value: string };

export type Found = {
  readonly kind: Subject["kind"];
  /** By record key; none when what is asked for is not there (any more): what is left of it is erased all the same. */
  readonly records: readonly { readonly recordKey: string; readonly identityId: string }[];
  /** What the records carry, with how many other records carry it too; there it stays. */
  readonly values: readonly {
    readonly identifier: string;
    readonly value: string;
    readonly others: number;
  }[];
  /** For a run: an identity is told by its records, so that no other is erased than was shown. */
  readonly requests: readonly Request[];
};

const ID = /^id_[0-9a-f]{20}$/;

/** `crm:123`, an identity id, or the name of an identifier and a value. */
export function subjectOf(what: string, value: string | undefined): Subject {
  if (value !== undefined) return { kind: "value", identifier: what, value };
  return ID.test(what) ? { kind: "identity", identityId: what } : { kind: "record", recordKey: what };
}

/** Throws DiagnosticError with IDW753 for what cannot be meant: an unknown model, identifier or id, a value that is none. */
export async function findSubject(
  options: LoadOptions & { readonly sources?: Sources | undefined },
  subject: Subject,
): Promise<Found> {
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  checkSubject(subject, loaded);
  const warehouse = await openDuckdb({ path: ":memory:", folder: loaded.folder });
  try {
    const reader = await attachForReading(loaded, warehouse);
    const state = await readState(loaded, warehouse, reader.exists, { full: false, attributes: [] });
    return await lookUp(subject, withState(loaded.context, loaded, state), warehouse);
  } finally {
    warehouse.close();
  }
}

function checkSubject(subject: Subject, { project }: Loaded): void {
  if (subject.kind === "record") {
    const models = project.models.map(({ name }) => name);
    const [model = ""] = subject.recordKey.split(":");
    if (subject.recordKey.includes(":") && models.includes(model)) return;
    const message = subject.recordKey.includes(":")
      ? `There is no model \`${model}\`.`
      : `\`${subject.recordKey}\` is neither a record key (\`model:key\`) nor an identity id (\`id_\` and 20 hex digits).`;
    const hint = `${didYouMean(model, models, "Models")} A value stands after its identifier: \`forget email ann@x.org\`.`;
    throw refusal(message, hint);
  }
  if (subject.kind === "value") {
    const names = project.identifiers.map(({ name }) => name);
    if (names.includes(subject.identifier)) return;
    const hint = didYouMean(subject.identifier, names, "Identifiers");
    throw refusal(`There is no identifier \`${subject.identifier}\`.`, hint);
  }
}

async function lookUp(subject: Subject, context: Context, warehouse: Warehouse): Promise<Found> {
  const rows = (query: Fragment) => warehouse.query(print(query, context.dialect.lexical));
  const keys = await keysOf(subject, context, rows);
  const listed = join(
    keys.map((key) => sql`(${lit(key)})`),
    ", ",
  );
  const requests = requestsFor(subject, keys);
  if (keys.length === 0) return { kind: subject.kind, records: [], values: [], requests };
  const records = await rows(sql`
    select r.record_key, r.identity_id
    from (${context.was("identity_records")}) as r
    join (values ${listed}) as k (record_key) on k.record_key = r.record_key
    order by r.record_key
  `);
  const values = await rows(sql`
    with asked as (
      select * from (values ${listed}) as k (record_key)
    ),

    carried as (
      select distinct v.identifier, v.value
      from (${context.was("record_values")}) as v
      join asked as k on k.record_key = v.record_key
    )

    select c.identifier, c.value, count(*) filter (where k.record_key is null) as others
    from carried as c
    join (${context.was("record_values")}) as v on v.identifier = c.identifier and v.value = c.value
    left join asked as k on k.record_key = v.record_key
    group by c.identifier, c.value
    order by c.identifier, c.value
  `);
  return {
    kind: subject.kind,
    records: records.map((row) => ({
      recordKey: String(row["record_key"]),
      identityId: String(row["identity_id"]),
    })),
    values: values.map((row) => ({
      identifier: String(row["identifier"]),
      value: String(row["value"]),
      others: Number(row["others"]),
    })),
    requests,
  };
}

async function keysOf(
  subject: Subject,
  context: Context,
  rows: (query: Fragment) => Promise<readonly Row[]>,
): Promise<readonly string[]> {
  const keys = async (query: Fragment) => (await rows(query)).map((row) => String(row["record_key"]));
  switch (subject.kind) {
    case "record":
      return keys(
        sql`select record_key from (${context.was("identity_records")}) as r where record_key = ${lit(subject.recordKey)}`,
      );
    case "identity": {
      const redirects = context.was("identity_redirects");
      const known = await rows(
        sql`select 1 as found from (${redirects}) as d where identity_id = ${lit(subject.identityId)}`,
      );
      if (known.length === 0)
        throw refusal(
          `The id ${subject.identityId} was never issued.`,
          "Ids are those of `identities.identity_id`.",
        );
      return keys(sql`
        select r.record_key
        from (${context.was("identity_records")}) as r
        join (${redirects}) as d on d.current_identity_id = r.identity_id
        where d.identity_id = ${lit(subject.identityId)}
        order by r.record_key
      `);
    }
    case "value": {
      const identifier = context.project.identifiers.find(({ name }) => name === subject.identifier);
      if (identifier === undefined) throw new Error("the identifier was looked up before");
      const normalised = context.texts.normalised(
        identifier,
        sql`cast(${lit(subject.value)} as varchar)`,
        undefined,
      );
      const [form] = await rows(sql`select ${normalised} as value`);
      const value = form?.["value"];
      if (value === null || value === undefined || value === "")
        throw refusal(
          `What was given is no value of \`${subject.identifier}\` once it is normalised.`,
          "Write it as the data does; a phone number with its country code.",
        );
      return keys(sql`
        select distinct record_key
        from (${context.was("record_values")}) as v
        where identifier = ${lit(subject.identifier)} and value = ${lit(String(value))}
        order by record_key
      `);
    }
  }
}

function requestsFor(subject: Subject, keys: readonly string[]): readonly Request[] {
  switch (subject.kind) {
    case "record":
      return [{ record_key: subject.recordKey }];
    case "identity":
      return keys.map((key) => ({ record_key: key }));
    case "value":
      return [{ identifier: subject.identifier, value: subject.value }];
  }
}

function refusal(message: string, hint: string): DiagnosticError {
  return new DiagnosticError([diagnose("IDW753", message, { hint })]);
}
