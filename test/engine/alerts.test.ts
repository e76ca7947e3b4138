// Alarms: what fires, what it says, that a failing one leaves everything as it was, and that the defaults see an over-merge.
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { readProject } from "../../src/config/index.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { alarmsOf, alarmText, type Metrics } from "../../src/run/alerts.ts";
import { CRM_CSV, identityYml, projectOf, refusalIn, seenFrom } from "./messages.ts";
import type { Folder } from "./run-project.ts";

const metrics = (values: Readonly<Record<string, Readonly<Record<string, number>>>>): Metrics =>
  new Map(Object.entries(values).map(([name, dimensions]) => [name, new Map(Object.entries(dimensions))]));

function fired(alerts: string, now: Metrics, before: Metrics = new Map()): readonly string[] {
  const { value } = readProject(identityYml({ more: `alerts: ${alerts}` }), "identity.yml");
  if (value === undefined) throw new Error("the project is broken");
  return alarmsOf(value, now, before).map(({ alarm }) => alarmText(alarm));
}

const rate = (value: number) => metrics({ match_rate: { "": value, crm: value / 2 } });

test("bounds are exceeded, not reached", () => {
  const above =
    "[{ metric: largest_identity, above: 5 }, { metric: match_rate, dimension: crm, below: 0.25 }]";
  expect(fired(above, metrics({ largest_identity: { "": 5 }, match_rate: { "": 0, crm: 0.25 } }))).toEqual(
    [],
  );
  expect(fired(above, metrics({ largest_identity: { "": 6 }, match_rate: { "": 1, crm: 0.2499 } }))).toEqual([
    "largest_identity is 6: above 5",
    "match_rate of crm is 24.99%: below 25%",
  ]);
});

test("changes are against the last run, of so much or of so many per cent", () => {
  const falls = "[{ metric: match_rate, falls_by: 20% }]";
  expect(fired(falls, rate(0.4), rate(0.5))).toEqual([
    "match_rate is 40%, after 50% in the last run: falls by 20%",
  ]);
  expect(fired(falls, rate(0.41), rate(0.5))).toEqual([]);
  expect(fired(falls, rate(0.6), rate(0.5))).toEqual([]);
  expect(fired("[{ metric: match_rate, falls_by: 0.1 }]", rate(0.375), rate(0.5))).toEqual([
    "match_rate is 37.5%, after 50% in the last run: falls by 10%",
  ]);
  expect(fired("[{ metric: match_rate, rises_by: 0 }]", rate(0.5), rate(0.5))).toEqual([]);
  expect(fired("[{ metric: match_rate, rises_by: 900% }]", rate(0.5), rate(0))).toEqual([
    "match_rate is 50%, after 0% in the last run: rises by 900%",
  ]);
});

test("a first run has no change, and what could not be said is no alarm", () => {
  expect(fired("[{ metric: match_rate, falls_by: 20% }]", rate(0))).toEqual([]);
  expect(fired("[{ metric: match_rate, below: 1 }]", new Map(), rate(1))).toEqual([]);
});

test("all conditions must hold; a metric without a whole is looked at in each dimension", () => {
  const both = "[{ metric: value_reject_rate, above: 0.01, rises_by: 100% }]";
  const rejects = (value: number) => metrics({ value_reject_rate: { email: value, "email/invalid": 1 } });
  expect(fired(both, rejects(0.008), rejects(0.001))).toEqual([]);
  expect(fired(both, rejects(0.03), rejects(0.02))).toEqual([]);
  expect(fired(both, rejects(0.03), rejects(0.01))).toEqual([
    "value_reject_rate of email is 3%, after 1% in the last run: above 1% and rises by 100%",
  ]);
});

const WITH_ALARM = identityYml({
  more: `alerts:
  - { metric: match_rate, dimension: crm, falls_by: 20%, on: fail }
  - { metric: largest_identity, above: 2 }
  - { metric: records, below: 4, on: warn }
`,
});
const CUT_CSV = CRM_CSV.replace("ann@x.org,Ulm\n3", "anne@x.org,Ulm\n3");

