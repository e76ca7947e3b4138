// The hooks of pre-commit and the workflow of docs/ci.md name verbs and options that exist, and files that are there.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ensureBuilt, identityYml, MAIN, ROOT } from "./support.ts";

type Hook = {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
  readonly language: string;
};
type Workflow = {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
};

const folder = mkdtempSync(join(tmpdir(), "idweave-ci-"));
const hooks = parse(readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8")) as readonly Hook[];
const documented = [
  ...readFileSync(join(ROOT, "docs/ci.md"), "utf8").matchAll(/```yaml\n([\s\S]*?)```/g),
].map(([, text]) => parse(text ?? "") as unknown);

beforeAll(async () => {
  await ensureBuilt();
  const model = "    file: crm.csv";
  writeFileSync(join(folder, "identity.yml"), identityYml().replace("    sql: models/crm.sql", model));
  writeFileSync(join(folder, "crm.csv"), "id,user_id,email\n1,u1,a@x.example\n");
  expect(idweave("idweave compile")).toBe(0);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function idweave(command: string): number | null {
  const [program, ...words] = command.split(" ");
  expect(program).toBe("idweave");
  return spawnSync(process.execPath, [MAIN, ...words], { cwd: folder }).status;
}

test("every command of a workflow and a hook runs, and sees what is stale", () => {
  const workflows = documented.filter(
    (each): each is Workflow => typeof each === "object" && each !== null && "jobs" in each,
  );
  const steps = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));
  const commands = [
    ...steps.flatMap(({ run }) => (run === undefined ? [] : [run.replace("npx --yes ", "")])),
    ...hooks.map(({ entry }) => entry.replace("npx --yes ", "")),
  ];
  expect(commands).toHaveLength(4);
  for (const command of commands) expect([command, idweave(command)]).toEqual([command, 0]);
  writeFileSync(join(folder, "target/compiled/plan.json"), "{}");
  for (const command of commands) {
    expect([command, idweave(command)]).toEqual([command, command.includes("--check") ? 3 : 0]);
  }
});

test("the documented hooks are those there are", () => {
  expect(hooks.map(({ id, language }) => `${id} ${language}`)).toEqual([
    "idweave-check system",
    "idweave-compile system",
  ]);
  const named = JSON.stringify(documented).match(/idweave-\w+/g);
  expect([...new Set(named)].sort()).toEqual(hooks.map(({ id }) => id).sort());
});

test.each(["identity.yml", "crm/identity.yml", "models/crm.sql", "macros/loud.sql"])(
  "the hooks look at %s",
  (path) => {
    for (const { files } of hooks) expect(path).toMatch(new RegExp(files));
    for (const { files } of hooks) expect("README.md").not.toMatch(new RegExp(files));
  },
);
