// The scripts of the golden test project, as they are committed, against Google's own analyzer and the grammar of Snowflake. An
// incremental script has nearly every statement of the others; `npm run test:warehouses -- --all` checks all three.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT } from "../cli/support.ts";
import { ABSENT, staticCheck, WAREHOUSES, type WarehouseName } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

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
    first_name: "STRING",
    city: "STRING",
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

const MORE: Readonly<Record<WarehouseName, readonly string[]>> = {
  bigquery: ["--catalog", catalog],
  snowflake: [],
};

describe.skipIf(ABSENT !== undefined).each(WAREHOUSES)("%s", (name) => {
  test.each(MODES)("%s.sql", { timeout: 3_600_000 }, (mode) => {
    const file = join(ROOT, "test", "golden", "warehouse", name, `${mode}.sql`);
    expect(staticCheck(name, file, MORE[name])).toBe("");
  });
});
