// Leads the engine through a life scenario and compares what it finds after every day.
import { expect } from "vitest";
import type { Life } from "../life/load.ts";
import { sortedLines } from "../reference/compare.ts";
import { DATABASE, toLifeProject } from "../scenarios/project.ts";
import { folderOf } from "./run-project.ts";

/** Expects records, events, identities with their anchors, and redirects as the scenario tells them, day by day. */
export async function passesLife({ config, days }: Life, full: boolean): Promise<void> {
  const folder = folderOf({});
  const rows = (sql: string) => folder.query(sql, DATABASE.path);
  const s = DATABASE.schema;
  for (const { sources, expected } of days) {
    folder.write(toLifeProject(config, sources).files);
    const options = { project: folder.path, asOf: new Date(sources.asOf / 1000), full };
    const { run } = await folder.run(options);
    const at = `run ${run}`;
    const records = await rows(`select record_key, identity_id from ${s}.identity_records`);
    expect(sortedLines(records.map((row) => [row["record_key"], row["identity_id"]])), at).toEqual(
      sortedLines([...expected.records]),
    );
    const events = await rows(
      `select run, event, identity_id as identity, other_identity_id as other, identifier, value, records
         from ${s}.identity_events where run = ${run}`,
    );
    expect(sortedLines(events), at).toEqual(sortedLines(expected.events));
    const identities = await rows(
      `select identity_id as id, status, merged_into as "mergedInto", anchor_record_key as anchor from ${s}.identities`,
    );
    expect(sortedLines(identities), at).toEqual(sortedLines(expected.identities));
    const redirects = await rows(`select identity_id, current_identity_id from ${s}.identity_redirects`);
    expect(sortedLines(redirects.map((row) => [row["identity_id"], row["current_identity_id"]])), at).toEqual(
      sortedLines([...expected.redirects]),
    );
  }
  folder.remove();
}
