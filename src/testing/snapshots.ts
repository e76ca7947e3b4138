// The cases of a project as one run from nothing can judge them: every day of a case as a case of its own, with all that is
// delivered on it, and what must hold of it as pairs of records. For a tool that runs the statements without us.
import type { Project } from "../config/index.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { csvLine } from "../explain/csv.ts";
import { DECISION_COLUMNS } from "../render/decisions.ts";
import { assemble, type Loaded, onFile } from "../run/load.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import { decisionRows, fixtureSelect, type Given, inputsOf } from "./fixture.ts";
import { groupsOf } from "./groups.ts";
import { recordKeys } from "./lead.ts";
import type { Expectation, Names, TestCase } from "./suite.ts";
import { tagOf } from "./tags.ts";
import { variantContext, variantOf } from "./variant.ts";
import { readWorld, type WorldOptions } from "./world.ts";

/** Of two records; of one and the reason why it is none; or of one that is a record or none. */
export type Check = {
  readonly kind: "together" | "apart" | "rejected" | "is_record" | "is_no_record";
  readonly a: string;
  /** A record key, a reason, or nothing. */
  readonly b: string;
};

export type Snapshot = {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly checks: readonly Check[];
};

export type Snapshots = {
  /** The project that reads the fixtures, and keeps the cases apart. */
  readonly loaded: Loaded;
  /** By model, a SELECT. */
  readonly fixtures: ReadonlyMap<string, string>;
  /** The decisions of all cases as CSV; undefined where the project has none. */
  readonly decisions: string | undefined;
  readonly cases: readonly Snapshot[];
  /** Days of cases of which nothing is judged here. */
  readonly leftOut: number;
};

/**
 * Left out are days that depend on the days before (ids, events, erasures) or on the time of the run, what is said of values, golden
 * records and refusals, and cases that tags would disturb. Throws DiagnosticError for wrong files.
 */
export async function snapshotsOf(options: WorldOptions): Promise<Snapshots> {
  const { world, suite } = await readWorld(options);
  const { project } = world;
  const days = suite.cases.flatMap((test) => daysOf(test, project));
  const chosen = days
    .filter(({ checks }) => checks.length > 0)
    .map((day, index) => ({ ...day, tag: tagOf(index) }));
  const tags = chosen.map(({ tag }) => tag);
  const given = chosen.map(({ tag, test, input }): Given => {
    return { tag, input, keys: recordKeys(test, project, tag) };
  });
  const { value, diagnostics } = onFile(
    assemble({
      project: variantOf(project, tags),
      folder: world.folder,
      target: undefined,
      macros: world.macros,
      models: new Map(),
      inputs: new Map(),
      env: world.env,
      sources: new Map(),
    }),
  );
  if (value === undefined) throw new DiagnosticError(diagnostics);
  const warehouse = await openDuckdb({ path: ":memory:", threads: 1 });
  try {
    const context = await variantContext(value.context, project, tags, warehouse);
    return {
      loaded: { ...value, context },
      fixtures: new Map(
        project.models.map((model) => [
          model.name,
          fixtureSelect(model, world.columns.get(model.name) ?? [], given),
        ]),
      ),
      decisions: project.decisions === undefined ? undefined : decisionsCsv(given),
      cases: chosen.map(({ tag, test, name, checks }) => {
        const keys = recordKeys(test, project, tag);
        const key = (record: string) => keys.get(record) ?? record;
        return {
          name,
          file: test.file,
          line: test.span.line,
          checks: checks.map(({ kind, a, b }) => ({ kind, a: key(a), b: kind === "rejected" ? b : key(b) })),
        };
      }),
      leftOut: suite.cases.flatMap((test) => test.days).length - chosen.length,
    };
  } finally {
    warehouse.close();
  }
}

/** The days of a case with what can be judged of each, by names of records. */
function daysOf(test: TestCase, project: Project) {
  const [group] = groupsOf([test], project);
  if (group?.[0]?.tag === "") return [];
  const inputs = inputsOf(test, project);
  const erased = test.days.findIndex(({ erase }) => erase.length > 0);
  return test.days.flatMap((day, index) => {
    const input = inputs[index];
    if (input === undefined || day.asOf !== undefined || (erased >= 0 && index >= erased)) return [];
    const all = input.records.map(({ record }) => record.name);
    return {
      test,
      input,
      name: test.days.length === 1 ? test.name : `${test.name}, day ${index + 1}`,
      checks: day.expectations.flatMap((expectation) => checksOf(expectation, all)),
    };
  });
}

function checksOf(expectation: Expectation, all: readonly string[]): readonly Check[] {
  switch (expectation.kind) {
    case "together":
      return together(expectation.of.flat());
    case "apart":
      return [
        ...expectation.of.flat().map((a): Check => ({ kind: "is_record", a, b: "" })),
        ...apart(expectation.of),
      ];
    case "partition": {
      const named = new Set(expectation.groups.flat());
      return [
        ...expectation.groups.flatMap(together),
        ...apart(expectation.groups.map((names) => names.slice(0, 1))),
        ...all.flatMap((a): readonly Check[] => (named.has(a) ? [] : [{ kind: "is_no_record", a, b: "" }])),
      ];
    }
    case "rejected":
      return [{ kind: "rejected", a: expectation.record, b: expectation.reason }];
    case "golden":
    case "value":
    case "blocked":
    case "events":
    case "decided":
    case "id":
      return [];
  }
}

function together([first, ...others]: Names): readonly Check[] {
  if (first === undefined) return [];
  return others.length === 0
    ? [{ kind: "is_record", a: first, b: "" }]
    : others.map((b) => ({ kind: "together", a: first, b }));
}

/** No record of one side is with a record of another. */
function apart(sides: readonly Names[]): readonly Check[] {
  return sides.flatMap((names, index) =>
    sides
      .slice(index + 1)
      .flat()
      .flatMap((b) => names.map((a): Check => ({ kind: "apart", a, b }))),
  );
}

function decisionsCsv(given: readonly Given[]): string {
  const rows = decisionRows(given).map((row) => row.map((cell) => cell ?? ""));
  return [DECISION_COLUMNS, ...rows].map(csvLine).join("");
}
