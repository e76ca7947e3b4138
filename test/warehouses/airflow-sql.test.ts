// The DAG that sends the compiled script: it is read by Airflow, its parts do what they promise, and where Airflow has the
// provider of a warehouse it runs to the end, with results that are those of `idweave run` on DuckDB.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, MAIN, ROOT } from "../cli/support.ts";
import { folderOf } from "../engine/run-project.ts";
import { DATABASE } from "../scenarios/project.ts";
import { startPostgres } from "./postgres.ts";
import { PLACES, type Table, tableStatement, type WarehouseName } from "./project.ts";
import { differingRows, publishedOnDuckdb, publishedRows } from "./relations.ts";
import { ABSENT, forStandIn, startStandIn } from "./stand-in.ts";
import { programsOf } from "./support.ts";

const GOLDEN = join(ROOT, "test", "golden");
/** An environment of Airflow with providers; without it the one that is installed with the stand-ins. */
const OWN = process.env["IDWEAVE_AIRFLOW"];
const PROGRAMS = OWN === undefined ? programsOf("airflow") : join(OWN, "bin");
const PROVIDERS = { snowflake: "snowflake", postgres: "postgres", bigquery: "google.cloud" } as const;
const NAMES = ["postgres", "snowflake", "bigquery"] as const satisfies readonly WarehouseName[];

function python(program: string, words: readonly string[] = []) {
  const ended = spawnSync(join(PROGRAMS ?? "", "python"), ["-c", program, ...words], {
    encoding: "utf8",
    env: { ...process.env, AIRFLOW_HOME: join(tmpdir(), "idweave-airflow-home") },
  });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return ended.stdout;
}

/** Whether the DAG can run: Airflow has the provider, and there is something to connect to. Says loudly what is missing. */
function canRun(name: WarehouseName): boolean {
  if (PROGRAMS === undefined) return false;
  if (name !== "postgres" && ABSENT !== undefined) {
    process.stderr.write(`\n${ABSENT}\n`);
    return false;
  }
  const found = python(
    "import importlib.util, sys\ntry: print(importlib.util.find_spec(sys.argv[1]) is not None)\nexcept ModuleNotFoundError: print(False)",
    [`airflow.providers.${PROVIDERS[name]}`],
  );
  if (found.trim() === "True") return true;
  const packaged = PROVIDERS[name].split(".")[0];
  process.stderr.write(
    `\nSKIPPED: the SQL DAG on ${name}: Airflow has no apache-airflow-providers-${packaged} (IDWEAVE_AIRFLOW names an environment that has it)\n`,
  );
  return false;
}

describe.skipIf(PROGRAMS === undefined).each(NAMES)("the DAG of a script, %s", (name) => {
  const sources = join(GOLDEN, "airflow", "sql");
  const compiled = join(GOLDEN, "warehouse", name);
  // By its path: a provider may bring a package that has the name of the warehouse.
  const load = `import importlib.util, json, sys
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("the_dag", ${JSON.stringify(join(sources, `${name}.py`))})
dag = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dag)
`;

  test("Airflow reads it without a provider, and runs one at a time", () => {
    const told = python(
      `${load}from airflow.sdk import DAG
[found] = [each for each in vars(dag).values() if isinstance(each, DAG)] or [dag.person_person_identities()]
print(json.dumps([found.max_active_runs, sorted(found.params), [[each.task_id, sorted(each.downstream_task_ids)] for each in found.tasks]]))`,
    );
    expect(JSON.parse(told.trim().split("\n").at(-1) ?? "")).toEqual([
      1,
      ["accept_alarms", "as_of", "full"],
      [
        ["choose", ["run"]],
        ["run", ["report"]],
        ["report", []],
      ],
    ]);
  });

  test("parameters change their own lines of the script, and nothing else", () => {
    const script = readFileSync(join(compiled, "incremental.sql"), "utf8");
    const told = python(
      `${load}text = open(${JSON.stringify(join(compiled, "incremental.sql"))}).read()
given = {"accept_alarms": True, "as_of": "2026-01-31T14:00:00+02:00"}
print(json.dumps([dag.with_parameters(text, given), dag.with_parameters(text, {"accept_alarms": False, "as_of": None}) == text]))`,
    );
    const [changed, isSame] = JSON.parse(told.trim().split("\n").at(-1) ?? "") as [string, boolean];
    expect(isSame).toBe(true);
    const before = script.split("\n");
    const lines = changed.split("\n").filter((line, index) => line !== before[index]);
    expect(changed.split("\n")).toHaveLength(before.length);
    expect(lines).toEqual([
      expect.stringMatching(/idw_as_of [^;]+ cast\('2026-01-31 12:00:00\.000000' as \w+\); -- /),
      expect.stringMatching(/idw_accept_alarms bool(ean)? (default|:=) true; -- /),
    ]);
  });

  test("what no retry mends fails at once, and all else is tried again", () => {
    const said = [
      "IDW720 match_rate is 41%: falls by 20%",
      "IDW501 The model people has keys more than once: 17",
      "IDW602 A decision",
      "IDW701 Another run is under way",
      "the connection was lost",
    ];
    const told = python(`${load}
def tell(work):
    try: work()
    except Exception as error: print(type(error).__name__, str(error).splitlines()[0])
tell(lambda: dag.with_parameters("", {"accept_alarms": False, "as_of": "'; drop table x"}))
for text in ${JSON.stringify(said)}:
    def send(script, secret=None): raise RuntimeError(text + "\\nCONTEXT: select 'no more'")
    dag.send = send
    tell(lambda: dag.publish(""))`);
    expect(told.trim().split("\n").slice(-6)).toEqual([
      expect.stringMatching(/^AirflowFailException as_of: Invalid isoformat string/),
      `AirflowFailException ${said[0]} Trigger it with accept_alarms to publish all the same.`,
      `AirflowFailException ${said[1]}`,
      `AirflowFailException ${said[2]}`,
      `RuntimeError ${said[3]}`,
      `RuntimeError ${said[4]}`,
    ]);
  });
});

