// What must make no difference: the order and the cut of the rows, the format of the files, threads, the names of
// identifiers, the number and order of models; and what a second run changes. On real DuckDB, with some hundred records.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { OUTPUTS } from "../../src/plan/names.ts";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { canonicalPartition, sortedLines } from "../reference/compare.ts";
import { CONFIGS, type NamedConfig } from "../reference/configs.ts";
import { type Graph, randomGraph } from "../reference/graphs.ts";
import { compareText } from "../reference/order.ts";
import type { ReferenceConfig, ReferenceRecord } from "../reference/types.ts";
import { MODEL } from "../scenarios/load.ts";
import { DATABASE, toProject } from "../scenarios/project.ts";
import { type Answer, readAnswer } from "./answer.ts";
import type { Files } from "./messages.ts";
import { type Folder, folderOf } from "./run-project.ts";

const SEED = 11;
const GRAPHS = 40;

/** Many graphs in one: some hundred records in components of every shape. */
function graphOf(config: ReferenceConfig): Graph {
  const graphs = Array.from({ length: GRAPHS }, (_, index) =>
    randomGraph(config, SEED + index, `${MODEL}:g${index}:`),
  );
  return {
    records: graphs.flatMap(({ records }) => records),
    decisions: graphs.flatMap(({ decisions }) => decisions),
  };
}

/** identity.yml of a project of the references, as data. */
type Yml = {
  targets: { dev: Record<string, unknown> };
  models: Record<string, { file: string; identifiers: Record<string, unknown> } & Record<string, unknown>>;
  identifiers: Record<string, unknown>;
};

type Variant = { readonly files: Files; readonly prepare?: (folder: Folder) => Promise<void> };

function projectFiles(
  config: ReferenceConfig,
  { records, decisions }: Graph,
  change: (yml: Yml) => void = () => undefined,
): Record<string, string> {
  const files = { ...toProject(config, records, decisions).files };
  const yml = JSON.parse(files["identity.yml"] ?? "") as Yml;
  change(yml);
  return { ...files, "identity.yml": JSON.stringify(yml) };
}

async function answerOf({ files, prepare }: Variant): Promise<Answer> {
  const folder = folderOf(files);
  try {
    await prepare?.(folder);
    await folder.run();
    return await readAnswer(folder);
  } finally {
    folder.remove();
  }
}

/** The same order on every machine, and none that was there before. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  const hash = (index: number) => createHash("md5").update(`${SEED} ${index}`).digest("hex");
  return items
    .map((item, index) => ({ item, place: hash(index) }))
    .sort((one, other) => compareText(one.place, other.place))
    .map(({ item }) => item);
}

const lines = (file: string | undefined) => (file ?? "").trimEnd().split("\n");

function rowsShuffled(config: ReferenceConfig, graph: Graph): Variant {
  const shuffle = { records: shuffled(graph.records), decisions: shuffled(graph.decisions) };
  const one = (yml: Yml) => Object.assign(yml.targets.dev, { threads: 1 });
  return { files: projectFiles(config, shuffle, one) };
}

function filesCut(config: ReferenceConfig, graph: Graph): Variant {
  const { "records.ndjson": rows, ...files } = projectFiles(config, graph, (yml) => {
    for (const model of Object.values(yml.models)) model.file = "parts/*/*.ndjson";
    Object.assign(yml.targets.dev, { threads: 2 });
  });
  const parts: Record<string, string> = {};
  lines(rows).forEach((line, index) => {
    // Parts of very different size.
    const part = `parts/${index % 2}/${Math.floor(Math.log2(index + 1))}.ndjson`;
    parts[part] = `${parts[part] ?? ""}${line}\n`;
  });
  return { files: { ...files, ...parts } };
}

function asParquet(config: ReferenceConfig, graph: Graph): Variant {
  const files = projectFiles(config, graph, (yml) => {
    for (const model of Object.values(yml.models)) model.file = "records-*.parquet";
  });
  const types = config.identifiers.map(({ name }) => `${name}: 'VARCHAR[]'`).join(", ");
  return {
    files,
    async prepare({ path }) {
      const warehouse = await openDuckdb({ path: ":memory:" });
      const rows = `from read_json('${path}/records.ndjson', columns = {key: 'VARCHAR', observed_at: 'TIMESTAMPTZ', ${types}})`;
      for (const part of [0, 1, 2]) {
        await warehouse.execute(
          `copy (select * ${rows} where hash(key) % 3 = ${part}) to '${path}/records-${part}.parquet'`,
        );
      }
      warehouse.close();
    },
  };
}

