// Golden records of the engine against the reference, on random records: every rule with every option that it takes.
// More of them: `IDWEAVE_GOLDEN=200 IDWEAVE_SEED=1 npx vitest run test/engine/golden-rules.test.ts`.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type GoldenRecordRow,
  type GroupSpec,
  recordKey,
  type Spec,
  surviving,
  survivingRecord,
} from "../reference/golden.ts";
import { folderOf } from "./run-project.ts";

const RUNS = Number(process.env["IDWEAVE_GOLDEN"] ?? 6);
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 7);
const MODELS = ["a", "b", "c"];
const MODEL_ORDER = ["b", "a", "c"];
const ORDERS = [
  "most_recent",
  "earliest",
  "most_frequent",
  "source_priority",
  "longest",
  "shortest",
  "min",
  "max",
];
const FOLDS = ["sum", "count", "count_distinct", "any_true", "all_true", "array", "unanimous"];
const RECORD_RULES = ["most_recent", "earliest", "source_priority"];

/** The same condition in both languages. */
const CONDITIONS: readonly (readonly [string, (record: GoldenRecordRow) => boolean])[] = [
  ["model <> 'b'", ({ model }) => model !== "b"],
  ["amount > 2", ({ values }) => Number(values["amount"] ?? 0) > 2],
  [
    "observed_at is not null and record_key like '%1'",
    (record) => record.at !== null && record.key.endsWith("1"),
  ],
  ["flag or title is null", ({ values }) => values["flag"] === true || values["title"] === null],
];
const EVERYONE = () => true;

const some = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const record = fc.record({
  model: some(...MODELS),
  person: fc.integer({ min: 0, max: 29 }),
  at: some(null, "2026-01-01", "2026-01-02", "2026-01-03"),
  title: some(null, "x", "ü", "\u{1F600}", "yy", "zz", "longer"),
  city: some(null, null, "Ulm", "Rom"),
  amount: some(null, 1, 2.5, 2.5, 3, -4),
  flag: some(null, true, false),
  mail: fc.uniqueArray(some("k", "l", "mm", "ñ", "zzz"), { maxLength: 3 }),
});

const options = fc.record({
  ties: fc.uniqueArray(some(...ORDERS), { maxLength: 2 }),
  condition: fc.option(fc.nat(CONDITIONS.length - 1), { nil: undefined, freq: 2 }),
  authority: some<readonly string[]>([], [], ["c"], ["a", "c"]),
  order: some(...ORDERS),
  maxValues: some(undefined, 1, 2),
  provenance: fc.boolean(),
});

const attribute = fc.oneof(
  fc.tuple(some(...ORDERS, "array", "count", "count_distinct", "unanimous"), some("title", "@mail"), options),
  fc.tuple(
    some(
      "sum",
      "min",
      "max",
      "count",
      "most_frequent",
      "most_recent",
      "array",
      "unanimous",
      "count_distinct",
    ),
    some("amount"),
    options,
  ),
  fc.tuple(some("any_true", "all_true", "unanimous", "most_recent"), some("flag"), options),
);

const group = fc.record({
  rules: fc.oneof(
    fc.uniqueArray(some(...RECORD_RULES), { minLength: 1, maxLength: 2 }),
    fc.tuple(some("most_frequent"), some(...RECORD_RULES)),
  ),
  condition: fc.option(fc.nat(CONDITIONS.length - 1), { nil: undefined }),
  authority: some<readonly string[]>([], ["c"]),
});

const projects = fc.sample(
  fc.tuple(
    fc.array(record, { minLength: 60, maxLength: 120 }),
    fc.array(attribute, { minLength: 15, maxLength: 25 }),
    group,
  ),
  { numRuns: RUNS, seed: SEED },
);

test.each(projects.map((_, index) => index))("random project %i", async (index) => {
  const [rows, attributes, together] = projects[index] ?? fail();
  await compare(rows, attributes, together);
});

test("the random projects have every rule", () => {
  const rules = new Set(projects.flatMap(([, attributes]) => attributes.map(([rule]) => rule)));
  expect([...rules].sort()).toEqual([...ORDERS, ...FOLDS].sort());
});

function fail(): never {
  throw new Error("no such project");
}

type Given<T> = T extends fc.Arbitrary<infer U> ? U : never;

