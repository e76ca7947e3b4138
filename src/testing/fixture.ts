// The tables that stand in for the models: their columns with types, and the rows of all cases as they are on a day.
// Knows nothing of what the columns mean to a test.
import { type FoldRule, type Model, type OrderRule, type Project, rulesOf } from "../config/index.ts";
import { DECISION_COLUMNS } from "../render/decisions.ts";
import { DAY, FIRST_DAY, type GivenDecision, type GivenRecord, type TestCase, type Value } from "./suite.ts";
import { tagged } from "./tags.ts";

/** The column that carries the tag of a case, and the copy of a column that carries identifiers. */
export const TAG_COLUMN = "idw_test_case";
export const taggedColumn = (column: string): string => `idw_test_${column}`;

export const fixtureTable = (model: string): string => `idw_fixture_${model}`;
export const DECISIONS_TABLE = "idw_fixture_decisions";

/** The type of a column that no test gives a value: it fits any expression. */
const UNTYPED = "null";

export type Column = { readonly name: string; readonly type: string };

/** Columns of a model that identity.yml names, with what it uses them for. */
export function namedColumns(model: Model): readonly string[] {
  const named = [
    ...model.key,
    ...(model.observedAt === undefined ? [] : [model.observedAt]),
    ...(model.erased === undefined ? [] : [model.erased]),
    ...model.identifiers.flatMap((mapping) => [
      ...mapping.columns,
      ...(mapping.kind === "columns" && mapping.country !== undefined ? [mapping.country] : []),
    ]),
    ...model.attributes.map(({ column }) => column),
  ];
  return [...new Map(named.map((name) => [name.toLowerCase(), name])).values()];
}

/** A column that only a reject rule may speak of. */
export function isInReject(model: Model, column: string): boolean {
  const word = column.toLowerCase();
  return model.reject.some(({ when }) =>
    when
      .toLowerCase()
      .split(/[^\p{L}\p{N}_$]+/u)
      .includes(word),
  );
}

/** The key columns of a record: what it says, else its name. */
export function keyOf(model: Model, record: GivenRecord): readonly string[] {
  return model.key.map((column) => {
    const value = record.columns.get(column);
    return typeof value === "string" ? value : record.name;
  });
}

/** Key parts as a source key (resolution.md §1). */
export function joinedKey(parts: readonly string[]): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return parts.map((part) => part.replaceAll("\\", "\\\\").replaceAll("|", "\\|")).join("|");
}

/** A record on a day: a later mention changes the columns it gives. */
export type Standing = { readonly record: GivenRecord; readonly columns: ReadonlyMap<string, Value> };

export type DayInput = {
  readonly records: readonly Standing[];
  readonly decisions: readonly GivenDecision[];
};

/** What is delivered on each day of a case. */
export function inputsOf({ days }: TestCase, { models }: Project): readonly DayInput[] {
  const standing = new Map<string, Standing>();
  const decisions = new Map<string, GivenDecision>();
  const inputs: DayInput[] = [];
  let minutes = 0;
  for (const [index, day] of days.entries()) {
    for (const name of day.remove) standing.delete(name);
    for (const record of day.records) {
      const before = standing.get(record.name)?.columns ?? new Map<string, Value>();
      const columns = new Map([...before, ...record.columns]);
      const observedAt = models.find(({ name }) => name === record.model)?.observedAt;
      if (observedAt !== undefined && !columns.has(observedAt)) {
        columns.set(observedAt, new Date(FIRST_DAY + index * DAY + minutes * 60_000).toISOString());
      }
      minutes += 1;
      standing.set(record.name, { record, columns });
    }
    for (const id of day.withdraw) decisions.delete(id);
    for (const decision of day.decisions) decisions.set(decision.id, decision);
    inputs.push({ records: [...standing.values()], decisions: [...decisions.values()] });
  }
  return inputs;
}

type Seen = { readonly isList: boolean; readonly texts: readonly string[] };

