// Rules about names alone: which are reserved, and that no two differ by letter case only, since SQL would not tell
// them apart.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { pathText, quote } from "../diagnostics/text.ts";
import type { Reader } from "./reader.ts";

/** Identifiers of the decisions' own values (spec/resolution.md §1). */
const RESERVED_IDENTIFIERS: readonly string[] = ["must_link", "cannot_link"];

/** Columns that stand beside the attributes (outputs.md) or that `where` sees (resolution.md §5). */
const RESERVED_ATTRIBUTES: readonly string[] = [
  "identity_id",
  "updated_run",
  "model",
  "record_key",
  "source_key",
  "observed_at",
];

const WORKING = "idw_";

/** Reports names of targets, models, identifiers and golden attributes that SQL or the decisions cannot live with. */
export function checkNames(reader: Reader): void {
  for (const path of [
    ["targets"],
    ["models"],
    ["identifiers"],
    ["golden_record", "attributes"],
    ["golden_record", "groups"],
  ]) {
    checkLetterCase(reader, path);
  }
  for (const name of reader.keys(["identifiers"])) checkIdentifierName(reader, ["identifiers", name], name);
  for (const name of reader.keys(["golden_record", "attributes"])) {
    checkAttributeName(reader, ["golden_record", "attributes", name], name);
  }
}

/** An attribute may not hide a column that every golden record, or every record, has. */
export function checkAttributeName(reader: Reader, path: ConfigPath, name: string): void {
  if (name.toLowerCase().startsWith(WORKING)) {
    const hint = `Names that begin with ${quote(WORKING)} are those of working columns.`;
    reader.report("IDW304", `${quote(name)} cannot name an attribute`, reader.atKey(path), hint);
  }
  if (!RESERVED_ATTRIBUTES.includes(name.toLowerCase())) return;
  reader.report(
    "IDW304",
    `${quote(name)} cannot name an attribute`,
    reader.atKey(path),
    `Reserved: ${RESERVED_ATTRIBUTES.map(quote).join(", ")}. Give it another name: \`{ my_${name.toLowerCase()}: ${name} }\`.`,
  );
}

function checkIdentifierName(reader: Reader, path: ConfigPath, name: string): void {
  if (!RESERVED_IDENTIFIERS.includes(name.toLowerCase())) return;
  reader.report(
    "IDW304",
    `${quote(name)} cannot name an identifier`,
    reader.atKey(path),
    `Reserved for decisions: ${RESERVED_IDENTIFIERS.map(quote).join(", ")}.`,
  );
}

function checkLetterCase(reader: Reader, path: ConfigPath): void {
  const known = new Map<string, string>();
  for (const name of reader.keys(path)) {
    const other = known.get(name.toLowerCase());
    if (other === undefined) known.set(name.toLowerCase(), name);
    else {
      reader.report(
        "IDW305",
        `${quote(name)} and ${quote(other)} in ${quote(pathText(path))} differ only in letter case`,
        reader.atKey([...path, name]),
        "SQL does not tell them apart: rename one.",
      );
    }
  }
}