async function compare(
  rows: readonly Given<typeof record>[],
  attributes: readonly Given<typeof attribute>[],
  together: Given<typeof group>,
): Promise<void> {
  const specs = attributes.map(([survivorship, from, given]): Spec & { readonly provenance: boolean } => {
    const isOrder = ORDERS.includes(survivorship);
    // Lengths are those of texts.
    const isLength = (rule: string) => /est$/.test(rule) && rule !== "earliest" && from === "amount";
    const ties =
      isOrder && from !== "flag" ? given.ties.filter((rule) => rule !== survivorship && !isLength(rule)) : [];
    const order = isLength(given.order) ? "max" : given.order;
    return {
      survivorship,
      ties,
      from: from.startsWith("@") ? { identifier: from.slice(1) } : { column: from },
      where: CONDITIONS[given.condition ?? -1]?.[1] ?? EVERYONE,
      authority: given.authority,
      order,
      maxValues: given.maxValues,
      provenance: given.provenance,
    };
  });
  const groupSpec: GroupSpec = {
    attributes: ["title", "city"],
    rules: together.rules,
    where: CONDITIONS[together.condition ?? -1]?.[1] ?? EVERYONE,
    authority: together.authority,
  };
  const golden = Object.fromEntries(
    specs.map((spec, index) => {
      const isArray = spec.survivorship === "array";
      const condition = CONDITIONS[attributes[index]?.[2].condition ?? -1]?.[0];
      return [
        `v${index}`,
        {
          survivorship: spec.survivorship,
          ...spec.from,
          ...withTies(spec.ties),
          ...(condition === undefined ? {} : { where: condition }),
          ...(spec.authority.length > 0 ? { authority: spec.authority } : {}),
          ...(isArray ? { order: spec.order } : {}),
          ...(isArray && spec.maxValues !== undefined ? { max_values: spec.maxValues } : {}),
          ...(spec.provenance ? { provenance: true } : {}),
        },
      ];
    }),
  );
  const groupWhere = CONDITIONS[together.condition ?? -1]?.[0];
  const [first, ...ties] = together.rules;
  const model = (name: string) => ({
    file: `${name}.ndjson`,
    key: "key",
    observed_at: "at",
    identifiers: { person: "person", mail: "mail" },
    attributes: ["title", "city", "amount", "flag"],
  });
  const records = rows.map((row, index): GoldenRecordRow & { readonly person: number } => ({
    ...row,
    key: String(index),
    values: { title: row.title, city: row.city, amount: row.amount, flag: row.flag },
    // Nobody shares a mail, so that persons stay apart.
    identifiers: { mail: row.mail.map((mail) => `${mail}@${row.person}`) },
  }));
  const lines = (name: string) => {
    const own = {
      key: "own",
      person: `none of ${name}`,
      at: "2020-01-01",
      title: "t",
      city: "c",
      amount: 1.5,
      flag: true,
      mail: [`${name}@own`],
    };
    return [
      own,
      ...records
        .filter((each) => each.model === name)
        .map((each) => ({
          key: each.key,
          person: String(each.person),
          at: each.at,
          ...each.values,
          mail: each.identifiers["mail"],
        })),
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");
  };
  const folder = folderOf({
    "identity.yml": JSON.stringify({
      version: 1,
      entity: "customer",
      targets: { dev: { type: "duckdb", path: "customer.duckdb", schema: "identity", threads: 2 } },
      models: Object.fromEntries(MODELS.map((name) => [name, model(name)])),
      identifiers: { person: { priority: 1 }, mail: { priority: 2 } },
      golden_record: {
        model_order: MODEL_ORDER,
        attributes: golden,
        groups: {
          together: {
            attributes: groupSpec.attributes,
            survivorship: first,
            ...withTies(ties),
            ...(groupWhere === undefined ? {} : { where: groupWhere }),
            ...(together.authority.length > 0 ? { authority: together.authority } : {}),
            provenance: true,
          },
        },
      },
    }),
    ...Object.fromEntries(MODELS.map((name) => [`${name}.ndjson`, lines(name)])),
  });
  try {
    await folder.run();
    const arrays = specs.flatMap(({ survivorship }, index) =>
      survivorship === "array" ? [`to_json(g.v${index})::varchar as v${index}`] : [],
    );
    const replaced = arrays.length === 0 ? "" : ` replace (${arrays.join(", ")})`;
    const published = await folder.query(
      `select v.value as person, g.*${replaced} from identity.golden_records as g
       join identity.identity_values as v using (identity_id) where v.identifier = 'person' and v.value not like 'none%'`,
    );
    const persons = new Set(records.map(({ person }) => person));
    expect(published.length).toBe(persons.size);
    for (const row of published) {
      const own = records.filter(({ person }) => String(person) === row["person"]);
      for (const [index, spec] of specs.entries()) {
        const expected = surviving(own, spec, MODEL_ORDER);
        const name = `v${index}`;
        const found = [
          plain(row[name], spec),
          ...(spec.provenance ? [row[`${name}__record`], row[`${name}__rule`]] : []),
        ];
        expect([golden[name], ...found]).toEqual([
          golden[name],
          expected.value,
          ...(spec.provenance ? [expected.record, expected.rule] : []),
        ]);
      }
      const supplier = survivingRecord(own, groupSpec, MODEL_ORDER);
      const key = supplier === undefined ? null : recordKey(supplier);
      expect([groupSpec, row["title"], row["city"], row["title__record"], row["city__rule"]]).toEqual([
        groupSpec,
        supplier?.values["title"] ?? null,
        supplier?.values["city"] ?? null,
        key,
        key === null ? null : first,
      ]);
    }
  } finally {
    folder.remove();
  }
}

/** Numbers come as numbers, however their type prints. */
function plain(value: unknown, { from, survivorship }: Spec): unknown {
  if (value === null) return null;
  if (survivorship === "array") return JSON.parse(String(value));
  const isNumber = "column" in from && from.column === "amount";
  return isNumber || survivorship.startsWith("count") ? Number(value) : value;
}

function withTies(ties: readonly string[]): object {
  return Object.fromEntries(ties.length > 0 ? [["then", ties]] : []);
}
