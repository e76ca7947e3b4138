// The metrics of an incremental run start from the counts of the run before: they must be those that a full run of the same
// records counts from nothing.
import { expect, test } from "vitest";
import { CONFIGS } from "../reference/configs.ts";
import { randomGraph, seededDraw } from "../reference/graphs.ts";
import { MODEL } from "../scenarios/load.ts";
import { DATABASE, toProject } from "../scenarios/project.ts";
import { type Folder, folderOf } from "./run-project.ts";

const GRAPHS = Number(process.env["IDWEAVE_GRAPHS"] ?? 12);
const BATCHES = 3;

/** With limits and none, values that too many share, and values contested from the start. */
const NAMES = ["no-limits", "shop", "household", "five-nobody"];

test.each(CONFIGS.filter(({ name }) => NAMES.includes(name)))(
  "batch after batch, $name",
  async (config) => {
    const graphs = Array.from({ length: GRAPHS }, (_, seed) =>
      randomGraph(config, seed + 1, `${MODEL}:g${seed + 1}:`),
    );
    const draw = seededDraw(5);
    const batches = folderOf({});
    const anew = folderOf({});
    try {
      for (let batch = 0; batch < BATCHES; batch += 1) {
        const records = graphs
          .flatMap((graph) => graph.records)
          .filter(() => draw(0, 9) < 7)
          .map((record) => (draw(0, 9) < 9 ? record : { ...record, values: {} }));
        const decisions = graphs.flatMap((graph) => graph.decisions).filter(() => draw(0, 9) < 7);
        const { files } = toProject(config, records, decisions);
        batches.write(files);
        anew.write(files);
        const report = await batches.run();
        const full = await anew.run({ full: true });
        expect([report.mode, full.mode]).toEqual([batch === 0 ? "full" : report.mode, "full"]);
        expect(await metricsOf(batches), `batch ${batch}, ${report.mode}`).toEqual(await metricsOf(anew));
        expect(report).toMatchObject({
          records: full.records,
          recordsByModel: full.recordsByModel,
          components: full.components,
        });
      }
    } finally {
      batches.remove();
      anew.remove();
    }
  },
  300_000,
);

/** Of the last run, but for those that tell what changed since the one before. */
async function metricsOf(folder: Folder): Promise<readonly unknown[]> {
  return folder.query(
    `
    select metric, dimension, metric_value
    from identity.run_metrics
    where run = (select max(run) from identity.run_metrics)
      and metric not in ('identities_created', 'identities_merged', 'identities_split')
    order by metric, dimension
  `,
    DATABASE.path,
  );
}
