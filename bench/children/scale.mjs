// What a run reads and writes, statement by statement, as a warehouse would count it: rows as they were, bytes by BigQuery's
// sizes of types, a column counted where a statement names it. The run is a dry one on DuckDB; the plan is the same elsewhere.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { args, print } from "./report.mjs";

const { dist, project } = args;
const part = (path) => import(pathToFileURL(join(dist, path)).href);
const { run, formatDiagnostics, DiagnosticError } = await part("index.js");
const { renderQuery } = await part("render/index.js");
const { print: printed } = await part("sql/fragment.js");
const { work } = await part("plan/names.js");

const events = [];
try {
  let found;
  const report = await run({
    project,
    dryRun: true,
    acceptAlarms: true,
    onProgress: (progress) => events.push(progress),
    inspect: async (warehouse, { loaded, state }) => {
      found = await costs(loaded.plans[state.mode], loaded.context, warehouse);
    },
  });
  print({ mode: report.mode, records: report.records, newRecords: report.changes.newRecords, ...found });
} catch (error) {
  console.error(
    error instanceof DiagnosticError ? formatDiagnostics(error.diagnostics, "text") : (error.stack ?? error),
  );
  process.exitCode = 1;
}

async function costs(plan, context, warehouse) {
  const stages = plan.stages.filter(({ name }) => name !== "sources");
  const views = new Map();
  const widths = new Map();
  const rows = new Map();
  const rounds = {};
  const perStage = [];
  const perRelation = new Map();
  let at = 0;

  const skip = () => {
    while (events[at] !== undefined && events[at].kind !== "statement" && events[at].kind !== "round")
      at += 1;
  };
  const next = () => {
    skip();
    return events[at];
  };

  /** Bytes of a column of a relation, on average; measured once, on what the run has left of it. */
  const widthsOf = async (relation) => {
    const known = widths.get(relation);
    if (known !== undefined) return known;
    const columns = await warehouse.describe(`select * from ${relation}`);
    const sizes = columns.map(({ name, type }) => `${sizeOf(`"${name.replaceAll('"', '""')}"`, type)}`);
    const [counted] = await warehouse.query(
      `select count(*)::double as n, ${sizes.map((size, index) => `sum(${size})::double as c${index}`).join(", ")} from ${relation}`,
    );
    const all = Number(counted.n);
    const made = {
      rows: all,
      columns: columns.map(({ name, type }, index) => ({
        name,
        bytes: all === 0 ? usual(type) : Number(counted[`c${index}`]) / all,
      })),
    };
    widths.set(relation, made);
    return made;
  };

  /** Bytes that a query reads: of each relation after FROM or JOIN, the columns whose names it has. */
  const readBy = async (text, through = new Set()) => {
    let bytes = 0;
    const all =
      /(^|[^(\w)])\s*\*\s*($|[^\w\s(]|\n)/m.test(text) || /\.\*/.test(text) || /select \*/.test(text);
    const words = new Set(text.match(/\w+/g));
    for (const [, name] of text.matchAll(/\b(?:from|join)\s+((?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))*)/g)) {
      // Common tables of the statement have other names; a name in parts is one of the target.
      if (!name.startsWith("idw_")) continue;
      const view = views.get(name);
      if (view !== undefined) {
        if (!through.has(name)) bytes += await readBy(view, new Set([...through, name]));
        continue;
      }
      const { rows: left, columns } = await widthsOf(name);
      const used = columns.filter((column) => all || words.has(column.name));
      bytes += (rows.get(name) ?? left) * used.reduce((sum, column) => sum + column.bytes, 0);
    }
    return bytes;
  };

  const add = (relation, scanned, written) => {
    const stage = perStage.at(-1);
    stage.scanned += scanned;
    stage.written += written;
    stage.statements += 1;
    const sum = perRelation.get(relation) ?? { relation, scanned: 0, written: 0, times: 0 };
    sum.scanned += scanned;
    sum.written += written;
    sum.times += 1;
    perRelation.set(relation, sum);
  };

  const one = async (step) => {
    switch (step.kind) {
      case "view":
        views.set(step.relation, printed(renderQuery(step.query, context), context.dialect.lexical));
        expect(step);
        at += 1;
        return;
      case "create":
      case "append": {
        const { rows: made } = expect(step);
        at += 1;
        const scanned = await readBy(printed(renderQuery(step.query, context), context.dialect.lexical));
        const { columns } = await widthsOf(step.relation);
        add(step.relation, scanned, made * columns.reduce((sum, { bytes }) => sum + bytes, 0));
        rows.set(step.relation, step.kind === "append" ? (rows.get(step.relation) ?? 0) + made : made);
        return;
      }
      case "assert":
        perStage.at(-1).statements += 1;
        return;
      case "when":
        // The run went in if the next thing it did is the first statement in there.
        if (firstOf(step.body) === next()?.relation) for (const each of step.body) await one(each);
        return;
      case "repeat":
        while (next()?.kind === "round" && next().name === step.name) {
          rounds[step.name] = next().round;
          at += 1;
          for (const each of step.body) await one(each);
        }
        return;
      case "countdown":
        while (next()?.kind === "statement" && firstOf(step.body) === next().relation) {
          rounds[step.name] = (rounds[step.name] ?? 0) + 1;
          for (const each of step.body) await one(each);
        }
        return;
    }
  };
  const expect = (step) => {
    const event = next();
    if (event?.relation !== step.relation)
      throw new Error(`The run made ${event?.relation ?? event?.kind} where the plan has ${step.relation}.`);
    return event;
  };

  for (const stage of stages) {
    perStage.push({ title: stage.title, scanned: 0, written: 0, statements: 0 });
    for (const step of stage.steps) await one(step);
  }
  perStage.push({ title: "Publishing", scanned: 0, written: 0, statements: 0 });
  let published = 0;
  for (const output of plan.outputs) {
    const put = await widthsOf(work.put(output));
    const dropped = await widthsOf(work.drop(output));
    const width = put.columns.reduce((sum, { bytes }) => sum + bytes, 0);
    add(output, put.rows * width, put.rows * width);
    // A DELETE reads what it looks in; that it reads all of it is the worst case.
    if (dropped.rows > 0) add(output, await readBy(`select * from ${work.was(output)}`), 0);
    const now = await widthsOf(work.now(output));
    published += now.rows * now.columns.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  return {
    rounds,
    published,
    perStage,
    heaviest: [...perRelation.values()]
      .sort((a, b) => b.scanned + b.written - (a.scanned + a.written))
      .slice(0, 10),
  };
}

function firstOf(steps) {
  for (const step of steps) {
    if (step.kind === "assert") continue;
    return "relation" in step ? step.relation : firstOf(step.body);
  }
}

/** https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes */
function sizeOf(column, type) {
  if (/\[\]$/.test(type))
    return `coalesce(list_sum(list_transform(${column}, lambda x: strlen(x::varchar) + 2)), 0)`;
  if (/^(VARCHAR|ENUM|UUID|BLOB)/.test(type)) return `coalesce(strlen(${column}::varchar) + 2, 0)`;
  return `case when ${column} is null then 0 else ${usual(type)} end`;
}

function usual(type) {
  if (type === "BOOLEAN") return 1;
  if (/^DECIMAL|^HUGEINT/.test(type)) return 16;
  return 8;
}
