// run_metrics on DuckDB: every metric of a small run counted by hand, runs beside each other, and what docs/metrics.md says.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import schema from "../../src/config/identity.schema.json" with { type: "json" };
import { dimensionsOf, METRIC_NAMES, METRICS, readProject } from "../../src/config/index.ts";
import { type Folder, folderOf } from "./run-project.ts";

const IDENTITY = `version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm:
    file: crm.csv
    key: id
    observed_at: at
    on_duplicate_key: latest
    identifiers: { user: user, email: [email, email2], phone: phone }
    attributes: [city]
    reject:
      - { when: "city = 'Nowhere'", reason: nowhere }
  web:
    file: web.csv
    key: id
    identifiers: { user: user, phone: phone }
  empty:
    file: empty.csv
    key: id
    identifiers: { phone: phone }
identifiers:
  user: { priority: 1, limit: 1, contested: first }
  email: { priority: 2, limit: 2, normalize: [email], valid: '.+@.+', ignore: [no@x.org] }
  phone: { priority: 3, limit: 3, max_records: 3 }
decisions: decisions.csv
golden_record:
  attributes: { city: most_frequent }
`;

// crm:1, web:1 and web:2 are one; crm:2 is alone; crm:3 and web:3 would be one by a phone with two users.
const FILES = {
  "identity.yml": IDENTITY,
  "crm.csv": `id,at,user,email,email2,phone,city
1,2026-01-01,u1,Ann@x.org,ann@y.org,,Ulm
2,2026-01-01,,no@x.org,nonsense,99,Rom
3,2026-01-01,u3,cid@x.org,,33,Rom
3,2025-01-01,u9,old@x.org,,,Rom
4,2026-01-01,,,,,Nowhere
`,
  "web.csv": `id,user,phone
1,u1,99
2,u1,99
3,u4,33
4,,99
`,
  "empty.csv": "id,phone\n",
  "decisions.csv": "id,decision,a,b\nd1,cannot_link,crm:1,crm:2\nd2,must_link,crm:1,crm:77\n",
};

const metricsOf = async (folder: Folder, run = 1): Promise<Readonly<Record<string, number>>> => {
  const rows = await folder.query(
    `select metric || case when dimension = '' then '' else ' ' || dimension end as name, metric_value
     from identity.run_metrics where run = ${run} order by all`,
  );
  return Object.fromEntries(rows.map((row) => [row["name"], Number(row["metric_value"])]));
};

test("a small run, counted by hand", async () => {
  const folder = folderOf(FILES);
  await folder.run();
  const found = await metricsOf(folder);
  folder.remove();
  expect(found).toMatchObject({
    records: 7,
    "records crm": 3,
    "records web": 4,
    "records empty": 0,
    identities: 5,
    "identities crm": 3,
    "identities web": 3,
    match_rate: 3 / 7,
    "match_rate crm": 1 / 3,
    "match_rate web": 2 / 4,
    merge_rate: 2 / 7,
    "merge_rate crm": 0,
    "merge_rate web": 1 / 4,
    orphaned_records: 4,
    "orphaned_records web": 2,
    largest_identity: 3,
    "identity_size p50": 1,
    "identity_size p90": 3,
    "identity_size mean": 7 / 5,
    "identifier_coverage user": 5 / 7,
    "identifier_coverage user/crm": 2 / 3,
    "identifier_coverage user/web": 3 / 4,
    "identifier_coverage email/crm": 2 / 3,
    "identifier_coverage phone/web": 1,
    "identifier_values email": 3,
    "identifier_values phone": 2,
    "shared_values phone": 1,
    "contested_values phone": 1,
    "over_limit_values email": 0,
    "ignored_values email": 1,
    refused_merges: 2,
    "refused_merges phone": 2,
    // Five rows of crm, one rejected and one superseded; four of web.
    record_reject_rate: 2 / 9,
    "record_reject_rate crm": 2 / 5,
    "record_reject_rate web": 0,
    "record_reject_rate crm/nowhere": 1 / 5,
    "record_reject_rate crm/duplicate_key": 1 / 5,
    "record_reject_rate crm/null_key": 0,
    // Three emails that count, one ignored, one invalid.
    "value_reject_rate email": 2 / 5,
    "value_reject_rate email/ignored": 1 / 5,
    "value_reject_rate email/invalid": 1 / 5,
    "value_reject_rate email/empty": 0,
    "value_reject_rate phone": 0,
    decisions: 2,
    "decisions in_force": 1,
    "decisions unknown_record": 1,
    decisions_in_force: 1,
    "decisions_in_force cannot_link": 1,
    "decisions_in_force must_link": 0,
    // One value ties three records, and two emails fill their limit.
    mean_confidence: 0.6563,
    low_confidence_rate: 0,
    "confidence_distribution 0.6": 1,
    "confidence_distribution 0.0": 0,
    identities_created: 5,
    identities_merged: 0,
    identities_split: 0,
  });
  // A share of nothing cannot be said.
  expect(found).not.toHaveProperty("match_rate empty");
});