type Running = {
  readonly execute: (sql: string) => Promise<readonly Readonly<Record<string, never>>[]>;
  readonly query: Parameters<typeof publishedRows>[0];
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
};

async function start(name: WarehouseName, folder: string): Promise<Running> {
  if (name === "postgres") {
    const server = await startPostgres();
    const { host, port, user, password, database } = server.options;
    const connection = {
      conn_type: "postgres",
      host,
      port,
      login: user,
      password: password ?? "",
      schema: database,
      extra: { sslmode: "disable" },
    };
    const ask = async (sql: string) => {
      const warehouse = await server.connect();
      try {
        return await warehouse.execute(sql);
      } finally {
        await warehouse.close();
      }
    };
    return running(ask, { AIRFLOW_CONN_POSTGRES_DEFAULT: JSON.stringify(connection) }, server.stop);
  }
  const standIn = await startStandIn(name);
  const warehouse = await standIn.connect();
  const { hostname, port } = new URL(standIn.url);
  const stop = async () => {
    await warehouse.close();
    await standIn.stop();
  };
  const ask = (sql: string) => warehouse.execute(sql);
  if (name === "bigquery") {
    const connection = { conn_type: "google_cloud_platform", extra: { is_anonymous: true, project: "test" } };
    const env = { AIRFLOW_CONN_GOOGLE_CLOUD_DEFAULT: JSON.stringify(connection) };
    return running(ask, { ...env, BIGQUERY_EMULATOR_HOST: standIn.url }, stop);
  }
  // A connection of Airflow's cannot name the protocol, which is always https.
  writeFileSync(
    join(folder, "sitecustomize.py"),
    `import os
if os.environ.get("IDWEAVE_OVER_HTTP"):
    import snowflake.connector
    connect = snowflake.connector.connect
    snowflake.connector.connect = lambda **options: connect(**options, protocol="http")
`,
  );
  const { catalog, schema } = PLACES.snowflake;
  const extra = { account: "local", database: catalog, host: hostname, port: Number(port) };
  const connection = { conn_type: "snowflake", login: "u", password: "p", schema, extra };
  const env = { AIRFLOW_CONN_SNOWFLAKE_DEFAULT: JSON.stringify(connection) };
  return running(ask, { ...env, PYTHONPATH: folder, IDWEAVE_OVER_HTTP: "1" }, stop);
}

function running(ask: Running["query"], env: Running["env"], stop: Running["stop"]): Running {
  return { execute: async (sql) => (await ask(sql)) as never, query: ask, env, stop };
}

const SCHEMA = "sql_dag";

const PEOPLE = [
  ["1", "ann@x.example"],
  ["2", "ann@x.example"],
  ["3", "bob@x.example"],
] as const;

type Person = readonly [string, string];

function tableOf(rows: readonly Person[]): Table {
  const columns = ["id", "email"].map((column) => ({ name: column, type: "text" as const }));
  return { name: "raw_people", columns, rows };
}

/** `limit` is what a change of identity.yml changes. */
function document(limit: number) {
  return {
    version: 1,
    entity: "person",
    identifiers: { email: { priority: 1, max_records: limit } },
    alerts: [{ metric: "largest_identity", above: 3, on: "fail" }],
  };
}

const ABOUT = { key: "id", identifiers: { email: "email" } };

