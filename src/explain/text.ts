// An explanation as text for people. What could be said in one line is; long lists are cut and counted.
import { visible } from "../diagnostics/text.ts";
import type { Apart, Change, Explanation, Life, Shared, Subject, Together, WhatIf } from "./explanation.ts";
import {
  changeWords,
  count,
  eventWords,
  refusalWords,
  ruledBy,
  shortTime,
  statusWords,
  tieDetail,
  tieName,
  triedWords,
} from "./words.ts";

const LISTED = 20;

/** Ends with a line break. */
export function explanationText(explanation: Explanation): string {
  switch (explanation.kind) {
    case "life":
      return lines(lifeLines(explanation));
    case "together":
      return lines(togetherLines(explanation));
    case "apart":
      return lines(apartLines(explanation));
  }
}

function togetherLines({ a, b, identityId, chain, weakest, met }: Together): readonly string[] {
  const steps = chain.map((step): readonly [string, string] =>
    step.kind === "record"
      ? [`  ${visible(step.recordKey)}`, shortTime(step.observedAt)]
      : [`    ${tieName(step)}`, tieDetail(step)],
  );
  return [
    `${subjectName(a)} and ${subjectName(b)} are one identity, ${identityId}.`,
    ...elsewhere(a),
    ...elsewhere(b),
    "",
    ...(chain.length > 1 ? ["The shortest chain of evidence:"] : []),
    ...(chain.length === 0
      ? [
          "No chain of evidence connects them now: they are together as an earlier run had them, after a rollback.",
        ]
      : []),
    ...table(steps),
    "",
    ...(weakest === undefined ? [] : [`Weakest tie: ${tieName(weakest)}, ${tieDetail(weakest)}.`]),
    ...metLines(met),
  ];
}

function metLines(met: Together["met"]): readonly string[] {
  if (met === undefined) return [];
  if (met.kind === "by_run")
    return [`They met in run ${met.run} or before; the history of that time is not kept.`];
  const [a, b] = met.before;
  const how =
    met.event?.event === "merged"
      ? eventWords(met.event)
      : a === null && b === null
        ? "both came then, and were one from the start, by the chain above"
        : a === null || b === null
          ? `a new record joined ${a ?? b}, by the chain above`
          : met.event === undefined
            ? `records of ${a} and ${b} came together`
            : eventWords(met.event);
  return [`They met in run ${met.run}${met.at === null ? "" : ` (${shortTime(met.at)})`}: ${how}.`];
}

function apartLines(apart: Apart): readonly string[] {
  const { a, b, evidence, way, decisions } = apart;
  return [
    `${withIdentity(a)} and ${withIdentity(b)} are apart.`,
    ...elsewhere(a),
    ...elsewhere(b),
    "",
    ...evidenceLines(apart),
    ...(evidence.length === 0 && way !== undefined ? wayLines(apart) : []),
    ...decisions.flatMap((decision) => [
      `  ${decision.decision} ${visible(decision.id)} between ${visible(decision.a)} and ${visible(decision.b)}: ${decision.status.replace("_", " ")}${decision.refusedBy === null ? "" : ` by ${visible(decision.refusedBy)}`}${withDash(ruledBy(decision))}`,
    ]),
    "",
    ...whatIfLines(apart.whatIf),
  ];
}

function evidenceLines({ evidence, way, isOneComponent, decisions }: Apart): readonly string[] {
  if (evidence.length > 0) {
    return [
      `Nearest evidence: ${count(evidence.length, "value")} that both carry.`,
      ...evidence.slice(0, LISTED).flatMap(sharedLines),
      ...more(evidence.length),
    ];
  }
  if (way !== undefined) {
    const between = way.length - 1;
    return between === 0
      ? ["They carry no value in common."]
      : [`They carry no value in common. The way leads over ${count(between, "other identity")}:`];
  }
  const scope = isOneComponent ? "" : ", nor do the identities that values connect to either";
  return [`No evidence: they carry no value in common${scope}.`, ...(decisions.length > 0 ? [""] : [])];
}

function wayLines({ way = [] }: Apart): readonly string[] {
  return way.flatMap(({ from, to, evidence, decision }) => [
    `  ${from}`,
    ...(evidence === undefined ? [] : sharedLines(evidence).map((line) => `  ${line}`)),
    ...(decision === undefined
      ? []
      : [
          `    must_link ${visible(decision.id)}, refused by ${visible(decision.refusedBy ?? "a cannot_link")}`,
        ]),
    ...(to === way.at(-1)?.to ? [`  ${to}`] : []),
  ]);
}

function sharedLines(shared: Shared): readonly string[] {
  const { identifier, value, statusA, statusB, recordsA, recordsB, refusals } = shared;
  const isIgnored = statusA === "ignored" || statusB === "ignored";
  return [
    `  ${visible(`${identifier} ${value}`)}  ${statusWords(shared)}  on ${recordsA} | ${recordsB} records`,
    ...refusals.map((refusal) => `    ${refusalWords(refusal)}`),
    ...(isIgnored ? [`    it ties nobody: \`ignore\` of ${identifier}, or an ignore_value decision`] : []),
  ];
}

