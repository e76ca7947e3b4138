// What an incremental run does before it resolves (resolution.md §4, Incremental equals full): it finds what changed, and all
// that this can reach, and then looks at those records as a full run looks at all.
//
//  1. Delta: rows that are new, changed, deleted or erased, and what they carry.
//  2. Judging: whose values have other carriers than before; whether those values are shared, or contested from the start,
//     now and before. §2.5 is judged again on all records that carry a value which a changed record carries.
//  3. Reach: the delta, the carriers of every value that began or ceased to match, both sides of changed decisions; whoever a
//     new value ties them to; and all of the plain components of these, as they were before.
//  4. The records so found are numbered, with what they carry; from here on a run is a run.
import type { Project } from "../config/project.ts";
import { erased, suppressedCarriers } from "./erasure.ts";
import { work } from "./names.ts";
import { outputStep } from "./outputs.ts";
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
import type { ScopeOf, Stage, Step } from "./plan.ts";
import { replaced, replacedAttributes } from "./replaced.ts";
import { append, assert, create, view } from "./steps.ts";

export function incrementalStages(project: Project): readonly Stage[] {
  return [
    { name: "delta", title: "Finding what changed", steps: delta(project) },
    { name: "judging", title: "Judging the values that changed", steps: judging(project) },
    { name: "reach", title: "Gathering what to reconsider", steps: reach(project) },
  ];
}

function delta(project: Project): readonly Step[] {
  const byKey = modelsByKey(project);
  const read = byKey.flatMap((name): readonly Step[] => {
    const model = project.models.find((candidate) => candidate.name === name);
    const origin = ["models", name];
    const judged = model !== undefined && (model.reject.length > 0 || model.onDuplicateKey === "latest");
    // Few rows of a large source are kept; all of them are read where they are.
    const made = model?.changes.kind === "watermark" ? create : view;
    return [
      made({
        relation: work.read(name),
        query: { kind: "read", model: name },
        grain: `a row of ${name} that may have changed`,
        origin: [...origin, "changes"],
      }),
      ...(judged
        ? [
            create({
              relation: work.judged(name),
              query: { kind: "judged" as const, model: name },
              grain: `a row of ${name}, and why it is rejected`,
              origin: [...origin, "reject"],
            }),
          ]
        : []),
    ];
  });
  const seen = byKey.flatMap((name): readonly Step[] => {
    const origin = ["models", name];
    return [
      create({
        relation: work.seen(name),
        query: { kind: "seen", model: name },
        grain: `a record of ${name} that was read, with its fingerprint`,
        origin,
      }),
      assert(work.seen(name), { kind: "null_keys", model: name, seen: true }, [...origin, "key"]),
      assert(work.seen(name), { kind: "duplicate_keys", model: name, seen: true }, [...origin, "key"]),
    ];
  });
  const staged = byKey.flatMap((name, index): readonly Step[] => {
    const model = project.models.find((candidate) => candidate.name === name);
    const origin = ["models", name];
    return [
      create({
        relation: work.staged(name),
        query: { kind: "staged", model: name, after: byKey.slice(0, index), incremental: true },
        grain: `a new or changed record of ${name}`,
        origin,
      }),
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
    ...read,
    ...erased(true),
    ...seen,
    create({
      relation: work.delta,
      query: { kind: "delta" },
      grain: "a record that is new, changed, deleted or erased",
    }),
    view({
      relation: work.deltaBefore,
      query: { kind: "delta_before" },
      grain: "a record of the delta that the run before knew",
    }),
    view({ relation: work.known, query: { kind: "known" }, grain: "a record that exists after this run" }),
    ...(project.decisions === undefined
      ? []
      : [
          ...readDecisions(true),
          create({
            relation: work.decisionChanges,
            query: { kind: "decision_changes" },
            grain: "a decision that came into force, left it or changed, and a record that it names",
            origin: ["decisions"],
          }),
        ]),
    valuesToIgnore(),
    append({
      relation: work.delta,
      query: { kind: "reread" },
      grain: "a record to read again, since a value of it is ignored now or no longer",
      origin: ["decisions"],
    }),
    ...staged,
    create({
      relation: work.records,
      query: { kind: "records" },
      grain: "a new or changed record; numbers follow the bytes of the record key",
    }),
    ...attributeRows(project, true),
    ...checkOverrides(project),
    ...readValues(),
    create({
      relation: work.shifts,
      query: { kind: "shifts" },
      grain: "an unchanged record and a value that it loses or regains",
      origin: ["decisions"],
    }),
    ...suppressedCarriers(project, true),
    create({
      relation: work.deltaValues,
      query: { kind: "delta_values" },
      grain: "a new or changed record and a value that it carries",
    }),
    outputStep("rejected_values", true),
    outputStep("ignored_values", true),
  ];
}

function judging(project: Project): readonly Step[] {
  const decided = project.decisions !== undefined;
  return [
    create({
      relation: work.touchedValues,
      query: { kind: "touched_values" },
      grain: "a value with other carriers than before",
    }),
    create({
      relation: work.carriers,
      query: { kind: "carriers" },
      grain: "a touched value and a record that carries it, before or after",
    }),
    create({
      relation: work.flips,
      query: { kind: "flips" },
      grain: "a touched value, and whether it is shared, before and after",
    }),
    create({
      relation: work.suspects,
      query: { kind: "suspects" },
      grain: "a record whose values changed",
    }),
    create({
      relation: work.judgedValues,
      query: { kind: "judged_values" },
      grain: "a value that may begin or cease to be contested from the start",
    }),
    ...(judgesFromTheStart(project)
      ? [
          create({
            relation: work.scope,
            query: { kind: "judged_scope" as const },
            grain: "a record to judge those values by",
          }),
          ...scoped(project, "judged"),
          ...(decided ? mustLinks() : []),
          ...contestedFromTheStart(decided),
        ]
      : []),
    create({
      relation: work.output("withheld_values"),
      query: { kind: "judged_withheld" },
      grain: "a touched or judged value that matches nothing, with the reason",
    }),
  ];
}

function reach(project: Project): readonly Step[] {
  const decided = project.decisions !== undefined;
  return [
    create({
      relation: work.replacedRecords,
      query: { kind: "replaced_records" },
      grain: "a record of a plain component to reconsider, as the run before left it",
    }),
    ...replaced(),
    ...replacedAttributes(project),
    create({
      relation: work.scope,
      query: { kind: "working_scope" },
      grain: "a record to reconsider",
    }),
    ...scoped(project, "touched"),
    ...(decided ? mustLinks() : []),
    create({
      relation: work.values,
      query: { kind: "scoped_values" },
      grain: "a value, with its records and its status",
    }),
    ...(decided ? classes(false) : []),
  ];
}

/** The records of `idw_scope` in the working relations of a full run. */
function scoped(project: Project, of: ScopeOf): readonly Step[] {
  return [
    create({
      relation: work.records,
      query: { kind: "scoped_records", of },
      grain: "a record of the scope; numbers follow the bytes of the record key",
    }),
    create({
      relation: work.given,
      query: { kind: "given", of },
      grain: "a record of the scope and a value that it carries",
    }),
    create({
      relation: work.dictionary,
      query: { kind: "scoped_dictionary" },
      grain: "an identifier and a distinct value",
    }),
    create({
      relation: work.carried,
      query: { kind: "scoped_carried" },
      grain: "a record and a value that it carries",
    }),
    create({
      relation: work.valueCounts,
      query: { kind: "scoped_value_counts" },
      grain: "a value, with its records of the scope",
    }),
    ...(project.decisions === undefined ? [] : numberDecisions()),
  ];
}
