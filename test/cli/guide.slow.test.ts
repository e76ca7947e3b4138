// docs/guide.md is walked: every command of it prints what the page shows. `npx vitest run test/cli/guide.slow.test.ts --update` writes
// the page again; read its diff.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ensureBuilt, ROOT } from "./support.ts";
import { walk } from "./walk.ts";

beforeAll(ensureBuilt, 180_000);

test("from zero to a reviewed change", { timeout: 600_000 }, async () => {
  const file = join(ROOT, "docs/guide.md");
  const { page, surprises, commands } = walk(readFileSync(file, "utf8"));
  expect(surprises).toEqual([]);
  expect(commands).toBeGreaterThan(15);
  await expect(page).toMatchFileSnapshot(file);
});
