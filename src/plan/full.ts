// What a full run does before it resolves: it reads every row, numbers the records and cleans their values.
import type { Project } from "../config/project.ts";
import { importedIds } from "./import.ts";
import { work } from "./names.ts";
import {
  attributeRows,
  checkOverrides,
  classes,
  contestedFromTheStart,
  judgesFromTheStart,
  modelsByKey,
  mustLinks,
  numberDecisions,
  readDecisions,
  readValues,
  valuesToIgnore,
} from "./parts.ts";
import type { Stage, Step } from "./plan.ts";
import { assert, create, view } from "./steps.ts";

export function fullStages(project: Project): readonly Stage[] {
  return [
    { name: "records", title: "Numbering the records", steps: records(project) },
    { name: "import", title: "Taking over ids", steps: importedIds(project) },
    { name: "decisions", title: "Reading the decisions", steps: decisions(project) },
    { name: "values", title: "Cleaning the values", steps: values(project) },
  ];
}

function records(project: Project): readonly Step[] {
  const byKey = modelsByKey(project);
  const steps = byKey.flatMap((name, index): readonly Step[] => {
    const model = project.models.find((candidate) => candidate.name === name);
    const origin = ["models", name];
    const judged = model !== undefined && (model.reject.length > 0 || model.onDuplicateKey === "latest");
    return [
      view({
        relation: work.read(name),
        query: { kind: "all_rows", model: name },
        grain: `a row of ${name}`,
        origin,
      }),
      ...(judged
        ? [
            create({
              relation: work.judged(name),
              query: { kind: "judged", model: name },
              grain: `a row of ${name}, and why it is rejected`,
              origin: [...origin, "reject"],
            }),
          ]
        : []),
      create({
        relation: work.staged(name),
        query: { kind: "staged", model: name, after: byKey.slice(0, index), incremental: false },
        grain: `a record of ${name}`,
        origin,
      }),
      assert(work.staged(name), { kind: "null_keys", model: name, seen: false }, [...origin, "key"]),
      assert(work.staged(name), { kind: "duplicate_keys", model: name, seen: false }, [...origin, "key"]),
      ...(model?.observedAt === undefined
        ? []
        : [
            assert(work.staged(name), { kind: "bad_times", model: name, column: model.observedAt }, [
              ...origin,
              "observed_at",
            ]),
          ]),
    ];
  });
  return [
    ...steps,
    create({
      relation: work.records,
      query: { kind: "records" },
      grain: "a record; numbers follow the bytes of the record key",
      origin: ["models"],
    }),
    ...attributeRows(project, false),
    create({ relation: work.erased, query: { kind: "erased" }, grain: "a record to be forgotten" }),
    view({ relation: work.known, query: { kind: "all_known" }, grain: "a record" }),
    view({
      relation: work.touchedRecords,
      query: { kind: "all_touched_records" },
      grain: "a record of the run before",
    }),
    view({
      relation: work.touchedIdentities,
      query: { kind: "all_touched_identities" },
      grain: "an id that was issued before",
    }),
  ];
}

function decisions(project: Project): readonly Step[] {
  if (project.decisions === undefined) return [];
  return [...readDecisions(false), ...checkOverrides(project), ...numberDecisions()];
}

function values(project: Project): readonly Step[] {
  const decided = project.decisions !== undefined;
  const judges = judgesFromTheStart(project);
  return [
    valuesToIgnore(),
    ...readValues(),
    view({
      relation: work.valueCounts,
      query: { kind: "value_counts" },
      grain: "a value that is not dropped, with its records",
    }),
    ...(decided ? mustLinks() : []),
    ...(judges ? contestedFromTheStart(decided) : []),
    create({
      relation: work.values,
      query: { kind: "values" },
      grain: "a value, with its records and its status",
    }),
    ...(decided ? classes(false) : []),
  ];
}
