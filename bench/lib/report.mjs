// What was measured, as tables: plain text for the terminal, Markdown for docs/benchmarks.md.
import { targetsOf } from "./targets.mjs";

const LINES = [
  ["run", "idweave, whole run"],
  ["plainRun", "idweave, whole run without limits"],
  ["floor", "floor: normalise in DuckDB, scipy components"],
  ["scan", "one scan of the input"],
  ["resolution", "idweave, resolution alone"],
  ["plainResolution", "idweave, resolution alone without limits"],
  ["scipy", "encode the matching values, scipy components"],
  ["splink", "Splink, edges given"],
];

export function toText(result) {
  return render(result, { table: textTable, heading: (text) => `\n${text}`, code: (text) => text });
}

export function toMarkdown(result) {
  const heading = (text, level) => `${"#".repeat(level)} ${text}\n`;
  return `${render(result, { table: markdownTable, heading, code: (text) => `\`${text}\`` })}\n\n${result.machine}`;
}

function titleOf({ people, memoryLimit, without }) {
  const limited = memoryLimit === undefined ? "" : `, ${memoryLimit} for DuckDB`;
  const less = without.length === 0 ? "" : `, without ${without.join(", ")}`;
  return `${people.toLocaleString("en")} people${limited}${less}`;
}

function render(result, { table, heading, code }) {
  const targets = targetsOf(result).map(({ target, measured, met }) => [
    target,
    measured,
    met ? "met" : "NOT MET",
  ]);
  const scores = scoreRows(result.scores);
  const slowest = slowestRows(result, code);
  return [
    heading(`${titleOf(result)}${inputOf(result)}`, 3),
    table(
      ["", "CPU s", "× floor", "× scipy", "wall s", "peak MB", "rounds", "statements"],
      measureRows(result),
    ),
    ...(result.identifiers === undefined
      ? []
      : ["", `Identifiers, limits and who keeps what is contested: ${result.identifiers}.`]),
    ...(targets.length === 0 ? [] : ["", table(["target", "measured", ""], targets)]),
    ...(scores.length === 0 ? [] : ["", table(SCORES, scores)]),
    ...(slowest.length === 0 ? [] : ["", table(SLOWEST, slowest)]),
    ...spilled(result),
  ].join("\n");
}

function inputOf({ measures: { run, input } }) {
  const records = run === undefined ? "" : `: ${run.records.toLocaleString("en")} records`;
  if (input === undefined) return records;
  return `${records}, ${input.values.toLocaleString("en")} matching values, ${input.edges.toLocaleString("en")} edges`;
}

function measureRows({ measures }) {
  return LINES.flatMap(([name, title]) => {
    const one = measures[name];
    if (one === undefined) return [];
    const times = (other) => (other === undefined ? "" : (one.cpuSeconds / other.cpuSeconds).toFixed(2));
    const rounds = one.rounds === undefined ? "" : `${one.componentRounds} + ${one.rounds}`;
    return [
      [
        title,
        one.cpuSeconds.toFixed(2),
        times(measures.floor),
        times(measures.scipy),
        one.wallSeconds.toFixed(2),
        String(Math.round(one.peakMb)),
        rounds,
        String(one.statements ?? ""),
      ],
    ];
  });
}

const SCORES = ["", "precision", "recall", "F1", "identities", "largest"];

function scoreRows({ limited, plain }) {
  const row = (title, { precision, recall, f1, identities, largest }) => [
    title,
    ...[precision, recall, f1].map((number) => number.toFixed(4)),
    ...[identities, largest].map((number) => number.toLocaleString("en")),
  ];
  const rows = (title, score) =>
    score === undefined
      ? []
      : [row(`${title}, known records`, score.known), row(`${title}, all records`, score.all)];
  return [...rows("with limits", limited), ...rows("without limits", plain)];
}

const SLOWEST = ["slowest statements", "CPU s", "wall s", "times", "rows", "in"];

function slowestRows({ measures, slowest }, code) {
  const rows = (title, costs = []) =>
    costs
      .slice(0, slowest)
      .map(({ stage, relation, times, cpuSeconds, wallSeconds, rows: most }) => [
        code(relation),
        cpuSeconds.toFixed(2),
        wallSeconds.toFixed(2),
        String(times),
        most.toLocaleString("en"),
        `${title}: ${stage}`,
      ]);
  return [
    ...rows("whole run", measures.run?.slowest),
    ...rows("resolution", measures.resolution?.slowest),
    ...rows("without limits", measures.plainResolution?.slowest),
  ];
}

function spilled({ measures: { run } }) {
  if (run === undefined) return [];
  const megabytes = (number) => `${Math.round(number).toLocaleString("en")} MB`;
  return [
    "",
    `Largest scratch on disk: ${megabytes(run.largestSpillMb)}; published database: ${megabytes(run.databaseMb)}.`,
  ];
}

export function textTable(head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const isNumber = (column) => rows.every((row) => /^[\d.,+ ]*$/.test(row[column]));
  const pad = (text, column) =>
    isNumber(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

export function markdownTable(head, rows) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const isNumber = (column) => column > 0 && rows.every((line) => /^[\d.,+ ]*$/.test(line[column]));
  return [row(head), row(head.map((_, column) => (isNumber(column) ? "--:" : "---"))), ...rows.map(row)].join(
    "\n",
  );
}