/** The columns of a model's fixture: those that identity.yml names, and further ones that records give for reject rules. */
export function columnsOf(
  model: Model,
  project: Project,
  cases: readonly TestCase[],
  types: ReadonlyMap<string, string>,
  rejectColumns: readonly string[],
): readonly Column[] {
  const given = cases.flatMap(({ days }) => days.flatMap(({ records }) => records));
  const further = given
    .filter((record) => record.model === model.name)
    .flatMap((record) => [...record.columns.keys()]);
  const names = [
    ...new Map(
      [...namedColumns(model), ...further, ...rejectColumns].map((name) => [name.toLowerCase(), name]),
    ).values(),
  ];
  const carriers = model.identifiers.flatMap(({ columns }) => columns);
  return names.map((name) => {
    const attribute = model.attributes.find(({ column }) => column === name)?.attribute;
    const told =
      types.get(`${model.name}.${name}`) ??
      (attribute === undefined ? undefined : typeOfAttribute(attribute, project, types));
    if (told !== undefined) return { name, type: told };
    const seen = seenIn(given, [[model.name, name]]);
    if (name === model.erased) return { name, type: "boolean" };
    if (name === model.observedAt || model.key.includes(name)) return { name, type: "varchar" };
    if (carriers.includes(name)) return { name, type: seen.isList ? "varchar[]" : "varchar" };
    if (attribute === undefined) return { name, type: seen.texts.length === 0 ? UNTYPED : plainType(seen) };
    const mapped = project.models.flatMap((each) =>
      each.attributes
        .filter((one) => one.attribute === attribute)
        .map(({ column }) => [each.name, column] as const),
    );
    return { name, type: attributeType(attribute, project, seenIn(given, mapped)) };
  });
}

/** All columns that carry an attribute are of one type. */
function typeOfAttribute(
  attribute: string,
  { models }: Project,
  types: ReadonlyMap<string, string>,
): string | undefined {
  for (const { name, attributes } of models) {
    for (const { column, ...mapped } of attributes) {
      const type = mapped.attribute === attribute ? types.get(`${name}.${column}`) : undefined;
      if (type !== undefined) return type;
    }
  }
  return undefined;
}

function seenIn(records: readonly GivenRecord[], of: readonly (readonly [string, string])[]): Seen {
  const values = records.flatMap((record) =>
    of.flatMap(([model, column]) => (record.model === model ? [record.columns.get(column) ?? null] : [])),
  );
  return {
    isList: values.some((value) => Array.isArray(value)),
    texts: values.flatMap((value) => value ?? []),
  };
}

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

function plainType({ isList, texts }: Seen): string {
  const all = (pattern: RegExp) => texts.length > 0 && texts.every((text) => pattern.test(text));
  const type = all(/^(true|false)$/i) ? "boolean" : all(NUMBER) ? "decimal(38, 9)" : "varchar";
  return isList ? `${type}[]` : type;
}

// A text of digits stays a text (a postcode keeps its zeros) unless a rule counts with it.
function attributeType(attribute: string, { golden }: Project, seen: Seen): string {
  const rules = golden.attributes
    .filter(({ source }) => source.kind === "attribute" && source.attribute === attribute)
    .flatMap(rulesOf);
  const has = (...wanted: readonly (FoldRule | OrderRule)[]) => rules.some((rule) => wanted.includes(rule));
  if (has("sum")) return "decimal(38, 9)";
  if (has("any_true", "all_true")) return "boolean";
  const plain = plainType(seen);
  if (plain === "boolean" || has("min", "max")) return plain;
  return seen.isList ? "varchar[]" : "varchar";
}

export type Given = {
  readonly tag: string;
  readonly input: DayInput;
  /** Record keys by the names of the records. */
  readonly keys: ReadonlyMap<string, string>;
};

/** A fixture as SQL: columns with types, rows of literals, and the columns that are NULL and of no type. */
type Table = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly untyped: readonly string[];
};

function tableOf(model: Model, all: readonly Column[], given: readonly Given[]): Table {
  const of = all.filter(({ type }) => type !== UNTYPED);
  const carriers = carriersOf(model);
  const typeOf = (name: string) => of.find((each) => each.name === name)?.type ?? "";
  const rows = given.flatMap(({ tag, input }) =>
    input.records
      .filter(({ record }) => record.model === model.name)
      .map(({ record, columns: values }) => {
        const key = keyOf(model, record);
        const value = (name: string): Value => {
          const place = model.key.indexOf(name);
          return values.get(name) ?? (place < 0 ? null : (key[place] ?? null));
        };
        const cells = of.map(({ name, type }) => literal(value(name), type));
        const copies = carriers.map((name) => literal(withTag(tag, value(name)), typeOf(name)));
        return [text(tag), ...cells, ...copies];
      }),
  );
  return {
    columns: [
      { name: TAG_COLUMN, type: "varchar" },
      ...of,
      ...carriers.map((name) => ({ name: taggedColumn(name), type: typeOf(name) })),
    ],
    rows,
    untyped: all.flatMap(({ name, type }) => (type === UNTYPED ? [name] : [])),
  };
}

