// What must hold after a day, as the test says it. Whether it does is judged in judge.ts.
import { goldenColumns } from "../config/index.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import type { FileReader } from "./read.ts";
import type { Expectation, ExpectedRow, Update } from "./suite.ts";

/** `path` is that of a case or of one of its days; `day` counts from 1. */
export function readExpectations(reader: FileReader, path: ConfigPath, day: number): readonly Expectation[] {
  return reader.keys(path).flatMap((key): readonly Expectation[] => {
    const at = [...path, key];
    switch (key) {
      case "together":
      case "apart":
        return claims(reader, at, key);
      case "partition":
        return [
          {
            kind: "partition",
            span: reader.atKey(at),
            groups: reader
              .items(at)
              .map((group) => reader.items(group).flatMap((name) => reader.recordsOf(name))),
            ...updateAt(reader, at),
          },
        ];
      case "golden":
        return reader.keys(at).flatMap((record) => golden(reader, [...at, record], record));
      case "rejected":
        return reader.keys(at).flatMap((name) =>
          namesAtKey(reader, [...at, name], name).map((record) => ({
            kind: "rejected" as const,
            span: reader.atKey([...at, name]),
            record,
            reason: reader.written([...at, name]) ?? "",
            ...updateAt(reader, [...at, name]),
          })),
        );
      case "values":
        return reader.keys(at).flatMap((record) => values(reader, [...at, record], record));
      case "blocked":
      case "events":
        return [
          {
            kind: key,
            span: reader.atKey(at),
            rows: reader.items(at).map((item) => row(reader, item)),
            ...updateAt(reader, at),
          },
        ];
      case "decided":
        return reader.keys(at).map((decision) => ({
          kind: "decided",
          span: reader.atKey([...at, decision]),
          decision,
          status: reader.written([...at, decision]) ?? "",
          ...updateAt(reader, [...at, decision]),
        }));
      case "keeps":
        return reader.items(at).flatMap((item) => {
          checkDay(reader, item, day, day - 1);
          return reader.recordsOf(item).map((record) => ({
            kind: "id" as const,
            span: reader.atKey(item),
            record,
            of: record,
            day: day - 1,
          }));
        });
      case "ids":
        return reader.keys(at).map((name) => idOf(reader, [...at, name], name, day));
      default:
        return [];
    }
  });
}

/** One list of records, or several of them. */
function claims(reader: FileReader, path: ConfigPath, kind: "together" | "apart"): readonly Expectation[] {
  const items = reader.items(path);
  const isNested = items.some((item) => reader.document.node(item)?.kind === "list");
  return (isNested ? items : [path]).map((list) => {
    const names = reader.document.node(list)?.kind === "list" ? reader.items(list) : [list];
    const of = names.map((name) => reader.recordsOf(name));
    const isKnown = of.every((records) => records.length > 0);
    if (isKnown && of.flat().length === 1) {
      reader.report(
        "IDW804",
        `\`${kind}\` speaks of one record only`,
        reader.atValue(list),
        "Name two or more.",
      );
    }
    return { kind, span: isNested ? reader.atValue(list) : reader.atKey(path), of };
  });
}

function golden(reader: FileReader, path: ConfigPath, name: string): readonly Expectation[] {
  const [record = ""] = namesAtKey(reader, path, name);
  const attributes = goldenColumns(reader.project.golden);
  const known = attributes.flatMap((attribute) => [attribute, `${attribute}__record`, `${attribute}__rule`]);
  return reader.keys(path).map((attribute) => {
    const at = [...path, attribute];
    if (!known.includes(attribute)) {
      const hint = didYouMean(attribute, attributes, "Golden attributes");
      reader.report("IDW308", `there is no golden attribute ${quote(attribute)}`, reader.atKey(at), hint);
    }
    if (attribute.endsWith("__record") && reader.written(at) !== undefined) reader.recordOf(at);
    return {
      kind: "golden",
      span: reader.atKey(at),
      record,
      attribute,
      value: reader.value(at),
      ...updateAt(reader, at),
    };
  });
}

const STATUSES = ["active", "contested", "over_limit", "shared", "empty", "invalid", "ignored"];

function values(reader: FileReader, path: ConfigPath, name: string): readonly Expectation[] {
  const records = namesAtKey(reader, path, name);
  return reader.keys(path).flatMap((identifier) => {
    const at = [...path, identifier];
    reader.checkIdentifier(identifier, at);
    const isMap = reader.document.node(at)?.kind === "map";
    const told = isMap
      ? reader.keys(at).map((value) => ({ value, at: [...at, value] }))
      : [{ value: undefined, at }];
    return told.flatMap(({ value, at: place }) => {
      const status = reader.written(place) ?? "";
      if (!STATUSES.includes(status)) {
        const hint = didYouMean(status, STATUSES);
        reader.report("IDW205", `${quote(status)} is no status of a value`, reader.atValue(place), hint);
      }
      return records.map((record) => ({
        kind: "value" as const,
        span: reader.atKey(place),
        record,
        identifier,
        value,
        status,
        ...updateAt(reader, place),
      }));
    });
  });
}

function row(reader: FileReader, path: ConfigPath): ExpectedRow {
  return new Map(
    reader.keys(path).map((key): readonly [string, string] => {
      const at = [...path, key];
      if (key === "identity" || key === "other") return [key, reader.recordOf(at)];
      return [key, reader.written(at) ?? ""];
    }),
  );
}

function idOf(reader: FileReader, path: ConfigPath, name: string, day: number): Expectation {
  const [record = ""] = namesAtKey(reader, path, name);
  const written = reader.written(path) ?? "";
  const [, other = written, number] = /^(.*)@(\d+)$/.exec(written) ?? [];
  const of = reader.recordOf(path, other);
  const wanted = number === undefined ? day - 1 : Number(number);
  checkDay(reader, path, day, wanted);
  return { kind: "id", span: reader.atKey(path), record, of, day: wanted };
}

function checkDay(reader: FileReader, path: ConfigPath, day: number, wanted: number): void {
  if (wanted >= 1 && wanted < day) return;
  const hint = "Ids are compared with those of an earlier day: write the test with `days`.";
  reader.report("IDW804", `there is no day ${wanted} before day ${day}`, reader.atValue(path), hint);
}

function namesAtKey(reader: FileReader, path: ConfigPath, name: string): readonly string[] {
  const found = reader.names.get(name);
  if (found !== undefined) return found;
  const hint = didYouMean(name, [...reader.names.keys()], "Records of this test");
  reader.report("IDW801", `this test has no record ${quote(name)}`, reader.atKey(path), hint);
  return [];
}

// An alias or a merge key would change more than the place it stands at.
function updateAt(reader: FileReader, path: ConfigPath): { readonly update?: Update } {
  const node = reader.document.node(path);
  return node === undefined ? {} : { update: node.range };
}
