// The records and identities that a decision names, looked up in what is published; names that nothing has are refused.

import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { lit, print } from "../sql/fragment.ts";
import type { Loaded, LoadedProject } from "./load.ts";
import { isLocal, type Published, type Reader } from "./published.ts";

const SUGGESTED = 3;

/** The record key that stands for a name: that of the anchor for an identity id, else the name itself. Throws IDW616 for an id that has none. */
export async function recordOf(name: string, loaded: Loaded, published: Published): Promise<string> {
  const { warehouse, table } = published;
  const literal = print(lit(name), loaded.context.dialect.lexical);
  const rows = await warehouse.query(
    `select anchor_record_key from ${table("identities")} where identity_id = ${literal}`,
  );
  const [found] = rows;
  if (found === undefined) {
    if (/^id_[0-9a-f]{20}$/.test(name)) throw unknown(`No identity ${quote(name)} was ever issued.`);
    return name;
  }
  const anchor = found["anchor_record_key"];
  if (anchor === null) throw unknown(`The record that ${quote(name)} was named for has been erased.`);
  return String(anchor);
}

/** What is wrong with a record key that no model has, with the nearest right ones. */
export async function unknownRecord(
  name: string,
  loaded: LoadedProject,
  published: Reader | undefined,
): Promise<Diagnostic> {
  const models = loaded.project.models.map((model) => model.name);
  const model = models.find((each) => name.startsWith(`${each}:`));
  if (model === undefined) {
    const [given = ""] = name.split(":");
    const message = `There is no record ${quote(name)}. A record is written \`model:key\`, an identity by its id.`;
    return diagnose("IDW616", message, { hint: didYouMean(given, models, "Models") });
  }
  const message = `The model ${model} has no record ${quote(name.slice(model.length + 1))}.`;
  // A warehouse would read every key for it.
  if (published === undefined || !isLocal(published)) return diagnose("IDW616", message);
  const literal = (text: string) => print(lit(text), loaded.context.dialect.lexical);
  const rows = await published.warehouse.query(
    `select record_key from ${published.table("identity_records")} where model = ${literal(model)} order by levenshtein(record_key, ${literal(name)}), record_key limit ${SUGGESTED}`,
  );
  const close = rows.map((row) => quote(String(row["record_key"])));
  const hint = close.length === 0 ? undefined : `The nearest that there are: ${listOf(close, "and")}.`;
  return diagnose("IDW616", message, { hint });
}

/** An identity as it is published. */
export type Members = {
  readonly identityId: string;
  /** Its records, by key. */
  readonly records: readonly string[];
};

/** An active identity by its id, or by one that was merged into it. Throws IDW616 when it is not active. */
export async function membersOf(
  name: string,
  loaded: Loaded,
  { warehouse, table }: Published,
): Promise<Members> {
  const literal = print(lit(name), loaded.context.dialect.lexical);
  const [found] = await warehouse.query(
    `select current_identity_id from ${table("identity_redirects")} where identity_id = ${literal}`,
  );
  if (found === undefined) throw unknown(`There is no identity ${quote(name)}.`);
  const identityId = found["current_identity_id"];
  if (identityId === null) throw unknown(`The identity ${quote(name)} is retired; it has no records.`);
  const current = print(lit(String(identityId)), loaded.context.dialect.lexical);
  const rows = await warehouse.query(
    `select record_key from ${table("identity_records")} where identity_id = ${current} order by record_key`,
  );
  return { identityId: String(identityId), records: rows.map((row) => String(row["record_key"])) };
}

export function unknown(message: string, hint?: string): DiagnosticError {
  return new DiagnosticError([diagnose("IDW616", message, { hint })]);
}
