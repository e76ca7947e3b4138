// PostgreSQL by its driver: values, functions and normalisers, runs by a profile, and the scenarios that were worked out by hand.
import { afterAll, beforeAll, expect, test } from "vitest";
import { postgres } from "../../src/dialect/postgres.ts";
import type { Mode } from "../../src/plan/plan.ts";
import { configHash } from "../../src/run/config-hash.ts";
import { connectionOf } from "../../src/run/connection.ts";
import { examineWarehouse } from "../../src/run/doctor.ts";
import { explain } from "../../src/run/explain.ts";
import { history } from "../../src/run/history.ts";
import { loadProject } from "../../src/run/load.ts";
import { compareParity } from "../../src/run/parity/index.ts";
import { placeOf } from "../../src/run/publish.ts";
import { runRemote } from "../../src/run/remote.ts";
import { postgresFlow } from "../../src/target/script/postgres.ts";
import { scriptText } from "../../src/target/script/warehouse.ts";
import { statementsOf } from "../../src/warehouse/postgres-statements.ts";
import { type RemoteWarehouse, StatementError } from "../../src/warehouse/remote.ts";
import { answerOf, referenceAnswer } from "../engine/answer.ts";
import { folderOf } from "../engine/run-project.ts";
import { EMAIL_CASES, PLAIN_CASES } from "../macros/cases.ts";
import { PHONE_CASES } from "../macros/phone-cases.ts";
import { jinjaFor, literal, sqlOf } from "../macros/support.ts";
import { resolveReference } from "../reference/resolve.ts";
import { conformanceFolder, loadFolder, ownScenarios, POLICIES } from "../scenarios/load.ts";
import { toProject } from "../scenarios/project.ts";
import { type Server, startPostgres } from "./postgres.ts";
import { warehouseCase } from "./scenarios.ts";

let server: Server;
let warehouse: RemoteWarehouse;

beforeAll(async () => {
  server = await startPostgres();
  warehouse = await server.connect();
  for (const statement of postgres.statements.session) await warehouse.execute(statement);
});
afterAll(async () => {
  await warehouse.close();
  await server.stop();
});

test("computes what DuckDB computes", async () => {
  const { differences, probes, samples } = await compareParity({
    dialect: postgres,
    jinja: jinjaFor("postgres"),
    reference: jinjaFor("duckdb"),
    patterns: [],
    query: (sql) => warehouse.execute(sql),
  });
  expect(probes).toBeGreaterThan(30);
  expect(samples).toBeGreaterThan(120);
  expect(differences).toEqual([]);
});

const TABLES = { ...PLAIN_CASES, ...EMAIL_CASES, phone: PHONE_CASES };

test.each(Object.entries(TABLES))("the normaliser %s gives the outputs of its table", async (name, cases) => {
  const country = name === "phone" ? "country" : undefined;
  // PostgreSQL keeps no NUL in a text.
  const kept = cases.filter(([input]) => input?.includes("\0") !== true);
  const text = (value: string | null) => `cast(${value === null ? "null" : literal(value)} as text)`;
  const rows = kept.map(([input, , where], index) => `(${index}, ${text(input)}, ${text(where ?? null)})`);
  const found = await warehouse.execute(
    `select ${sqlOf("postgres", name, "input", country)} as output from (values ${rows.join(",\n")}) as cases (position, input, country) order by position`,
  );
  const shown = (output: unknown, index: number) => [JSON.stringify(kept[index]?.slice(0, 1)), output];
  expect(found.map(({ output }, index) => shown(output, index))).toEqual(
    kept.map(([, output], index) => shown(output, index)),
  );
});