test("a failing alarm publishes nothing, and says the numbers and the line", async () => {
  const folder = projectOf({ "identity.yml": WITH_ALARM });
  const { alarms, warnings } = await folder.run();
  expect(alarms).toMatchObject([{ metric: "records", value: 3, condition: "below 4", on: "warn" }]);
  expect(warnings.map(({ code }) => code)).toEqual(["IDW721"]);

  folder.write({ "crm.csv": CUT_CSV });
  expect(await refusalIn(folder)).toMatchInlineSnapshot(`
    "identity.yml:15:7: error IDW720: match_rate of crm is 0%, after 66.6667% in the last run: falls by 20%. Nothing was published.
       |
    14 | alerts:
    15 |   - { metric: match_rate, dimension: crm, falls_by: 20%, on: fail }
       |       ^^^^^^
      = If the numbers are right, change the bound, or accept them once with \`--accept-alarms\`.

    identity.yml:17:7: warning IDW721: records is 3, after 3 in the last run: below 4.
       |
    16 |   - { metric: largest_identity, above: 2 }
    17 |   - { metric: records, below: 4, on: warn }
       |       ^^^^^^
    "
  `);
  expect(await folder.query("select max(run) as run from identity.run_metrics")).toEqual([{ run: 1 }]);

  const accepted = await folder.run({ acceptAlarms: true });
  expect(seenFrom(folder, formatDiagnostics(accepted.warnings, "text"))).toMatchInlineSnapshot(`
    "identity.yml:15:7: warning IDW721: match_rate of crm is 0%, after 66.6667% in the last run: falls by 20%.

    identity.yml:17:7: warning IDW721: records is 3, after 3 in the last run: below 4.
    "
  `);
  expect((await folder.run()).alarms.map(({ metric }) => metric)).toEqual(["records"]);
  folder.remove();
});

/** People in rows who each share a phone with the next: a small over-merge, unless phones have a limit. */
function chained(people: number): string {
  const rows = Array.from(
    { length: people },
    (_, person) => `${person}a,${person}@x.org,${person}\n${person}b,${person}@x.org,${person + 1}\n`,
  );
  return `id,email,phone\n${rows.join("")}`;
}

async function overMerge(phone: string): Promise<{ folder: Folder; refusal: string }> {
  const folder = projectOf({
    "identity.yml": identityYml({
      models: "  crm: { file: crm.csv, key: id, identifiers: { email: email, phone: phone } }",
      identifiers: `  email: { priority: 1${phone} }\n  phone: { priority: 2 }`,
    }),
    "crm.csv": chained(600),
  });
  return { folder, refusal: phone === "" ? await refusalIn(folder) : "" };
}

test("by default an over-merge of 1,200 records stops the first run, and a limit cures it", async () => {
  const without = await overMerge("");
  expect(without.refusal).toMatchInlineSnapshot(`
    "error IDW720: largest_identity is 1,200: above 1,000. Nothing was published.
      = It is that of crm:0a, and its most common values are email \`0@x.org\` (2 records), email \`100@x.org\` (2 records), email \`101@x.org\` (2 records). This alarm is a default; \`alerts:\` in identity.yml replaces the defaults (docs/metrics.md). If the numbers are right, change the bound, or accept them once with \`--accept-alarms\`.
    "
  `);
  without.folder.remove();
  const limited = await overMerge(", limit: 1");
  expect((await limited.folder.run()).alarms).toEqual([]);
  limited.folder.remove();
});

// What `npm run bench -- --people 10000` has made.
const made = process.env["BENCH_DATA"] ?? fileURLToPath(new URL("../../.bench/data", import.meta.url));
const data = join(made, "10000");
const isThere = existsSync(join(data, "crm_contacts.parquet"));
if (!isThere) console.warn(`!! Skipped: the over-merge of the generator; no ${data}, which the bench makes.`);

test.skipIf(!isThere)(
  "by default the over-merge of the generator without limits stops the run",
  async () => {
    const document = parseDocument(
      readFileSync(new URL("../../bench/shop/identity.yml", import.meta.url), "utf8"),
    );
    for (const name of ["user_id", "email", "name_birth_zip", "phone", "anonymous_id", "device_id"]) {
      for (const key of ["limit", "contested", "max_records"]) document.deleteIn(["identifiers", name, key]);
    }
    const folder = projectOf({ "identity.yml": String(document) });
    symlinkSync(data, join(folder.path, "data"));
    expect(await refusalIn(folder)).toMatch(/error IDW720: largest_identity is \d,\d{3}: above 1,000\./);
    folder.remove();
  },
  120_000,
);
