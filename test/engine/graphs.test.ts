// The engine against the sequential reference on random graphs: many graphs with keys and values of their own in one run
// per configuration. IDWEAVE_GRAPHS sets how many in all, IDWEAVE_SEED the first seed; both are printed.
import { expect, test } from "vitest";
import { CONFIGS } from "../reference/configs.ts";
import { type Graph, randomGraph } from "../reference/graphs.ts";
import { resolveReference } from "../reference/resolve.ts";
import { MODEL } from "../scenarios/load.ts";
import { engineAnswer, referenceAnswer, together } from "./answer.ts";

const TOTAL = Number(process.env["IDWEAVE_GRAPHS"] ?? 2_100);
const SEED = Number(process.env["IDWEAVE_SEED"] ?? 1);
const GRAPHS_PER_RUN = 700;

const perConfig = Math.ceil(TOTAL / CONFIGS.length);
console.info(`random graphs: ${perConfig * CONFIGS.length} from seed ${SEED}`);

for (const config of CONFIGS) {
  test(`${config.name}: ${perConfig} graphs`, async () => {
    for (let done = 0; done < perConfig; done += GRAPHS_PER_RUN) {
      const graphs = Array.from({ length: Math.min(GRAPHS_PER_RUN, perConfig - done) }, (_, index): Graph => {
        const seed = SEED + done + index;
        return randomGraph(config, seed, `${MODEL}:g${seed}:`);
      });
      const expected = together(
        graphs.map((graph) => referenceAnswer(resolveReference(config, graph.records, graph.decisions))),
      );
      const answer = await engineAnswer(
        config,
        graphs.flatMap((graph) => graph.records),
        graphs.flatMap((graph) => graph.decisions),
      );
      expect(answer).toEqual(expected);
    }
  }, 3_600_000);
}
