// The scripts of the golden test project against Google's own analyzer and the grammar of Snowflake: increments with erasure, which
// have all statements of those that are committed and more; `npm run test:warehouses -- --all` takes all modes, as committed and with erasure.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Mode } from "../../src/plan/plan.ts";
import { configHash } from "../../src/run/config-hash.ts";
import { loadProject } from "../../src/run/load.ts";
import { placeOf } from "../../src/run/publish.ts";
import { snowflakeFlow } from "../../src/target/script/snowflake.ts";
import { flowOf, scriptText } from "../../src/target/script/warehouse.ts";
import { ROOT } from "../cli/support.ts";
import { ABSENT, staticCheck, WAREHOUSES } from "./stand-in.ts";

if (ABSENT !== undefined) console.warn(ABSENT);

/** A script takes a minute or two, and most statements are in all of them. */
const ALL = process.env["IDWEAVE_ALL"] === "1";
const MODES: readonly Mode[] = ALL ? ["full", "incremental", "rollback"] : [];
const ERASING: readonly Mode[] = ALL ? ["full", "incremental"] : ["incremental"];

/** What the project reads, and what a full run made whose columns come of the models. */
const CATALOG = {
  "raw.people": {
    id: "STRING",
    login: "STRING",
    emails: "ARRAY<STRING>",
    first_name: "STRING",
    city: "STRING",
    changed_at: "TIMESTAMP",
    is_gone: "BOOL",
  },
  "raw.visits": {
    visit: "INT64",
    login: "STRING",
    email: "STRING",
    first_name: "STRING",
    loaded_at: "TIMESTAMP",
  },
  "raw.requests": { record_key: "STRING", identifier: "STRING", value: "STRING" },
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

const GOLDEN = join(ROOT, "test", "golden", "warehouse");

/** The script of the same project, if it asked to forget people. */
function erasing(target: string, mode: Mode): string {
  const project = mkdtempSync(join(folder, "erasing-"));
  const text = readFileSync(join(GOLDEN, "identity.yml"), "utf8");
  const asking = text
    .replace("    observed_at: changed_at\n", "    observed_at: changed_at\n    erased: is_gone\n")
    .replace("\ndecisions:", "\nforget: { table: raw.requests }\ndecisions:");
  writeFileSync(join(project, "identity.yml"), asking);
  const people = readFileSync(join(GOLDEN, "people.sql"), "utf8");
  writeFileSync(join(project, "people.sql"), people.replace("changed_at", "changed_at, is_gone"));
  const { value, diagnostics } = loadProject({ project, target });
  const flow = value === undefined ? undefined : flowOf(value.context);
  if (value === undefined || flow === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return scriptText(value.plans[mode], flow, {
    ...value,
    place: placeOf(value),
    configHash: configHash(value),
    version: "0.0.0",
  });
}

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
    check(join(GOLDEN, name, `${mode}.sql`), mode);
  });

  test.each(ERASING)("%s.sql that erases", { timeout: 3_600_000 }, (mode) => {
    const file = join(folder, `${name}_erasing_${mode}.sql`);
    const script = erasing(name, mode);
    expect(script).toContain("idw_given_secret");
    writeFileSync(file, script);
    check(file, `erasing_${mode}`);
  });

  test.runIf(name === "snowflake")("the end of a script whose session goes on", () => {
    const file = join(folder, "going_back.sql");
    const variables = [{ name: "idw_done", type: "text", comment: "what the run did" }] as const;
    const steps = [{ kind: "set", variable: "idw_done", query: "select 'done'" }] as const;
    const script = { header: [], parameters: [], variables, first: [], steps, result: "idw_done" };
    writeFileSync(file, snowflakeFlow.file({ ...script, back: "DB1.S1" }));
    expect(readFileSync(file, "utf8")).toContain("use schema DB1.S1;");
    expect(staticCheck(name, file)).toBe("");
  });

  function check(file: string, called: string): void {
    if (name === "bigquery") {
      expect(staticCheck(name, file, ["--catalog", catalog])).toBe("");
      return;
    }
    const parts = partsOf(readFileSync(file, "utf8")).map((part, index) => {
      const path = join(folder, `${called}_${index}.sql`);
      writeFileSync(path, part);
      return path;
    });
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.map((part) => staticCheck(name, part)).join("")).toBe("");
  }
});