function whatIfLines(whatIf: WhatIf): readonly string[] {
  switch (whatIf.kind) {
    case "joins": {
      const { change, tried, records, tooLarge } = whatIf;
      return [
        `They would be one if ${changeWords(change)}.`,
        `  Resolved again with it: ${count(records, "record")}.${tried.length === 0 ? "" : ` Not enough: ${triedWords(tried)}.`}`,
        ...notTried(tooLarge),
      ];
    }
    case "none":
      return whatIf.tried.length === 0
        ? [
            "No single change of a limit, max_records, contested or a decision bears on what parts them.",
            ...notTried(whatIf.tooLarge),
          ]
        : [
            "No single change joins them, of those that bear on what parts them.",
            `  Resolved again with each: ${triedWords(whatIf.tried)}.`,
            ...notTried(whatIf.tooLarge),
          ];
    case "joins_already":
      return [
        "Resolved again as they are published, with identity.yml and decisions as they are, they are one: what parts them is no rule, as after a rollback. The next run joins them.",
      ];
    case "not_asked":
      switch (whatIf.why.kind) {
        case "left_out":
          return [];
        case "no_evidence":
          return ["Only a must_link would join them."];
        case "elsewhere":
          return ["What would join them is resolved on DuckDB targets only."];
        case "too_large":
          return [
            `What would join them is not resolved here: their components hold ${count(whatIf.why.records, "record")}, more than ${whatIf.why.most.toLocaleString("en")}.`,
          ];
        case "changed_since":
          return [
            `What would join them cannot be told: identity.yml, a model or a macro changed since run ${whatIf.why.run}. \`idweave run\` first.`,
          ];
      }
  }
}

function notTried(tooLarge: readonly Change[]): readonly string[] {
  return tooLarge.length === 0
    ? []
    : [`  Not resolved, since it connects more than 100,000 records: ${triedWords(tooLarge)}.`];
}

function lifeLines(life: Life): readonly string[] {
  const { a, identityId, recordsFound, confidence } = life;
  const since = `created in run ${life.createdRun}`;
  const told =
    life.status === "active"
      ? `${count(recordsFound, "record")}, confidence ${confidence?.toFixed(2) ?? "unknown"}, ${since}`
      : `${life.status}, ${since}`;
  return [
    a.kind === "identity" && a.asked === identityId
      ? `${identityId}: ${told}.`
      : `${subjectName(a)} is of ${identityId}: ${told}.`,
    ...elsewhere(a),
    ...(life.anchorRecordKey === null ? [] : [`Named for ${visible(life.anchorRecordKey)}.`]),
    ...(life.redirects.length === 0 ? [] : [`Ids that lead here: ${life.redirects.join(", ")}.`]),
    ...section(
      "What happened",
      life.events.map((event) => [`  run ${event.run}`, shortTime(event.occurredAt), eventWords(event)]),
    ),
    ...section(
      "Records",
      life.records.map(({ recordKey, observedAt, updatedRun }) => [
        `  ${visible(recordKey)}`,
        shortTime(observedAt),
        `here since run ${updatedRun}`,
      ]),
      recordsFound,
    ),
    ...section(
      "Values",
      life.values.map(({ identifier, value, status, records }) => [
        `  ${identifier}`,
        visible(value),
        status.replace("_", " "),
        count(records, "record"),
      ]),
    ),
    ...section(
      "Golden record",
      life.golden.map(({ attribute, value, record, rule }) => [
        `  ${attribute}`,
        value === null ? "—" : visible(value),
        rule === null ? "" : visible(`${rule}${record === null ? "" : `, ${record}`}`),
      ]),
    ),
    ...section(
      "Refused merges",
      life.refusals.map((refusal) => [
        `  ${visible(`${refusal.identifier} ${refusal.value}`)}`,
        refusalWords(refusal),
      ]),
    ),
  ];
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  found = rows.length,
): readonly string[] {
  if (rows.length === 0) return [];
  return ["", title, ...table(rows.slice(0, LISTED)), ...more(found)];
}

function more(found: number): readonly string[] {
  return found > LISTED
    ? [`  and ${(found - LISTED).toLocaleString("en")} more; --format json has them`]
    : [];
}

function withIdentity(subject: Subject): string {
  const name = subjectName(subject);
  return name === subject.identityId ? name : `${name} (${subject.identityId})`;
}

export function subjectName(subject: Subject): string {
  return subject.kind === "value"
    ? visible(`${subject.identifier} ${subject.value}`)
    : visible(subject.asked);
}

function elsewhere(subject: Subject): readonly string[] {
  if (subject.kind === "identity" && subject.asked !== subject.identityId) {
    return [`  ${visible(subject.asked)} leads to ${subject.identityId} now.`];
  }
  return subject.kind === "value" && subject.elsewhere > 0
    ? [`  ${subjectName(subject)} is carried by ${count(subject.elsewhere, "other identity")} too.`]
    : [];
}

function withDash(text: string): string {
  return text === "" ? "" : `, ${text}`;
}

/** Columns aligned; the last is left as it is. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

function lines(all: readonly string[]): string {
  const text = all.join("\n").replace(/\n{3,}/g, "\n\n");
  return `${text.trimEnd()}\n`;
}
