// docs/testing.md is run: its files are written, its change is made, and its commands print what it says.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, projectOf, ROOT } from "../cli/support.ts";

beforeAll(ensureBuilt, 180_000);
const project = projectOf();
afterAll(project.remove);

test("the guide, step by step", { timeout: 600_000 }, async () => {
  const markdown = readFileSync(join(ROOT, "docs/testing.md"), "utf8");
  const steps = [
    ...markdown.matchAll(/<!-- (file|run|replace in [^:]+): (.+?) -->(?:\n\n```\w+\n([\s\S]*?)```)?/g),
  ];
  expect(steps.length).toBe(6);
  for (const [, kind = "", about = "", text = ""] of steps) {
    if (kind === "file") {
      project.write({ [about]: text });
    } else if (kind === "run") {
      const [command = "", ...lines] = text.trimEnd().split("\n");
      const { code, stdout } = await project.idweave(command.replace("$ idweave ", ""));
      const said = stdout.replace(/\(\d+\.\d s\)/, "(… s)").trimEnd();
      expect({ said, code }).toEqual({ said: lines.join("\n"), code: Number(about) });
    } else {
      const file = join(project.path, kind.replace("replace in ", ""));
      const [before = "", after = ""] = about.split(" => ");
      const given = readFileSync(file, "utf8");
      expect(given).toContain(before);
      writeFileSync(file, given.replace(before, after));
    }
  }
});
