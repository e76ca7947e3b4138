import { expect, test } from "vitest";
import { writeFileSync, mkdirSync } from "node:fs";
import { CONFIGS } from "../reference/configs.ts";
import { randomGraph, seededDraw } from "../reference/graphs.ts";
import { resolveReference } from "../reference/resolve.ts";
import { MODEL } from "../scenarios/load.ts";
import { toProject } from "../scenarios/project.ts";
import { readAnswer, referenceAnswer } from "./answer.ts";
import { folderOf } from "./run-project.ts";

const N = Number(process.env["N"] ?? 30);
const only = process.env["CFG"];
for (const config of CONFIGS) {
  if (only !== undefined && config.name !== only) continue;
  test(`inc ${config.name}`, async () => {
    const seed0 = Number(process.env["SEED"] ?? 1);
    const graphs = Array.from({ length: N }, (_, i) => randomGraph(config, seed0 + i, `${MODEL}:g${seed0 + i}:`));
    const draw = seededDraw(99 + seed0);
    const all = graphs.flatMap((g) => g.records);
    const dec = graphs.flatMap((g) => g.decisions);
    const pad = { id: "zz", decision: "ignore_value", identifier: config.identifiers[0]!.name, value: "nope", decidedAt: null } as never;
    const folder = folderOf({});
    let ok = true;
    try {
      for (let b = 0; b < 4; b++) {
        const recs = all.filter(() => draw(0, 9) < 7).map((r) => draw(0, 9) < 9 ? r : { ...r, values: {} });
        const decs = [...dec.filter(() => draw(0, 9) < 7), pad];
        folder.write(toProject(config, recs, decs).files);
        const report = await folder.run();
        expect(report.mode).toBe(b === 0 ? "full" : "incremental");
        const answer = await readAnswer(folder);
        const expected = referenceAnswer(resolveReference(config, recs, decs));
        const strip = (a: any) => ({ ...a, identities: [] });
        expect(strip(answer), `batch ${b}`).toEqual(strip(expected));
      }
    } finally { folder.remove(); }
  }, 600000);
}