/** The statements that make the fixtures as they are on a day, one row a record, in the order of the cases. */
export function fixtureStatements(
  project: Project,
  columns: ReadonlyMap<string, readonly Column[]>,
  given: readonly Given[],
): readonly string[] {
  const statements: string[] = [];
  for (const model of project.models) {
    const { rows, untyped, ...of } = tableOf(model, columns.get(model.name) ?? [], given);
    const names = of.columns.map(({ name, type }) => `${quoted(name)} ${type}`);
    const table = quoted(`${fixtureTable(model.name)}_rows`);
    statements.push(`create or replace temp table ${table} (${names.join(", ")})`);
    if (rows.length > 0) {
      statements.push(`insert into ${table} values\n${rows.map((row) => `(${row.join(", ")})`).join(",\n")}`);
    }
    const nothing = untyped.map((name) => `, null as ${quoted(name)}`).join("");
    statements.push(
      `create or replace temp view ${quoted(fixtureTable(model.name))} as select *${nothing} from ${table}`,
    );
  }
  if (project.decisions !== undefined) statements.push(...decisionStatements(given));
  return statements;
}

/** The fixture of a model as one SELECT of DuckDB. */
export function fixtureSelect(model: Model, columns: readonly Column[], given: readonly Given[]): string {
  const { rows, untyped, ...of } = tableOf(model, columns, given);
  const selected = [
    ...of.columns.map(({ name, type }, index) => `cast(c${index} as ${type}) as ${quoted(name)}`),
    ...untyped.map((name) => `null as ${quoted(name)}`),
  ];
  const none = `(${of.columns.map(() => "null").join(", ")})`;
  const values = rows.length === 0 ? [none] : rows.map((row) => `(${row.join(", ")})`);
  const names = of.columns.map((_, index) => `c${index}`).join(", ");
  return `select\n  ${selected.join(",\n  ")}\nfrom (\n  values\n    ${values.join(",\n    ")}\n) as fixture (${names})${rows.length === 0 ? "\nwhere false" : ""}\n`;
}

/** Columns of which a tagged copy carries the identifiers: not the parts of composites, which take the tag as a part. */
export function carriersOf(model: Model): readonly string[] {
  return [
    ...new Set(model.identifiers.flatMap((mapping) => (mapping.kind === "columns" ? mapping.columns : []))),
  ];
}

/** Columns of decisions that name something of the case, and hold its tag. */
const OF_THE_CASE = ["id"];

/** Decisions of all cases, cell by cell in the order of `DECISION_COLUMNS`; null for nothing. */
export function decisionRows(given: readonly Given[]): readonly (readonly (string | null)[])[] {
  return given.flatMap(({ tag, input, keys }) =>
    input.decisions.map(({ id, columns }) => {
      const isIgnored = columns.get("decision") === "ignore_value";
      return DECISION_COLUMNS.map((column) => {
        const value = column === "id" ? id : columns.get(column);
        if (value === undefined) return null;
        if (column === "a" || column === "b") return keys.get(value) ?? value;
        const belongs = OF_THE_CASE.includes(column) || (column === "value" && isIgnored);
        return belongs ? tagged(tag, value) : value;
      });
    }),
  );
}

function decisionStatements(given: readonly Given[]): readonly string[] {
  const rows = decisionRows(given).map(
    (row) => `(${row.map((cell) => (cell === null ? "null" : text(cell))).join(", ")})`,
  );
  const names = DECISION_COLUMNS.map((column) => `"${column}" varchar`);
  return [
    `create or replace temp table ${DECISIONS_TABLE} (${names.join(", ")})`,
    ...(rows.length === 0 ? [] : [`insert into ${DECISIONS_TABLE} values\n${rows.join(",\n")}`]),
  ];
}

function withTag(tag: string, value: Value): Value {
  if (value === null) return null;
  return typeof value === "string" ? tagged(tag, value) : value.map((each) => tagged(tag, each));
}

function literal(value: Value, type: string): string {
  if (value === null) return "null";
  const isList = type.endsWith("[]");
  if (typeof value === "string") return isList ? `[${text(value)}]` : text(value);
  return isList ? `[${value.map(text).join(", ")}]` : text(value.join(", "));
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
