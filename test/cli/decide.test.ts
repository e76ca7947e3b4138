// The verbs that look at runs and decide, as a user types them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, projectOf } from "./support.ts";

beforeAll(ensureBuilt, 180_000);

const YML = `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: "{{ env_var('STORE') }}.duckdb", schema: identity }
models:
  crm: { file: crm.csv, key: id, identifiers: { email: email }, attributes: [city] }
identifiers:
  email: { priority: 1 }
golden_record: { attributes: { city: most_frequent, emails: { identifier: email, survivorship: array } } }
decisions: decisions.csv
alerts: []
`;

const project = projectOf({
  "identity.yml": YML,
  "crm.csv": 'id,email,city\n1,ann@x.example,Ulm\n2,ann@x.example,\n3,bob@x.example,"Rom, Lazio"\n',
});
afterAll(project.remove);

const ENV = { STORE: "secret-store" };
const idweave = (words: string) => project.idweave(words, ENV);
const decisions = () => readFileSync(join(project.path, "decisions.csv"), "utf8");
const withoutTimes = (text: string) =>
  text.replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, "<time>").replace(/"(cursor)":"[^"]*"/g, '"$1":"…"');

describe("before the first run", () => {
  test("history says so, changes fail", async () => {
    expect(await idweave("history")).toEqual({
      code: 0,
      stdout: "No runs yet; `idweave run` makes the first.\n",
      stderr: "",
    });
    const { code, stderr, stdout } = await idweave("changes --since 0");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("error IDW733");
  });

  test("a decision makes its file", async () => {
    const { code, stdout } = await idweave("decide ignore email nobody@x.example --by eve --yes --quiet");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "  d-001  ignore_value email nobody@x.example

      Nothing is published yet; the first run follows it.

      Written to decisions.csv; the next run follows it.
      "
    `);
    expect(withoutTimes(decisions())).toMatchInlineSnapshot(`
      "id,decision,a,b,identifier,value,attribute,reason,decided_by,decided_at,expires_at
      d-001,ignore_value,,,email,nobody@x.example,,,eve,<time>,
      "
    `);
  });
});

describe("after it", () => {
  beforeAll(async () => {
    expect((await idweave("run --quiet")).code).toBe(0);
  });

  test("without a terminal it wants --yes or --dry-run, before it does anything", async () => {
    const before = decisions();
    const ended = await idweave("decide link crm:1 crm:3");
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain("say --yes or --dry-run");
    expect(await idweave("decide link crm:1 crm:3 --yes --expires 2020-01-01")).toMatchObject({ code: 2 });
    expect(decisions()).toBe(before);
  });

  test("--dry-run shows and writes nothing; no secret is told", async () => {
    const before = decisions();
    const { code, stdout, stderr } = await idweave("decide link crm:1 crm:3 --dry-run --reason family");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "  d-002  must_link crm:1 crm:3 (family)

        id_febdc8bf1058deeb10b9 merges into id_6a572634d77c9b87c6e2 with 1 record (must_link d-002: family)
        id_6a572634d77c9b87c6e2 stays, with 3 records instead of 2

      1 record moves to another identity.

      Nothing was written.
      "
    `);
    expect(stderr).toMatch(/Reading the models\n/);
    expect(decisions()).toBe(before);
  });

  test("--format json is one object, and writes with --yes", async () => {
    const { code, stdout, stderr } = await idweave(
      "decide link crm:1 crm:3 --yes --by eve --format json --expires 2999-01-01",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      decisions: [
        { id: "d-002", decision: "must_link", a: "crm:1", b: "crm:3", expires_at: "2999-01-01T00:00:00Z" },
      ],
      written: true,
      file: "decisions.csv",
      effect: { records_moved: 1, other_events: 0, newly_refused: [] },
      warnings: [],
    });
    expect(answer.effect.events).toMatchObject([{ event: "merged", records: 1, identifier: "must_link" }]);
    expect(decisions().split("\n")[2]).toMatch(
      /^d-002,must_link,crm:1,crm:3,,,,,eve,\d{4}-.*Z,2999-01-01T00:00:00Z$/,
    );
  });

  test("run --dry-run tells the changes, publishes nothing and leaves nothing", async () => {
    const dry = await idweave("run --dry-run --quiet");
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/would be 1 identities {2}\(run 2, incremental/);
    expect(dry.stdout).toMatch(/ {2}id_\w{20} merges into id_\w{20} with 1 record \(must_link d-002\)\n/);
    expect(dry.stdout).toMatch(/This was a dry run: nothing was published.\n$/);
    const json = JSON.parse((await idweave("run --dry-run --format json")).stdout);
    expect(json.preview).toMatchObject({
      events_found: 1,
      events: [{ event: "merged", records: 1 }],
      decisions: [{ id: "d-002", status: "in_force" }],
    });
    expect((await idweave("history --format json")).stdout).toContain('"run": 1');
    expect(JSON.parse((await idweave("history --format json")).stdout).runs.length).toBe(1);
    expect(existsSync(join(project.path, "secret-store.duckdb.dry-run"))).toBe(false);
  });

  test("history and changes after the next run", async () => {
    expect((await idweave("run --quiet")).code).toBe(0);
    const { stdout } = await idweave("history -n 5");
    expect(withoutTimes(stdout).replace(/ +\d+\.\d/g, " #")).toMatchInlineSnapshot(`
      "run  started (UTC)        mode         seconds  records  identities  rollback  changes
        2  <time>  incremental #        3           1            records: none; identities: 1 merged
        1  <time>  full #        3           2  yes       records: 3 new; identities: 2 created
      "
    `);
    const changes = await idweave("changes --since 1");
    expect(changes.stderr).toBe("");
    expect(withoutTimes(changes.stdout)).toMatchInlineSnapshot(`
      "{"cursor":"…","run":2,"kind":"events","occurred_at":"<time>","event":"merged","identity_id":"id_febdc8bf1058deeb10b9","other_identity_id":"id_6a572634d77c9b87c6e2","identifier":"must_link","value":"d-002","records":1,"reason":null}
      {"cursor":"…","run":2,"kind":"golden","change":"upsert","identity_id":"id_6a572634d77c9b87c6e2","golden":{"city":"Ulm","emails":["ann@x.example","bob@x.example"]}}
      {"cursor":"…","run":2,"kind":"golden","change":"delete","identity_id":"id_febdc8bf1058deeb10b9"}
      {"cursor":"…","run":2,"kind":"records","change":"upsert","record_key":"crm:3","identity_id":"id_6a572634d77c9b87c6e2","previous_identity_id":"id_febdc8bf1058deeb10b9"}
      "
    `);
    const lines = changes.stdout.trimEnd().split("\n");
    const [first = "{}"] = lines;
    const rest = await idweave(`changes --after ${JSON.parse(first).cursor}`);
    expect(rest.stdout.trimEnd().split("\n")).toEqual(lines.slice(1));
    const last = JSON.parse(lines.at(-1) ?? "{}").cursor;
    expect(await idweave(`changes --after ${last}`)).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("changes as CSV, with the columns of the kinds that are asked for", async () => {
    const { stdout } = await idweave("changes --since 0 --kind golden --format csv");
    expect(stdout.replace(/^W\w+/gm, "…")).toMatchInlineSnapshot(`
      "cursor,run,kind,change,identity_id,golden_city,golden_emails
      …,2,golden,upsert,id_6a572634d77c9b87c6e2,Ulm,"[""ann@x.example"",""bob@x.example""]"
      …,2,golden,delete,id_febdc8bf1058deeb10b9,,
      "
    `);
    const none = await idweave("changes --since 2 --kind events records --format csv");
    expect(none.stdout).toBe(
      "cursor,run,kind,occurred_at,event,identity_id,other_identity_id,identifier,value,records,reason,change,record_key,previous_identity_id\n",
    );
  });

  test.each([
    ["changes", "one of --since <run> and --after <cursor> is needed"],
    ["changes --since yesterday", "idweave history"],
    ["changes --after x", "A cursor is that of a row"],
    ["changes --since 1 --kind tables", "Allowed choices are events, golden, records"],
    ["history -n 0", "A whole number from 1 on."],
    ["decide", "Usage: idweave decide"],
    ["decide lnk a b", "Did you mean link?"],
    ["decide split id_1", "missing required argument 'records'"],
  ])("idweave %s is a wrong word", async (words, said) => {
    const { code, stderr } = await idweave(words);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
