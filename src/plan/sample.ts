// A sample of a full run: whole units of what belongs together, so that what the rest of the run says of them is what it would
// say of them among all.
//
//  1. A unit is one or more plain components of this run and the identities of the run before that have, or had, records of
//     them. An identity whose records lie in several components makes one unit of these. Each id has a home: the component of
//     its records; of its anchor, if it has no records any more; else where it points, or nowhere.
//  2. A unit is in the sample by a hash of the seed and its smallest record key.
//  3. The working relations and the state are cut to the units of the sample. What knows no unit (watermarks, suppressions,
//     decisions that name no record) stays whole; a row that was never a record is a unit of its own.
//  4. The metrics of the state are measured as those of this run will be, on the sample.
//
// Three things are asked of more than the sample: whether an id was ever issued (`idw_issued`), how many records carry a value
// that matches nothing (`idw_values.records`), and what is withheld because of them.

import type { Project } from "../config/project.ts";
import { components } from "./components.ts";
import { OUTPUTS, work } from "./names.ts";
import type { MetricTopic, OutputName, Step } from "./plan.ts";
import { append, create, view } from "./steps.ts";

/** Expects `idw_components` and all that a full run has before; leaves the same relations, of the sample. */
export function sample(project: Project): readonly Step[] {
  return [...units(), ...chosen(), ...cut(project), ...state(), ...measured()];
}

function units(): readonly Step[] {
  return [
    create({ relation: work.issued, query: { kind: "issued" }, grain: "an id ever issued" }),
    create({
      relation: work.sampleSpans,
      query: { kind: "sample_spans" },
      grain: "an identity of the run before, and a component that has records of it",
    }),
    create({
      relation: work.samplePlaces,
      query: { kind: "sample_places" },
      grain: "an id ever issued, with the first component of its records, or where it points",
    }),
    create({
      relation: work.sampleHomes,
      query: { kind: "sample_homes" },
      grain: "an id ever issued, with the component it belongs to, or the id alone",
    }),
    create({
      relation: work.links,
      query: { kind: "sample_links" },
      grain: "a link between two components that share an identity of the run before",
    }),
    ...components("units of the sample"),
  ];
}

function chosen(): readonly Step[] {
  return [
    create({
      relation: work.sampledComponents,
      query: { kind: "sampled_components" },
      grain: "a plain component of the sample",
    }),
    create({
      relation: work.sampledIdentities,
      query: { kind: "sampled_ids" },
      grain: "an id of the sample",
    }),
    create({
      relation: work.sampledKeys,
      query: { kind: "sampled_keys" },
      grain: "the key of a record of the sample, before or after, or of a row that is none",
    }),
    create({
      relation: work.sampledWithheld,
      query: { kind: "sampled_withheld" },
      grain:
        "a value that matches nothing, now or before, and that a record of the sample carries or carried",
    }),
    create({
      relation: work.sampledDecisions,
      query: { kind: "sampled_decisions" },
      grain: "a decision about a record of the sample, or about none",
    }),
    create({
      relation: work.sampleSize,
      query: { kind: "sample_size" },
      grain: "the numbers of components and records, of the sample and in all",
    }),
  ];
}

function cut(project: Project): readonly Step[] {
  const kept = (relation: string, column: string, sample: string, key: string, grain: string) =>
    create({ relation, query: { kind: "of_sample", relation, column, sample, key }, grain });
  return [
    kept(
      work.components,
      "component",
      work.sampledComponents,
      "component",
      "a record of the sample, and the smallest record of its plain component",
    ),
    kept(work.records, "record", work.components, "record", "a record of the sample"),
    ...project.models.flatMap((model) => [
      kept(
        work.staged(model.name),
        "idw_record",
        work.components,
        "record",
        `a record of ${model.name}, of the sample`,
      ),
      ...(model.reject.length > 0 || model.onDuplicateKey === "latest"
        ? [
            create({
              relation: work.judged(model.name),
              query: { kind: "sampled_judged" as const, model: model.name },
              grain: `a row of ${model.name}, of the sample, and why it is rejected`,
            }),
          ]
        : []),
    ]),
    ...[work.candidates, work.carried].map((relation) =>
      kept(
        relation,
        "record",
        work.components,
        "record",
        "a record of the sample and a value that it carries",
      ),
    ),
    create({
      relation: work.values,
      query: { kind: "sampled_values" },
      grain: "a value of the sample, with all its records and its status",
    }),
    kept(work.erased, "record_key", work.sampledKeys, "record_key", "a record of the sample to be forgotten"),
    ...(project.decisions === undefined
      ? []
      : [
          kept(
            work.decisions,
            "id",
            work.sampledDecisions,
            "id",
            "a decision about a record of the sample, or about none",
          ),
        ]),
  ];
}

/** `idw_was_…` are views that others look through, so each is made anew over a table of its rows in the sample. */
function state(): readonly Step[] {
  const rows = (output: OutputName, query: "sampled_state" | "sampled_counts"): Step =>
    create({
      relation: work.sampled(output),
      query: query === "sampled_state" ? { kind: query, output } : { kind: query },
      grain: `a row of ${output} of the sample, as the run before left it`,
    });
  const through = (output: OutputName): Step =>
    view({
      relation: work.was(output),
      query: { kind: "all_of", relation: work.sampled(output) },
      grain: `a row of ${output} of the sample, as the run before left it`,
    });
  const listed = OUTPUTS.filter((output) => output !== "metric_counts");
  return [
    ...listed.map((output) => rows(output, "sampled_state")),
    ...listed.map(through),
    view({
      relation: work.replacedRecords,
      query: { kind: "all_replaced_records" },
      grain: "a record of the sample, as the run before left it",
    }),
    view({
      relation: work.replacedValues,
      query: { kind: "all_of", relation: work.was("record_values") },
      grain: "a value of a record of the sample, as the run before left it",
    }),
    rows("metric_counts", "sampled_counts"),
    through("metric_counts"),
  ];
}

/** What a state still tells: not what was rejected of the rows of then, and not what that run changed. */
const TOPICS: readonly MetricTopic[] = ["records", "sizes", "values", "decisions", "confidence"];

/** What metrics are made from; the results of this run take these places later. */
const COUNTED: readonly OutputName[] = ["metric_counts", "decisions_in_force"];
const LISTED: readonly OutputName[] = ["blocked_merges", "withheld_values", "rejected_values"];

function measured(): readonly Step[] {
  const as = (relation: string, output: OutputName) => ({
    relation,
    query: { kind: "all_of" as const, relation: work.was(output) },
    grain: `a row of ${output} of the sample, as the run before left it`,
  });
  return [
    ...COUNTED.map((output) => create(as(work.output(output), output))),
    ...LISTED.map((output) => view(as(work.now(output), output))),
    ...TOPICS.map((topic, index) => {
      const step = {
        relation: work.metricsBefore,
        query: { kind: "metrics" as const, topic, incremental: false },
        grain: `a metric of the sample and a dimension, as the run before left them: ${topic}`,
      };
      return index === 0 ? create(step) : append(step);
    }),
  ];
}
