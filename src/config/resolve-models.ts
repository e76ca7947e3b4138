// `models` → Model[]: the inputs, their keys, mappings, attributes and rejects, in the order of the file.
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { secondsOf } from "./duration.ts";
import { checkExpression } from "./expression.ts";
import { checkAttributeName } from "./names.ts";
import type { AttributeColumn, Changes, Mapping, Model, ModelSource, RejectRule } from "./project.ts";
import type { Reader } from "./reader.ts";

/** `declared` are the names under `identifiers`; undefined when they cannot be read, so that none is called unknown. */
export function resolveModels(reader: Reader, declared: readonly string[] | undefined): readonly Model[] {
  return reader.keys(["models"]).map((name) => {
    const at = ["models", name];
    return {
      name,
      source: sourceOf(reader, at),
      key: reader.distinct(reader.oneOrMore([...at, "key"]), "key column"),
      observedAt: reader.text([...at, "observed_at"]),
      onDuplicateKey: reader.word([...at, "on_duplicate_key"], ["error", "latest"]) ?? "error",
      erased: reader.text([...at, "erased"]),
      changes: changesOf(reader, [...at, "changes"]),
      identifiers: reader
        .keys([...at, "identifiers"])
        .map((identifier) => mappingOf(reader, [...at, "identifiers", identifier], identifier, declared)),
      attributes: attributesOf(reader, [...at, "attributes"]),
      reject: reader.items([...at, "reject"]).map((path) => rejectOf(reader, path)),
    };
  });
}

function sourceOf(reader: Reader, at: ConfigPath): ModelSource {
  const file = reader.text([...at, "file"]);
  if (file !== undefined) return { kind: "file", path: file };
  const table = reader.text([...at, "table"]);
  if (table !== undefined) return { kind: "table", table };
  const ref = reader.text([...at, "ref"]);
  if (ref !== undefined) return { kind: "ref", ref };
  return { kind: "sql", path: reader.text([...at, "sql"]) ?? "" };
}

function changesOf(reader: Reader, at: ConfigPath): Changes {
  const column = reader.text([...at, "watermark"]);
  if (column === undefined) return { kind: "scan" };
  return { kind: "watermark", column, lookbackSeconds: secondsOf(reader.text([...at, "lookback"]) ?? "") };
}

function mappingOf(
  reader: Reader,
  at: ConfigPath,
  identifier: string,
  declared: readonly string[] | undefined,
): Mapping {
  if (declared !== undefined && !declared.includes(identifier)) {
    reader.report(
      "IDW302",
      `identifier ${quote(identifier)} is not declared`,
      reader.atKey(at),
      didYouMean(identifier, declared, "Declared under `identifiers`"),
    );
  }
  if (reader.has([...at, "all_of"])) {
    const columns = reader.distinct(reader.items([...at, "all_of"]), "column");
    return { kind: "all_of", identifier, columns };
  }
  const single = reader.text([...at, "column"]);
  const columns = single === undefined ? reader.distinct(reader.oneOrMore(at), "column") : [single];
  return { kind: "columns", identifier, columns, country: reader.text([...at, "country"]) };
}

function attributesOf(reader: Reader, at: ConfigPath): readonly AttributeColumn[] {
  const found = new Map<string, AttributeColumn>();
  for (const path of reader.items(at)) {
    const short = reader.text(path);
    const attribute = short ?? reader.keys(path)[0];
    if (attribute === undefined) continue;
    const column = short ?? reader.text([...path, attribute]) ?? "";
    const place = short === undefined ? [...path, attribute] : path;
    checkAttributeName(reader, place, attribute);
    const other = found.get(attribute.toLowerCase());
    if (other === undefined) found.set(attribute.toLowerCase(), { attribute, column });
    else {
      const message =
        other.attribute === attribute
          ? `attribute ${quote(attribute)} is named twice`
          : `attributes ${quote(other.attribute)} and ${quote(attribute)} differ only in letter case`;
      reader.report(
        other.attribute === attribute ? "IDW309" : "IDW305",
        message,
        reader.atKey(place),
        "Name it once, or call one of them something else: `{ name: column }`.",
      );
    }
  }
  return [...found.values()];
}

function rejectOf(reader: Reader, at: ConfigPath): RejectRule {
  const when = reader.text([...at, "when"]);
  const error = when === undefined || when === "" ? undefined : checkExpression(when);
  if (error !== undefined)
    reader.reportInside("IDW313", `in \`when\`: ${error.message}`, [...at, "when"], error);
  return { when: when ?? "", reason: reader.text([...at, "reason"]) ?? "" };
}
