// One item of `records` → the records it stands for: the model and the name, columns with defaults, copies, rows of a CSV.
import type { Model } from "../config/index.ts";
import type { ConfigPath } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { isInReject, joinedKey, namedColumns } from "./fixture.ts";
import type { FileReader } from "./read.ts";
import type { GivenRecord, Value } from "./suite.ts";

/** Stands for the number of a copy. */
const NUMBER = "{n}";
const MOST_COPIES = 10_000;

export function readRecord(reader: FileReader, path: ConfigPath): readonly GivenRecord[] {
  const keys = reader.keys(path);
  const { models } = reader.project;
  const name = keys.find((key) => models.some((model) => model.name === key));
  const model = models.find((each) => each.name === name);
  if (name === undefined || model === undefined) {
    const [first = ""] = keys;
    const hint = `A record starts with its model and a name. ${didYouMean(
      first,
      models.map((each) => each.name),
      "Models",
    )}`;
    reader.report("IDW310", `there is no model ${quote(first)}`, reader.atKey([...path, first]), hint);
    return [];
  }
  const at = [...path, name];
  const defaults = columnsAt(reader, ["defaults", name], model, []);
  if (reader.document.node(at)?.kind === "map") return fromCsv(reader, [...at, "csv"], model, defaults);
  const written = reader.written(at);
  if (written === undefined || reader.document.node(at)?.kind !== "scalar") {
    reader.report(
      "IDW204",
      "the record has no name",
      reader.atKey(at),
      `Write \`${name}: anna\`, for example.`,
    );
    return [];
  }
  const own = columnsAt(reader, path, model, [name, "times"]);
  const times = timesAt(reader, path, model);
  const isChange = reader.models.has(written) || reader.names.has(written);
  const names = times === undefined ? [written] : copies(written, times);
  if (!declare(reader, at, written, names, model)) return [];
  return names.map((each, index) => ({
    name: each,
    writtenAs: written,
    model: model.name,
    // A later mention changes only what it says.
    columns: numbered(isChange ? own : new Map([...defaults, ...own]), index + 1),
    span: reader.atKey(at),
  }));
}

function copies(written: string, times: number): readonly string[] {
  return Array.from({ length: times }, (_, index) =>
    written.includes(NUMBER) ? written.replaceAll(NUMBER, String(index + 1)) : `${written}${index + 1}`,
  );
}

function timesAt(reader: FileReader, path: ConfigPath, model: Model): number | undefined {
  if (namedColumns(model).includes("times") || !reader.has([...path, "times"])) return undefined;
  const times = reader.integer([...path, "times"]);
  if (times !== undefined && times >= 1 && times <= MOST_COPIES) return times;
  const message = `\`times\` must be a whole number from 1 to ${MOST_COPIES}`;
  reader.report("IDW207", message, reader.atValue([...path, "times"]));
  return undefined;
}

/** Makes the name known; false when it already stands for something else. */
function declare(
  reader: FileReader,
  at: ConfigPath,
  written: string,
  names: readonly string[],
  model: Model,
): boolean {
  const taken = names.find((name) => (reader.models.get(name) ?? model.name) !== model.name);
  if (taken !== undefined) {
    const message = `${quote(taken)} is already a record of ${reader.models.get(taken)}`;
    reader.report("IDW802", message, reader.atValue(at), "Names are unique in a test: choose another.");
    return false;
  }
  reader.names.set(written, names);
  for (const name of names) {
    reader.models.set(name, model.name);
    reader.names.set(name, [name]);
  }
  // The name as it is written stands for all of its copies.
  reader.names.set(written, names);
  return true;
}

function columnsAt(
  reader: FileReader,
  path: ConfigPath,
  model: Model,
  except: readonly string[],
): ReadonlyMap<string, Value> {
  const columns = new Map<string, Value>();
  const named = namedColumns(model);
  for (const key of reader.keys(path)) {
    if (except.includes(key) && !named.includes(key)) continue;
    if (except[0] === key) continue;
    const column = columnNamed(reader, key, [...path, key], model);
    if (column !== undefined) columns.set(column, reader.value([...path, key]));
  }
  return columns;
}

function columnNamed(reader: FileReader, key: string, path: ConfigPath, model: Model): string | undefined {
  const named = namedColumns(model);
  const found = named.find((name) => name.toLowerCase() === key.toLowerCase());
  if (found !== undefined) return found;
  if (key === "at" && model.observedAt !== undefined) return model.observedAt;
  if (isInReject(model, key)) return key;
  const mapping = model.identifiers.find(({ identifier }) => identifier === key);
  const attribute = model.attributes.find((each) => each.attribute === key);
  const carriers = mapping?.columns ?? (attribute === undefined ? [] : [attribute.column]);
  const hint =
    carriers.length > 0
      ? `${quote(key)} of ${model.name} is in ${carriers.map(quote).join(", ")}.`
      : didYouMean(key, named, "Columns");
  const message = `identity.yml uses no column ${quote(key)} of ${model.name}`;
  reader.report("IDW505", message, reader.atKey(path), hint);
  return undefined;
}

function numbered(columns: ReadonlyMap<string, Value>, number: number): ReadonlyMap<string, Value> {
  const fill = (text: string) => text.replaceAll(NUMBER, String(number));
  return new Map(
    [...columns].map(([name, value]): readonly [string, Value] => {
      if (value === null) return [name, null];
      return [name, typeof value === "string" ? fill(value) : value.map(fill)];
    }),
  );
}

/** Each row is a record by the name of its key; an empty field is nothing, as in a CSV that a model reads. */
function fromCsv(
  reader: FileReader,
  path: ConfigPath,
  model: Model,
  defaults: ReadonlyMap<string, Value>,
): readonly GivenRecord[] {
  const [header = [], ...rows] = reader.csv(path);
  const missing = header.length === 0 ? undefined : model.key.find((column) => !header.includes(column));
  if (missing !== undefined) {
    const hint = didYouMean(missing, header, "Columns");
    reader.report(
      "IDW505",
      `the file has no column ${quote(missing)}, the key of ${model.name}`,
      reader.atValue(path),
      hint,
    );
    return [];
  }
  const names = header.map((key) => columnNamed(reader, key, path, model));
  return rows.flatMap((row) => {
    const given = names.flatMap((name, index): readonly (readonly [string, Value])[] => {
      const field = row[index] ?? "";
      return name === undefined || field === "" ? [] : [[name, field]];
    });
    const columns = new Map([...defaults, ...given]);
    const name = joinedKey(model.key.map((column) => String(columns.get(column) ?? "")));
    if (!declare(reader, path, name, [name], model)) return [];
    return [{ name, writtenAs: name, model: model.name, columns, span: reader.atValue(path) }];
  });
}
