// Explanations over several runs: when two met, what became of an id; and names as users write them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { explanationHtml } from "../../src/explain/html.ts";
import { mermaid } from "../../src/explain/mermaid.ts";
import { pictureOf } from "../../src/explain/picture.ts";
import { explanationText } from "../../src/explain/text.ts";
import { explain } from "../../src/run/explain.ts";
import { sample } from "../../src/run/sample.ts";
import { folderOf } from "../engine/run-project.ts";

const IDENTITY = `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm: { file: crm.csv, key: id, observed_at: at, identifiers: { login: login, email: email } }
  shop: { file: shop.csv, key: id, observed_at: at, identifiers: { email: email } }
identifiers:
  login: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 3, normalize: [email], contested: first }
decisions: decisions.csv
`;

const folder = folderOf({
  "identity.yml": IDENTITY,
  "decisions.csv": "id,decision,a,b,reason\n",
  "crm.csv":
    "id,at,login,email\n1,2024-01-01,ann,ann@x.example\n2,2024-01-02,,a.nn@x.example\n9,2024-01-09,bob,<b>@x.example\n",
  "shop.csv": "id,at,email\n1,2024-02-01,a.nn@x.example\n",
});
const ask = (a: string, b?: string) => explain({ project: folder.path, a, b });
const idOf = async (record: string) =>
  String(
    (
      await folder.query(`select identity_id from identity.identity_records where record_key = '${record}'`)
    )[0]?.["identity_id"],
  );
let second = "";

beforeAll(async () => {
  await folder.run();
  second = await idOf("crm:2");
  // The second run joins the two by a decision; the third brings a record.
  folder.write({ "decisions.csv": "id,decision,a,b,reason\nd-1,must_link,crm:1,crm:2,same person\n" });
  await folder.run();
  folder.write({
    "crm.csv":
      "id,at,login,email\n1,2024-01-01,ann,ann@x.example\n2,2024-01-02,,a.nn@x.example\n3,2024-03-01,ann,\n9,2024-01-09,bob,<b>@x.example\n8,2024-03-02,carl,<b>@x.example\n",
  });
  await folder.run();
});
afterAll(folder.remove);

test("a merge of two identities by a decision", async () => {
  const told = await ask("shop:1", "crm:1");
  expect(told).toMatchObject({
    kind: "together",
    chain: [
      { kind: "record", recordKey: "shop:1" },
      { kind: "value", identifier: "email", value: "a.nn@x.example", records: 2 },
      { kind: "record", recordKey: "crm:2" },
      { kind: "must_link", decisionId: "d-1", reason: "same person" },
      { kind: "record", recordKey: "crm:1" },
    ],
    weakest: { kind: "value", identifier: "email" },
    met: {
      kind: "in_run",
      run: 2,
      event: { event: "merged", identityId: second, identifier: "must_link", value: "d-1" },
    },
  });
  expect(explanationText(told)).toContain(
    `merges into ${await idOf("crm:1")} with 2 records (must_link d-1: same person)`,
  );
});

test("a record that joined later, and two that were one from the start", async () => {
  expect(await ask("crm:3", "crm:1")).toMatchObject({
    met: { kind: "in_run", run: 3, before: [null, await idOf("crm:1")] },
  });
  expect(await ask("shop:1", "crm:2")).toMatchObject({ met: { kind: "in_run", run: 1 } });
});

test("a merged id leads to the identity that holds it, whose life tells of it", async () => {
  const told = await ask(second);
  expect(told).toMatchObject({
    kind: "life",
    identityId: await idOf("crm:1"),
    redirects: [second],
    recordsFound: 4,
  });
  if (told.kind !== "life") expect.unreachable();
  expect(told.events.map(({ run, event }) => `${run} ${event}`)).toEqual(["1 created", "2 merged"]);
  expect(await ask(second, "crm:3")).toMatchObject({ kind: "together", a: { record: "crm:2" } });
});

test("a value, normalised like data; a key without its model", async () => {
  expect(await ask("email= A.NN@X.example ", "login=ann")).toMatchObject({
    kind: "together",
    a: { kind: "value", value: "a.nn@x.example", elsewhere: 0 },
    chain: [
      { kind: "value" },
      { recordKey: "crm:2" },
      { kind: "must_link" },
      { recordKey: "crm:1" },
      { kind: "value" },
    ],
  });
  expect(await ask("2")).toMatchObject({ kind: "life", a: { record: "crm:2" } });
});

test("two that a limit keeps apart, and a value that would be markup", async () => {
  const told = await ask("crm:9", "crm:8");
  expect(told).toMatchObject({
    kind: "apart",
    evidence: [
      {
        identifier: "email",
        statusA: "active",
        statusB: "contested",
        refusals: [{ blockedBy: "login", limit: 1 }],
      },
    ],
    whatIf: { kind: "joins", change: { kind: "limit", identifier: "login", from: 1, to: 2 }, tried: [] },
  });
  const html = explanationHtml(told);
  expect(html).toContain("&#60;b&#62;@x.example");
  expect(html).not.toContain("<b>");
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  expect(mermaid(pictureOf(told))).toContain('v0(["email #60;b#62;@x.example<br/>active | contested');
});

test.each([
  ["1", "IDW624: 2 records have the key `1`."],
  ["crm:99", "IDW616: The model crm has no record `99`."],
  ["emial=x", "IDW616: There is no identifier `emial`, nor a record `emial=x`."],
  ["email=nobody@x.example", "IDW616: No record carries `email=nobody@x.example`."],
  ["id_00000000000000000000", "IDW616: No identity `id_00000000000000000000` was ever issued."],
])("%s is nothing", async (name, message) => {
  const error = await ask(name, "crm:2").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DiagnosticError);
  const [first] = (error as DiagnosticError).diagnostics;
  expect(`${first?.code}: ${first?.message}`).toBe(message);
});

test("a sample is the same for the same seed, and has a line for each unit", async () => {
  const draw = (seed: number) => sample({ project: folder.path, kind: "merges", count: 50, seed });
  const { csv, strata } = await draw(1);
  expect(csv).toBe((await draw(1)).csv);
  expect(strata).toEqual([
    { stratum: "email", size: 1, sampled: 1 },
    { stratum: "login", size: 1, sampled: 1 },
    { stratum: "must_link", size: 1, sampled: 1 },
  ]);
  expect(csv.split("\n").map((line) => line.split(",").slice(0, 6).join(","))).toEqual([
    "kind,stratum,stratum_size,question,verdict,tie",
    "merges,email,1,Are these two records one and the same?,,email a.nn@x.example",
    "merges,login,1,Are these two records one and the same?,,login ann",
    "merges,must_link,1,Are these two records one and the same?,,must_link d-1",
    "",
  ]);
  const splits = await sample({ project: folder.path, kind: "splits", count: 50, seed: 1 });
  expect(splits.strata).toEqual([{ stratum: "email refused by login", size: 1, sampled: 1 }]);
});

test("two that share nothing any more", async () => {
  folder.write({ "decisions.csv": "id,decision,a,b,reason\n" });
  await folder.run();
  const told = await ask("crm:1", "crm:2");
  expect(told).toMatchObject({ kind: "apart", whatIf: { kind: "not_asked", why: { kind: "no_evidence" } } });
});