test("every metric has all of its dimensions, and no others", async () => {
  const folder = folderOf(FILES);
  await folder.run();
  const rows = await folder.query("select metric, dimension from identity.run_metrics order by all");
  folder.remove();
  const { value: project } = readProject(IDENTITY, "identity.yml");
  if (project === undefined) throw new Error("the project is broken");
  const expected = METRIC_NAMES.flatMap((metric) =>
    METRICS[metric].dimensions.flatMap((kind) =>
      dimensionsOf(kind, project).map((dimension) => `${metric} ${dimension}`),
    ),
  );
  const ofNothing = [
    "match_rate empty",
    "merge_rate empty",
    "record_reject_rate empty",
    "identifier_coverage phone/empty",
  ];
  expect(rows.map((row) => `${row["metric"]} ${row["dimension"]}`).sort()).toEqual(
    expected.filter((each) => !ofNothing.includes(each)).sort(),
  );
});

test("the metrics of earlier runs stay", async () => {
  const folder = folderOf(FILES);
  await folder.run();
  const first = await metricsOf(folder);
  folder.write({ "web.csv": "id,user,phone\n1,u1,99\n" });
  await folder.run();
  expect(await metricsOf(folder, 1)).toEqual(first);
  expect(await metricsOf(folder, 2)).toMatchObject({ records: 4, "records web": 1 });
  folder.remove();
});

test("a project without anything to count", async () => {
  const folder = folderOf({
    ...FILES,
    "identity.yml": IDENTITY.replace("decisions: decisions.csv\n", ""),
    "crm.csv": "id,at,user,email,email2,phone,city\n",
    "web.csv": "id,user,phone\n",
  });
  await folder.run();
  const found = await metricsOf(folder);
  folder.remove();
  expect(found).toMatchObject({ records: 0, identities: 0, largest_identity: 0, decisions: 0 });
  expect(Object.values(found).every((value) => value === 0)).toBe(true);
});

describe("docs/metrics.md", () => {
  const text = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");

  test("has a heading for every metric, in order", () => {
    const headings = [...text.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
    expect(headings).toEqual([...METRIC_NAMES]);
  });

  test("has a query per day that runs", async () => {
    const query = /```sql\n-- per day\n([^`]*)```/.exec(text)?.[1];
    if (query === undefined) throw new Error("docs/metrics.md has no query per day");
    const folder = folderOf(FILES);
    await folder.run();
    await folder.run();
    const rows = await folder.query(query);
    folder.remove();
    expect(rows).toHaveLength(1);
    // The second run finds everything as it was.
    expect(rows[0]).toMatchObject({ created: 5, merged: 0, split: 0 });
  });
});

test("the schema knows every metric, in the same order", () => {
  expect(schema.properties.alerts.items.properties.metric.enum).toEqual([...METRIC_NAMES]);
});
