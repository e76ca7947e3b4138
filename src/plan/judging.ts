// What is said of identities once they are named: the confidence in each, and the metrics of the run.
import type { Project } from "../config/project.ts";
import { work } from "./names.ts";
import type { MetricTopic, Mode, Step } from "./plan.ts";
import { append, create, view } from "./steps.ts";

export function confidence(project: Project): readonly Step[] {
  return [
    view({
      relation: work.ties,
      query: { kind: "ties" },
      grain: "an identity, a value that is active in it or a must-link inside it, and a record that has it",
    }),
    create({
      relation: work.held,
      query: { kind: "held" },
      grain: "an identity and a value that is active in it, or a must-link inside it",
    }),
    ...(project.confidence.attributes.length === 0
      ? []
      : [
          create({
            relation: work.agreement,
            query: { kind: "agreement" as const },
            grain: "an identity whose records have attributes",
            origin: ["confidence"],
          }),
        ]),
    create({
      relation: work.confidence,
      query: { kind: "confidence" },
      grain: "an identity of two or more records, with its confidence and the parts of it",
      origin: ["confidence"],
    }),
  ];
}

const TOPICS: readonly MetricTopic[] = [
  "records",
  "sizes",
  "values",
  "rejections",
  "decisions",
  "confidence",
  "changes",
];

/** Of the whole state as the run leaves it; of the rows that were read only where any were. */
export function metrics(mode: Mode): readonly Step[] {
  const incremental = mode !== "full";
  return TOPICS.filter((topic) => mode !== "rollback" || topic !== "rejections").map((topic, index) => {
    const made = { relation: work.metrics, query: { kind: "metrics" as const, topic, incremental } };
    const grain = `a metric and a dimension: ${topic}`;
    return index === 0 ? create({ ...made, grain }) : append({ ...made, grain });
  });
}
