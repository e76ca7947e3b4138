// What publishing would write, counted before it is done: rows by relation, and statements. The counterpart of publish.ts.
import { existsSync } from "node:fs";
import { APPENDED, OUTPUTS, work } from "../plan/names.ts";
import type { OutputName } from "../plan/plan.ts";
import { preparations, relation, replacements } from "../render/publish.ts";
import { purges } from "../render/purge.ts";
import { type Fragment, id, print } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { placeOf } from "./publish.ts";
import type { Built } from "./run.ts";

export type Expected = {
  /** Rows deleted and rows inserted, but for what an erasure takes out of past events and kept runs. */
  readonly rows: number;
  readonly statements: number;
  /** The relations that change, in the order of the publishing. */
  readonly relations: readonly {
    readonly relation: string;
    readonly deleted: number;
    readonly inserted: number;
  }[];
};

type Written = Expected["relations"][number];

/** Of results that are built and compared; the target is attached, or there is none. */
export async function expectedOf(built: Built, warehouse: Warehouse): Promise<Expected> {
  const { loaded, state } = built;
  const plan = loaded.plans[state.mode];
  const place = placeOf(loaded);
  const written: Written[] = [];
  for (const output of OUTPUTS) {
    const deleted = await rowsOf(`select count(*) as n from ${work.drop(output)}`, warehouse);
    const inserted = await rowsOf(`select count(*) as n from ${work.put(output)}`, warehouse);
    written.push({
      relation: output,
      deleted,
      inserted: inserted + (await cleared(output, built, warehouse)),
    });
  }
  for (const output of APPENDED) {
    const inserted = await rowsOf(`select count(*) as n from ${work.output(output)}`, warehouse);
    const gone = output === "identity_history" ? await forgotten(built, warehouse) : NONE;
    written.push({ relation: output, deleted: gone.deleted, inserted: inserted + gone.inserted });
  }
  const metrics = await rowsOf(`select count(*) as n from ${work.metrics}`, warehouse);
  written.push({ relation: "run_metrics", deleted: 0, inserted: metrics });
  written.push({ relation: "run_log", deleted: 0, inserted: 1 });
  const relations = written.filter(({ deleted, inserted }) => deleted + inserted > 0);
  const once = ["begin", "metrics", "log", "commit"].length;
  return {
    rows: relations.reduce((sum, { deleted, inserted }) => sum + deleted + inserted, 0),
    statements:
      preparations(plan, place, loaded.context).length +
      replacements(plan, place, loaded.context).length +
      (await columnChanges(built, warehouse)) +
      state.stale.length +
      (await purgeStatements(built, warehouse)) +
      once,
    relations,
  };
}

const NONE = { deleted: 0, inserted: 0 };

async function rowsOf(query: string, warehouse: Warehouse): Promise<number> {
  const [row] = await warehouse.query(query);
  return Number(row?.["n"] ?? 0);
}

/** All of what is published, or what of it is of the sample. */
function publishedRows(output: OutputName, loaded: Built["loaded"]): Fragment {
  return loaded.context.isSampled ? id(work.sampled(output)) : relation(placeOf(loaded), output);
}

/** Values of attributes that identity.yml no longer has, in rows that stay. */
async function cleared(output: OutputName, { loaded, state }: Built, warehouse: Warehouse): Promise<number> {
  const { lexical } = loaded.context.dialect;
  const table = print(publishedRows(output, loaded), lexical);
  let rows = 0;
  for (const { column } of state.stale.filter((each) => each.output === output)) {
    const name = print(id("t", column), lexical);
    const key = output === "record_state" ? "record_key" : "identity_id";
    rows += await rowsOf(
      `select count(*) as n from ${table} as t where ${name} is not null and t.${key} not in (select ${key} from ${work.drop(output)})`,
      warehouse,
    );
  }
  return rows;
}

/** Kept runs that are older than `runs.keep` allows: their rows go, and one says up to which run. */
async function forgotten({ loaded, state }: Built, warehouse: Warehouse): Promise<typeof NONE> {
  const table = print(relation(placeOf(loaded), "identity_history"), loaded.context.dialect.lexical);
  const isThere = (state.columns.get("identity_history") ?? []).length > 0;
  const last = state.run - loaded.project.keepRuns;
  const ofSample = loaded.context.isSampled
    ? `where record_key = '' or record_key in (select record_key from ${work.sampledKeys})`
    : "";
  const [row] = await warehouse.query(`
    with history as (
      ${isThere ? `select run, record_key from ${table} ${ofSample} union all` : ""}
      select run, record_key from ${work.output("identity_history")}
    ),

    old as (
      select count(*) as n from history where run <= ${last} and record_key is distinct from ''
    ),

    marks as (
      select run from history where record_key = ''
      union all
      select ${last} as run from old where n > 0
    )

    select
      (select n from old) as old,
      (select count(*) from marks where run < (select max(run) from marks)) as marks
  `);
  const old = Number(row?.["old"] ?? 0);
  return { deleted: old + Number(row?.["marks"] ?? 0), inserted: old > 0 ? 1 : 0 };
}

/** Columns that published relations lack are added, and attributes of another type are made anew. */
async function columnChanges({ state }: Built, warehouse: Warehouse): Promise<number> {
  let statements = 0;
  for (const output of OUTPUTS) {
    const published = state.columns.get(output) ?? [];
    if (published.length === 0) continue;
    const types = new Map(published.map(({ name, type }) => [name.toLowerCase(), type]));
    for (const { name, type } of await warehouse.describe(`select * from ${work.output(output)}`)) {
      const before = types.get(name.toLowerCase());
      if (before === undefined) statements += 1;
      else if (output === "record_state" && before !== type) statements += 2;
    }
  }
  return statements;
}

async function purgeStatements({ loaded }: Built, warehouse: Warehouse): Promise<number> {
  if (!existsSync(loaded.databasePath)) return 0;
  const found = await rowsOf(
    `select (select count(*) from ${work.purgedRecords}) + (select count(*) from ${work.purgedValues}) as n`,
    warehouse,
  );
  return found === 0 ? 0 : purges(placeOf(loaded), loaded.context).length;
}
