// Mutation testing of the worked example: with one rule of its identity.yml changed, its tests fail. Prints the score and
// the changes that no test noticed. IDWEAVE_MUTATIONS=limit runs only the changes whose kind or name holds that.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { test as runTests } from "../../src/testing/index.ts";
import { mutationsOf } from "./mutations.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const WANTED = 0.9;
const KINDS = ["limit", "policy", "normaliser", "survivorship"];

// The tests that most likely notice come first: they are fewer, and what they notice all notice.
async function isNoticed(kind: string, text: string): Promise<boolean> {
  const run = async (files: readonly string[]) =>
    (await runTests({ project: ROOT, text, files, bail: true })).failed > 0;
  try {
    if (kind === "survivorship" && (await run([join(ROOT, "test/golden.yml")]))) return true;
    return await run([]);
  } catch (error) {
    // A change that makes no project says nothing of the tests.
    if (error instanceof DiagnosticError) throw new Error(`not a project: ${error.message}`);
    throw error;
  }
}

test("nine of ten changes of a rule make a test fail", { timeout: 7_200_000 }, async () => {
  const only = process.env["IDWEAVE_MUTATIONS"] ?? "";
  const mutations = mutationsOf(readFileSync(join(ROOT, "identity.yml"), "utf8")).filter(
    ({ kind, name }) => kind.includes(only) || name.includes(only),
  );
  const survivors: string[] = [];
  const counts = new Map<string, { changes: number; noticed: number }>();
  for (const { kind, name, text } of mutations) {
    const noticed = await isNoticed(kind, text);
    const count = counts.get(kind) ?? { changes: 0, noticed: 0 };
    counts.set(kind, { changes: count.changes + 1, noticed: count.noticed + Number(noticed) });
    if (!noticed) survivors.push(`${kind}: ${name}`);
    process.stderr.write(`${noticed ? "noticed " : "SURVIVED"}  ${kind}: ${name}\n`);
  }
  const sum = (kinds: readonly string[]) => {
    const all = kinds.flatMap((kind) => counts.get(kind) ?? []);
    const changes = all.reduce((total, each) => total + each.changes, 0);
    const noticed = all.reduce((total, each) => total + each.noticed, 0);
    return { changes, noticed };
  };
  for (const [kind, { changes, noticed }] of counts) {
    process.stderr.write(`${kind}: ${noticed} of ${changes}\n`);
  }
  const { changes, noticed } = sum(KINDS);
  process.stderr.write(`limits, policies, normalisers, survivorship: ${noticed} of ${changes}\n`);
  process.stderr.write(`${survivors.join("\n")}\n`);
  expect(changes).toBeGreaterThan(only === "" ? 60 : 0);
  expect(noticed / changes).toBeGreaterThanOrEqual(WANTED);
});