describe.each(NAMES.filter(canRun))("the DAG of a script runs, %s", (name) => {
  const home = mkdtempSync(join(tmpdir(), "idweave-airflow-sql-"));
  const { catalog } = PLACES[name];
  const place = `${catalog}.${SCHEMA}`;
  const settings = {
    postgres: { type: "postgres", host: "localhost", user: "u", dbname: catalog },
    snowflake: {
      type: "snowflake",
      account: "local",
      user: "u",
      authenticator: "externalbrowser",
      database: catalog,
    },
    bigquery: { type: "bigquery", project: catalog },
  }[name];
  const target = { ...settings, [name === "bigquery" ? "dataset" : "schema"]: SCHEMA };
  const project = folderOf({});
  const onDuckdb = folderOf({});
  let warehouse: Running;

  function write(limit: number) {
    const models = { people: { table: `${place}.raw_people`, ...ABOUT } };
    project.write({
      "identity.yml": JSON.stringify({ ...document(limit), targets: { prod: target }, models }),
    });
    const onFile = { people: { file: "people.ndjson", ...ABOUT } };
    const targets = { dev: { type: "duckdb", ...DATABASE } };
    onDuckdb.write({ "identity.yml": JSON.stringify({ ...document(limit), targets, models: onFile }) });
    for (const words of [[], ["--format", "airflow", "--variant", "sql", "--schedule", "none"]]) {
      const ended = spawnSync(process.execPath, [MAIN, "compile", ...words], {
        cwd: project.path,
        encoding: "utf8",
      });
      if (ended.status !== 0) throw new Error(ended.stderr);
    }
    if (name === "postgres") return;
    for (const mode of ["full", "incremental"]) {
      const file = join(project.path, "target", "compiled", `${mode}.sql`);
      writeFileSync(file, forStandIn(name, readFileSync(file, "utf8")));
    }
  }

  async function fill(people: readonly Person[]) {
    await warehouse.execute(tableStatement(name, SCHEMA, tableOf(people)));
    const lines = people.map(([id, email]) => JSON.stringify({ id, email }));
    onDuckdb.write({ "people.ndjson": lines.join("\n") });
  }

  function airflow(
    ...words: readonly string[]
  ): Promise<{ readonly code: number | null; readonly output: string }> {
    const child = spawn(join(PROGRAMS ?? "", "airflow"), words, {
      cwd: home,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        ...warehouse.env,
        AIRFLOW_HOME: join(home, "home"),
        // An error is one line then.
        COLUMNS: "1000",
        NO_COLOR: "1",
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__CORE__DAGS_FOLDER: join(project.path, "target", "airflow"),
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        // Airflow's own logs are coloured all the same.
        output += stripVTControlCharacters(text);
      });
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
  }

  const runDag = (conf = {}) => airflow("dags", "test", "person_identities", "--conf", JSON.stringify(conf));

  async function expectSame() {
    expect(
      differingRows(await publishedOnDuckdb(onDuckdb), await publishedRows(warehouse.query, place)),
    ).toEqual({});
  }

  beforeAll(async () => {
    await ensureBuilt();
    mkdirSync(join(home, "home"));
    warehouse = await start(name, home);
    if (name === "postgres") await warehouse.execute(`drop schema if exists ${SCHEMA} cascade`);
    await warehouse.execute(`create schema if not exists ${name === "postgres" ? SCHEMA : place}`);
    const { code, output } = await airflow("db", "migrate");
    if (code !== 0) throw new Error(output);
  });
  afterAll(async () => {
    await warehouse.stop();
    for (const folder of [project, onDuckdb]) folder.remove();
    rmSync(home, { recursive: true, force: true });
  });

  test("full, incremental, stopped by an alarm, full for another identity.yml", async () => {
    write(50);
    await fill(PEOPLE);
    const first = await runDag();
    expect(first.output).toContain("Returned value was: run 1 (full): 3 records, 2 identities");
    expect(first.output).toMatch(/Returned value was: \{'run': 1,.*'metrics': \[\{'metric': /);
    expect(first.code).toBe(0);
    await onDuckdb.run();
    await expectSame();

    await fill([...PEOPLE, ["4", "bob@x.example"]]);
    const second = await runDag();
    expect(second.output).toContain("Returned value was: run 2 (incremental): 4 records, 2 identities");
    await onDuckdb.run();
    await expectSame();

    write(60);
    await fill([...PEOPLE, ["4", "bob@x.example"], ["5", "ann@x.example"], ["6", "ann@x.example"]]);
    const third = await runDag();
    expect(third.output).toMatch(/AirflowFailException(: |\(')IDW720 largest_identity is 4(\.0)?: above 3/);
    expect(third.code).toBe(1);
    expect(third.output).not.toContain("Returned value was: run ");
    await expectSame();

    const fourth = await runDag({ accept_alarms: true, as_of: "2030-01-01T00:00:00Z" });
    expect(fourth.output).toContain("Returned value was: run 3 (full): 6 records, 2 identities");
    await onDuckdb.run({ acceptAlarms: true });
    await expectSame();
  });
});
