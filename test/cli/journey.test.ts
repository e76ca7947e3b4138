// The first ten minutes of a user: init, check, compile, run, and run again.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckdb } from "../../src/warehouse/duckdb.ts";
import { ensureBuilt, projectOf } from "./support.ts";

beforeAll(ensureBuilt, 180_000);

async function query(folder: string, sql: string) {
  const warehouse = await openDuckdb({ path: join(folder, "customer.duckdb") });
  try {
    return await warehouse.query(sql);
  } finally {
    warehouse.close();
  }
}

describe("in an empty folder", () => {
  const project = projectOf();
  afterAll(project.remove);

  test("init --yes writes a project, with a schema for the editor", async () => {
    const { code, stdout } = await project.idweave("init --yes");
    expect(code).toBe(0);
    expect(stdout).toContain("idweave check && idweave run");
    const first = readFileSync(join(project.path, "identity.yml"), "utf8").split("\n")[0] ?? "";
    const schema = /\$schema=(.+)$/.exec(first)?.[1] ?? "";
    expect(existsSync(join(project.path, schema))).toBe(true);
  });

  test("check finds nothing", async () => {
    const ended = await project.idweave("check");
    expect(ended).toEqual({ code: 0, stdout: "identity.yml: no problems\n", stderr: "" });
    expect(existsSync(join(project.path, "customer.duckdb"))).toBe(false);
  });

  test("run tells its stages and sums up, with a refused merge", async () => {
    const { code, stdout, stderr } = await project.idweave("run");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^ +\d+\.\d s {2}1\/15 Reading the models$/m);
    expect(stderr).toMatch(/15\/15 Publishing\n$/);
    expect(stdout.replace(/\d+\.\d s\)/, "… s)")).toMatchSnapshot();
  });

  test("the query that the summary proposes has an answer", async () => {
    const { stdout } = await project.idweave("run --quiet");
    const proposed = /select .+;/.exec(stdout)?.[0] ?? "";
    expect((await query(project.path, proposed)).length).toBeGreaterThan(1);
  });

  test("run --format json prints one object and nothing else; run_log has grown", async () => {
    const { code, stdout, stderr } = await project.idweave("run --format json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      run: 3,
      records: 27,
      merges: 15,
      identities: 12,
      refused_merges: [{ blocked_by: "user_id", rows: 1 }],
      warnings: [],
    });
    expect(Object.keys(report).filter((key) => /[A-Z]/.test(key))).toEqual([]);
    expect(await query(project.path, "select run, status from identity.run_log order by run")).toEqual(
      [1, 2, 3].map((run) => ({ run, status: "success" })),
    );
  });

  test("--quiet leaves standard error empty; --as-of takes decisions away", async () => {
    const { code, stdout, stderr } = await project.idweave("run --quiet --as-of 2025-01-01");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("27 records are 13 identities");
  });

  test("no colour is piped, and the scratch file is gone", async () => {
    const { stdout } = await project.idweave("check", { FORCE_COLOR: "1" });
    expect(stdout).not.toContain("\u001b");
    expect(readdirSync(project.path).filter((name) => name.includes("building"))).toEqual([]);
  });

  test("init again is refused and changes nothing; --force overwrites", async () => {
    writeFileSync(join(project.path, "decisions.csv"), "mine");
    const refused = await project.idweave("init --yes");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("error IDW711: `identity.yml`, ");
    expect(readFileSync(join(project.path, "decisions.csv"), "utf8")).toBe("mine");
    expect((await project.idweave("init --yes --force")).code).toBe(0);
    expect(readFileSync(join(project.path, "decisions.csv"), "utf8")).toMatch(/^id,decision,/);
  });
});

describe("init elsewhere", () => {
  const project = projectOf();
  afterAll(project.remove);

  test("makes the folder, names the installed schema, and asks nothing without a terminal", async () => {
    const schema = join(project.path, "shop/node_modules/idweave/src/config");
    mkdirSync(schema, { recursive: true });
    writeFileSync(join(schema, "identity.schema.json"), "{}");
    const { code, stdout } = await project.idweave("init shop");
    expect(code).toBe(0);
    expect(stdout).toContain("cd shop && idweave check");
    expect(existsSync(join(project.path, "shop/.idweave"))).toBe(false);
    const check = await project.idweave("check --project shop");
    expect(check.stdout).toBe("shop/identity.yml: no problems\n");
  });

  test("one file in the way, and none is written", async () => {
    project.write({ "taken/README.md": "mine" });
    const { code, stderr } = await project.idweave("init taken --yes");
    expect(code).toBe(1);
    expect(stderr).toContain("`taken/README.md` exists already; nothing was written.");
    expect(readdirSync(join(project.path, "taken"))).toEqual(["README.md"]);
  });
});