test("run and doctor reach it by dbt's profile", async () => {
  const { options } = server;
  const { host, port, user, database } = options;
  await warehouse.execute(
    `drop schema if exists profiled cascade; create schema profiled; create table profiled.people as select 1 as id, 'A@x.example' as email union all select 2, 'a@x.example'`,
  );
  const project = folderOf({
    "identity.yml": `version: 1
entity: person
targets: { prod: { type: postgres, profile: acme, schema: profiled } }
models: { people: { table: profiled.people, key: id, identifiers: { email: email } } }
identifiers: { email: { priority: 1, normalize: [email] } }
`,
    "profiles.yml": `acme:
  target: dev
  outputs:
    dev: { type: postgres, host: ${host}, port: ${port}, user: ${user}, pass: "{{ env_var('SECRET') }}", dbname: ${database}, schema: elsewhere, threads: 4 }
`,
  });
  try {
    const around = { project: project.path, env: { SECRET: "any" }, profilesDir: project.path };
    const { value, diagnostics } = loadProject(around);
    if (value?.target.kind !== "warehouse") throw new Error(JSON.stringify(diagnostics));
    const loaded = { ...value, target: value.target };
    const connection = connectionOf(loaded.target, { ...loaded, env: around.env });
    const { findings } = await examineWarehouse(loaded, connection, { parity: false, onStep: () => {} });
    expect(findings.filter(({ isRight }) => !isRight)).toEqual([]);
    const script = (mode: Mode) =>
      scriptText(loaded.plans[mode], postgresFlow, {
        ...loaded,
        place: placeOf(loaded),
        configHash: configHash(loaded),
        version: "0.0.0",
      });
    await expect(explain({ ...around, a: "people:1" })).rejects.toThrow("Nothing is published yet");
    expect(await history(around)).toEqual([]);
    const run = () => runRemote(loaded, { connection, script, full: false, onProgress: () => {} });
    expect((await run()).log).toMatchObject({ run: 1, mode: "full", records: 2, identities: 1 });
    expect(await explain({ ...around, a: "people:1", b: "email=A@X.example" })).toMatchObject({
      kind: "together",
      chain: [{ recordKey: "people:1" }, { identifier: "email", value: "a@x.example", records: 2 }],
    });
    expect(await history(around)).toMatchObject([{ run: 1, mode: "full", identities: 1, isKept: false }]);
    // What is not our own relations being missing is told as it is.
    await warehouse.execute("alter table profiled.identity_values rename value to other");
    await expect(explain({ ...around, a: "email=a@x.example" })).rejects.toThrow("does not exist");
    await warehouse.execute("alter table profiled.identity_values rename other to value");
    expect((await run()).message).toBe("run 2 (incremental): 2 records, 1 identities");
    await warehouse.execute("insert into profiled.people values (1, 'b@x.example')");
    await expect(run()).rejects.toThrow("The model people has keys more than once: 1");
    await warehouse.execute("delete from profiled.people where email = 'b@x.example'");
    // The run that failed holds the lock no longer.
    expect((await run()).log).toMatchObject({ run: 3, mode: "incremental" });
    if (server.hasSessions) {
      await warehouse.execute(
        `select pg_advisory_lock(hashtextextended('idweave ${database}.profiled.run_lock', 0))`,
      );
      await expect(run()).rejects.toThrow("Another run is under way");
      await warehouse.execute("select pg_advisory_unlock_all()");
    }
  } finally {
    project.remove();
  }
});

test("a script is taken apart at its semicolons", () => {
  const statements = [
    "select ';' as a, E'\\';' as b, \"c;\" -- ; d\n as e",
    "/* ; */ do $x$ begin; $$ ; $$ end $x$",
    "select a$b$c",
  ];
  expect(statementsOf(`-- none\n;${statements.join(";\n")};\n-- end;`)).toEqual(statements);
});

test("values of every kind, and errors", async () => {
  const [row] = await warehouse.execute(
    `select timestamp '2024-01-31 12:00:00.250' as at, timestamptz '2024-01-31 12:00:00+02' as zoned, date '2024-02-29' as day,
      true as yes, cast(0.5 as float8) as half, 1.50 as decimal, null as nothing, 9007199254740993 as big, array['a', null] as list`,
  );
  expect(row).toEqual({
    at: "2024-01-31 12:00:00.25",
    zoned: "2024-01-31 10:00:00",
    day: "2024-02-29",
    yes: true,
    half: 0.5,
    decimal: "1.50",
    nothing: null,
    big: 9007199254740993n,
    list: '["a",null]',
  });
  const failure = await warehouse.execute("select nosuch").catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StatementError);
  expect(String(failure)).toContain('column "nosuch" does not exist');
});

const folder = conformanceFolder();
const SCENARIOS = [...(folder === undefined ? [] : loadFolder(folder)), ...ownScenarios()];

/** All policies of a scenario take three times as long; a sample takes one of each in turn. */
const ALL = process.env["IDWEAVE_ALL"] === "1";
const CASES = SCENARIOS.flatMap((scenario, index) =>
  POLICIES.filter((_, turn) => ALL || turn === index % POLICIES.length).map((policy) => ({
    name: `${scenario.name}, contested: ${policy}`,
    scenario,
    policy,
  })),
);

test.each(CASES.map((each) => [each.name, each] as const))("%s", async (_, { scenario, policy }) => {
  const config = scenario.config[policy];
  const { records, decisions } = scenario;
  const { files } = toProject(config, records, decisions);
  const project = await warehouseCase("postgres", warehouse, "scenario", config, files);
  try {
    await project.feed(files);
    await warehouse.execute(project.script("full"));
    const answer = await answerOf((sql) => warehouse.execute(sql), project.place);
    expect(answer).toEqual(referenceAnswer(resolveReference(config, records, decisions)));
  } finally {
    project.folder.remove();
  }
  await warehouse.execute("drop schema scenario cascade");
});
