// `idweave test --watch` as a user has it open beside an editor: it runs again when a file changes, and ends with Ctrl-C.
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, identityYml, projectOf } from "./support.ts";

beforeAll(ensureBuilt, 180_000);

const WAITING = "Waiting for a change";
const together =
  "tests:\n  one email:\n    records:\n      - { crm: a, email: x@x.example }\n      - { crm: b, email: X@x.example }\n    together: [a, b]\n";
const normalising = (yml: string) =>
  yml.replace("limit: 3, contested: first }", "limit: 3, contested: first, normalize: [email] }");

const project = projectOf({
  "identity.yml": identityYml(),
  "models/crm.sql": "select 1 as id, 'u' as user_id, 'e' as email",
  "test/one.yml": together,
});
afterAll(project.remove);

/** As editors do: a new file takes the place of the old one. */
function save(name: string, text: string): void {
  writeFileSync(join(project.path, `${name}~`), text);
  renameSync(join(project.path, `${name}~`), join(project.path, name));
}

test("a change of a rule, one made meanwhile, a mistake, a file that goes; and nothing else", {
  timeout: 600_000,
}, async () => {
  const watch = project.start("test --watch");
  await watch.shows(WAITING, 1);

  // What no test reads changes nothing: results, libraries.
  mkdirSync(join(project.path, "target/compiled"), { recursive: true });
  writeFileSync(join(project.path, "target/compiled/01.sql"), "select 1");
  await sleep(1000);
  save("identity.yml", normalising(identityYml()));
  await watch.shows(WAITING, 2);

  save("test/one.yml", together.replace("together", "apart"));
  await watch.shows("Day 1 of 1 test", 3);
  // The run before is still at work, or has just ended: either way this change is seen.
  save("test/two.yml", together.replace("together", "togther"));
  await watch.shows("error IDW201");
  rmSync(join(project.path, "test/two.yml"));
  save("test/one.yml", together);
  await watch.shows(WAITING, 5);

  watch.child.kill("SIGINT");
  const { code, stdout } = await watch.ended;
  expect(code).toBe(0);
  expect(stdout.match(/^\d tests?: .*(?= \()/gm)).toEqual([
    "1 test: 1 failed, 0 passed",
    "1 test: 1 passed",
    "1 test: 1 failed, 0 passed",
    "1 test: 1 passed",
  ]);
});

test("Ctrl-C in the middle of a run ends it too", { timeout: 600_000 }, async () => {
  const watch = project.start("test --watch");
  await watch.shows("Day 1 of 1 test");
  watch.child.kill("SIGINT");
  const { code, stderr } = await watch.ended;
  expect([0, 130]).toContain(code);
  if (code === 130) expect(stderr).not.toContain(WAITING);
});