/** An array becomes as many columns as the longest one needs. */
function asCsv(config: ReferenceConfig, graph: Graph): Variant {
  const width = (name: string) =>
    Math.max(1, ...graph.records.map(({ values }) => values[name]?.length ?? 0));
  const columns = config.identifiers.flatMap(({ name }) =>
    Array.from({ length: width(name) }, (_, index) => ({ name, index, column: `${name} ${index}` })),
  );
  const { "records.ndjson": rows, ...files } = projectFiles(config, graph, (yml) => {
    for (const model of Object.values(yml.models)) {
      model.file = "records.csv";
      model.identifiers = Object.fromEntries(
        config.identifiers.map(({ name }) => [
          name,
          columns.filter((each) => each.name === name).map(({ column }) => column),
        ]),
      );
    }
  });
  const field = (text: string | null | undefined) =>
    text === null || text === undefined ? "" : `"${text.replaceAll('"', '""')}"`;
  const body = lines(rows).map((line) => {
    const row = JSON.parse(line) as Record<string, string | null> & Record<string, readonly string[]>;
    const cells = columns.map(({ name, index }) => field(row[name]?.[index]));
    return [field(row["key"]), field(row["observed_at"]), ...cells].join(";");
  });
  const header = ["key", "observed_at", ...columns.map(({ column }) => field(column))].join(";");
  return { files: { ...files, "records.csv": `${[header, ...body].join("\n")}\n` } };
}

/** `rename` on every text of an answer that is a name: of an identifier, or of a record. */
function renamed(answer: Answer, rename: (text: string) => string, dropIds = false): Answer {
  const partition = (of: Answer["partition"]) => canonicalPartition(of.map((group) => group.map(rename)));
  const rows = (of: readonly string[]) =>
    sortedLines(
      of.map((line) => {
        const row = JSON.parse(line) as Record<string, unknown>;
        const named = Object.entries(row).map(([key, value]) => [
          key,
          typeof value === "string" && key !== "value" ? rename(value) : value,
        ]);
        return Object.fromEntries(named.filter(([key]) => !(dropIds && key === "id")));
      }),
    );
  return {
    partition: partition(answer.partition),
    components: partition(answer.components),
    values: rows(answer.values),
    blocked: rows(answer.blocked),
    refusedMustLinks: answer.refusedMustLinks,
    identities: rows(answer.identities),
    evidence: rows(answer.evidence),
  };
}

/** New names whose order is the opposite of the old, and the way back. */
function identifiersRenamed(config: ReferenceConfig, graph: Graph) {
  const sorted = config.identifiers.map(({ name }) => name).sort();
  const news = new Map(sorted.map((name, index) => [name, `renamed_${9 - index}`]));
  const to = (name: string) => news.get(name) ?? name;
  const changed: Graph = {
    records: graph.records.map((record) => ({
      ...record,
      values: Object.fromEntries(Object.entries(record.values).map(([name, values]) => [to(name), values])),
    })),
    decisions: graph.decisions.map((decision) =>
      decision.decision === "ignore_value" ? { ...decision, identifier: to(decision.identifier) } : decision,
    ),
  };
  const identifiers = config.identifiers.map((each) => ({ ...each, name: to(each.name) }));
  const olds = new Map([...news].map(([name, other]) => [other, name]));
  return {
    files: projectFiles({ identifiers: [...identifiers].reverse() }, changed),
    back: (name: string) => olds.get(name) ?? name,
  };
}

/** The upper half of the record keys goes to a second model, which the file names first: their order stays. */
function modelsSplit(config: ReferenceConfig, graph: Graph) {
  const other = "n";
  const sorted = graph.records.map(({ key }) => key).sort(compareText);
  const upper = new Set(sorted.slice(Math.floor(sorted.length / 2)));
  const to = (key: string) => (upper.has(key) ? `${other}${key.slice(MODEL.length)}` : key);
  const split = (wanted: boolean): readonly ReferenceRecord[] =>
    graph.records.filter(({ key }) => upper.has(key) === wanted);
  const decisions = graph.decisions.map((decision) =>
    decision.decision === "ignore_value" ? decision : { ...decision, a: to(decision.a), b: to(decision.b) },
  );
  const lower = projectFiles(config, { records: split(false), decisions }, (yml) => {
    const { [MODEL]: model } = yml.models;
    if (model === undefined) throw new Error("no model");
    yml.models = { [other]: { ...model, file: "upper.ndjson" }, [MODEL]: model };
  });
  const { "records.ndjson": rows = "" } = projectFiles(config, { records: split(true), decisions: [] });
  return { files: { ...lower, "upper.ndjson": rows }, to };
}

