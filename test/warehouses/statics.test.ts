// The scripts of the golden test project, as they are committed, against Google's own analyzer and the grammar of Snowflake: the
// increments; `npm run test:warehouses -- --all` takes all modes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT } from "../cli/support.ts";
import { ABSENT, staticCheck, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

/** A script takes a minute or two, and most statements are in all three. */
const MODES = process.env["IDWEAVE_ALL"] === "1" ? ["full", "incremental", "rollback"] : ["incremental"];

/** What the project reads, and what a full run made whose columns come of the models. */
const CATALOG = {
  "raw.people": {
    id: "STRING",
    login: "STRING",
    emails: "ARRAY<STRING>",
    first_name: "STRING",
    city: "STRING",
    changed_at: "TIMESTAMP",
  },
  "raw.visits": {
    visit: "INT64",
    login: "STRING",
    email: "STRING",
    first_name: "STRING",
    loaded_at: "TIMESTAMP",
  },
  "raw.decisions": { id: "STRING", decision: "STRING", a: "STRING", b: "STRING", decided_at: "TIMESTAMP" },
  "identity.person_record_state": {
    record_key: "STRING",
    model: "STRING",
    fingerprint: "INT64",
    a_first_name: "STRING",
    a_city: "STRING",
  },
  "identity.person_golden_records": {
    identity_id: "STRING",
    first_name: "STRING",
    city: "STRING",
    emails: "ARRAY<STRING>",
    updated_run: "INT64",
  },
};

const folder = mkdtempSync(join(tmpdir(), "idweave-statics-"));
const catalog = join(folder, "catalog.json");
writeFileSync(catalog, JSON.stringify(CATALOG));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The grammar of Snowflake takes no more than 100,000 nodes at a time, so a script is cut where its stages begin. */
const STAGES_A_PART = 4;

/** What stands around a block, its declarations with some of its stages, and with none of them: each whole in itself. */
function partsOf(script: string): readonly string[] {
  const frame = /^execute immediate \$\$\n([\s\S]*)\n\$\$;\n$/m.exec(script)?.[1] ?? script;
  const declarations = frame.slice(0, frame.search(/^begin$/m));
  const [start = "", ...stages] = frame.split(/^(?=--\n-- \d+\. )/m);
  const publishing = stages.at(-1) ?? "";
  const middle = stages.slice(0, -1);
  const parts: string[] = [
    script.replace(frame, () => "begin\nreturn 'done';\nend;"),
    `${start}${publishing}`,
  ];
  for (let at = 0; at < middle.length; at += STAGES_A_PART) {
    parts.push(`${declarations}begin\n${middle.slice(at, at + STAGES_A_PART).join("")}end;`);
  }
  return parts;
}

describe.skipIf(ABSENT !== undefined).each(WAREHOUSES)("%s", (name) => {
  test("a mistake is found", () => {
    const file = join(folder, `${name}_mistake.sql`);
    writeFileSync(file, name === "bigquery" ? "select 1 from idw_nowhere;" : "select 1 form idw_nowhere;");
    expect(staticCheck(name, file)).toContain(name === "bigquery" ? "idw_nowhere" : "mistake.sql:1:");
  });

  test.each(MODES)("%s.sql", { timeout: 3_600_000 }, (mode) => {
    const file = join(ROOT, "test", "golden", "warehouse", name, `${mode}.sql`);
    if (name === "bigquery") {
      expect(staticCheck(name, file, ["--catalog", catalog])).toBe("");
      return;
    }
    const parts = partsOf(readFileSync(file, "utf8")).map((part, index) => {
      const path = join(folder, `${mode}_${index}.sql`);
      writeFileSync(path, part);
      return path;
    });
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((part) => staticCheck(name, part)).join("")).toBe("");
  });
});