const named = (name: string): NamedConfig => {
  const found = CONFIGS.find((config) => config.name === name);
  if (found === undefined) throw new Error(`no configuration ${name}`);
  return found;
};
const configs = [named("five-mixed"), named("backwards-names")] as const;

const bases = new Map<NamedConfig, { readonly graph: Graph; readonly answer: Promise<Answer> }>();

/** The plain run of a configuration, once. */
function base(config: NamedConfig) {
  const graph = graphOf(config);
  const found = bases.get(config) ?? { graph, answer: answerOf({ files: projectFiles(config, graph) }) };
  bases.set(config, found);
  return found;
}

describe.each(configs)("$name", (config) => {
  const { graph, answer } = base(config);

  test("the project is worth the trouble", async () => {
    expect(graph.records.length).toBeGreaterThan(200);
    const keys = graph.records.map(({ key }) => key).join("");
    for (const sign of ['"', "'", "|", "\n", "\\", ",", ";", "é", "😀"]) expect(keys).toContain(sign);
    const { partition, blocked, evidence } = await answer;
    expect(partition.length).toBeLessThan(graph.records.length);
    expect(blocked.length).toBeGreaterThan(5);
    expect(evidence.length).toBeGreaterThan(50);
  });

  test("rows shuffled, one thread", async () => {
    expect(await answerOf(rowsShuffled(config, graph))).toEqual(await answer);
  });

  test("identifiers renamed, and declared in another order", async () => {
    const { files, back } = identifiersRenamed(config, graph);
    expect(renamed(await answerOf({ files }), back)).toEqual(renamed(await answer, (name) => name));
  });

  test("rows split over two models, in the opposite order", async () => {
    const { files, to } = modelsSplit(config, graph);
    const expected = renamed(await answer, to, true);
    expect(renamed(await answerOf({ files }), (name) => name, true)).toEqual(expected);
  });
});

describe("files", () => {
  const [config] = configs;
  const { graph, answer } = base(config);

  test("rows cut into files of different size, two threads", async () => {
    expect(await answerOf(filesCut(config, graph))).toEqual(await answer);
  });

  test("rows in Parquet", async () => {
    expect(await answerOf(asParquet(config, graph))).toEqual(await answer);
  });

  test("rows in CSV", async () => {
    expect(await answerOf(asCsv(config, graph))).toEqual(await answer);
  });
});

test("a second run gives the same relations, and one more row of run_log", async () => {
  const [config] = configs;
  const folder = folderOf(projectFiles(config, graphOf(config)));
  const relations = async () => {
    const read = [...OUTPUTS, "merge_evidence"].map(async (name) => {
      const rows = await folder.query(`select * from ${DATABASE.schema}.${name}`, DATABASE.path);
      // A fingerprint is a number that JSON cannot write.
      const kept = rows.map(({ run: _run, updated_run: _updated, created_run: _created, ...row }) =>
        "fingerprint" in row ? { ...row, fingerprint: String(row["fingerprint"]) } : row,
      );
      return [name, sortedLines(kept)] as const;
    });
    const found: Record<string, readonly string[]> = {};
    for (const each of read) {
      const [name, rows] = await each;
      found[name] = rows;
    }
    return found;
  };
  expect((await folder.run()).run).toBe(1);
  const first = await relations();
  expect((await folder.run()).run).toBe(2);
  expect(await relations()).toEqual(first);
  const log = `select run, mode, status, config_hash from ${DATABASE.schema}.run_log order by run`;
  const [one, two] = await folder.query(log, DATABASE.path);
  expect(two).toEqual({ ...one, run: 2, mode: "incremental" });
  expect(one).toMatchObject({ run: 1, mode: "full", status: "success" });
  folder.remove();
});
