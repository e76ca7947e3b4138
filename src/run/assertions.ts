// A failed assertion of the plan, as the sentence a user needs: which model or decision, what is wrong, five examples.
import { goldenColumns, type Project } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { AssertStep } from "../plan/plan.ts";
import type { Row } from "../warehouse/warehouse.ts";

const EXAMPLES = 5;
const LONGEST_EXAMPLE = 60;
const LONGEST_ROW = 200;

export function failedAssertion(step: AssertStep, rows: readonly Row[], project: Project): DiagnosticError {
  return new DiagnosticError(diagnosticsOf(step, rows, project));
}

function diagnosticsOf(
  { assertion, origin }: AssertStep,
  rows: readonly Row[],
  project: Project,
): readonly Diagnostic[] {
  const span = project.places.of(origin);
  switch (assertion.kind) {
    case "null_keys": {
      const [row] = rows;
      const found = count(row?.["rows_found"], "row");
      const message = `The model ${assertion.model} has ${found} whose key is NULL, such as the one with ${cut(String(row?.["row_shown"]), LONGEST_ROW)}.`;
      const hint =
        "Leave such rows out with `reject`, choose a key that every row has, or set `on_duplicate_key: latest`, which lists them in rejected_records.";
      return [diagnose("IDW502", message, { span, hint })];
    }
    case "duplicate_keys": {
      const found = rows[0]?.["keys_found"];
      const keys = examples(
        rows.map((row) => row["source_key"]),
        found,
      );
      const message = `The model ${assertion.model} has ${count(found, "key")} more than once: ${keys}.`;
      const hint = "Make the key unique, or set `on_duplicate_key: latest` to keep the latest row of each.";
      return [diagnose("IDW501", message, { span, hint })];
    }
    case "bad_times": {
      const found = rows[0]?.["times_found"];
      const times = examples(
        rows.map((row) => row["observed_at"]),
        found,
      );
      const keys = examples(
        rows.map((row) => row["source_key"]),
        found,
      );
      const message = `\`${assertion.column}\` of ${assertion.model} has ${count(found, "time")} that cannot be read: ${times} (keys ${keys}).`;
      const hint =
        "Text is read as ISO 8601, UTC when it has no zone (2026-01-31T12:00:00Z); cast anything else in a `sql` model.";
      return [diagnose("IDW503", message, { span, hint })];
    }
    case "duplicate_ids": {
      const [row] = rows;
      const message = `Two identities would get the id ${row?.["identity_id"]} (anchors ${row?.["a"]} and ${row?.["b"]}); nothing is published.`;
      return [
        diagnose("IDW901", message, { hint: "Two record keys with one MD5 prefix: please report it." }),
      ];
    }
    case "bad_imports":
      return badImports(rows, project);
    case "bad_decisions":
      return rows.map((row) => badDecision(row, project));
    case "bad_overrides":
      return rows.map((row) => badOverride(row, project));
    case "bad_requests":
      return rows.map((row) => badRequest(row, project));
  }
}

// Values stay out of messages: these may end in a log.
function badRequest(row: Row, project: Project): Diagnostic {
  const identifier = String(row["identifier"] ?? "");
  const found = count(row["requests_found"], "request");
  const { forget } = project;
  const from = forget === undefined ? "" : ` of ${forget.kind === "file" ? forget.path : forget.table}`;
  const names = project.identifiers.map(({ name }) => name);
  const problems: Readonly<Record<string, readonly [what: string, hint: string]>> = {
    empty: ["says nothing to forget", "Fill `record_key`, `identity_id`, or `identifier` and `value`."],
    several: ["names several things at once", "Write one row for each."],
    no_identifier: ["has a value of no identifier", "Fill `identifier`."],
    unknown_identifier: [
      `names the identifier \`${identifier}\`, which is not declared`,
      didYouMean(identifier, names, "Identifiers"),
    ],
    no_value: [`has no value of \`${identifier}\` once it is normalised`, "Look at `value` of these rows."],
  };
  const [what, hint] = problems[String(row["problem"])] ?? ["cannot be followed", ""];
  return diagnose(
    "IDW631",
    `${found}${from} ${
      Number(row["requests_found"]) === 1
        ? what
        : what
            .replace(/^says/, "say")
            .replace(/^names/, "name")
            .replace(/^has/, "have")
    }.`,
    {
      span: project.places.of(["forget"]),
      hint,
    },
  );
}

const DECISIONS = ["must_link", "cannot_link", "ignore_value", "golden_override"];

function sourceOf({ decisions }: Project): string | undefined {
  return decisions?.kind === "file" ? decisions.path : decisions?.table;
}

const BAD_IMPORTS = [
  { problem: "two_ids", code: "IDW621", what: (found: string) => `${found} with more than one id` },
  { problem: "no_id", code: "IDW622", what: (found: string) => `${found} without an id` },
] as const;

function badImports(rows: readonly Row[], project: Project): readonly Diagnostic[] {
  const span = project.places.of(["import", "ids"]);
  const { importedIds } = project;
  const source = importedIds?.kind === "file" ? importedIds.path : importedIds?.table;
  const of = (problem: string) => rows.filter((row) => row["problem"] === problem);
  const told = BAD_IMPORTS.flatMap(({ problem, code, what }) => {
    const found = of(problem);
    const [first] = found;
    if (first === undefined) return [];
    const named = found.map((row) => `${row["example"]}${row["ids"] === "" ? "" : ` (${row["ids"]})`}`);
    const listed = examples(named, first["problems_found"]);
    return [
      diagnose(code, `${source} has ${what(count(first["problems_found"], "record"))}: ${listed}.`, { span }),
    ];
  });
  const [keyless] = of("no_key");
  if (keyless === undefined) return told;
  const message = `${source} has ${count(keyless["problems_found"], "id")} without a record_key.`;
  return [...told, diagnose("IDW622", message, { span })];
}

function badOverride(row: Row, project: Project): Diagnostic {
  const span = project.places.of(["decisions"]);
  const named = `Decision \`${row["id"]}\` of ${sourceOf(project)} (golden_override)`;
  const attribute = String(row["attribute"]);
  if (row["problem"] === "unknown_attribute") {
    const message = `${named} is about the attribute \`${attribute}\`, which golden_records does not have.`;
    const hint = didYouMean(attribute, goldenColumns(project.golden), "Golden attributes");
    return diagnose("IDW611", message, { span, hint });
  }
  const value = cut(String(row["value"]), LONGEST_EXAMPLE);
  const message = `${named} sets \`${attribute}\` to \`${value}\`, which is no value of its type.`;
  const hint = "Write it as the models have it: a date as 2026-01-31, a number as 12.5, an array as JSON.";
  return diagnose("IDW612", message, { span, hint });
}

function badDecision(row: Row, project: Project): Diagnostic {
  const span = project.places.of(["decisions"]);
  const source = sourceOf(project);
  const named = `Decision \`${row["id"]}\` of ${source}`;
  switch (row["problem"]) {
    case "no_id":
      return diagnose(
        "IDW603",
        `A decision of ${source} has no id (decision ${row["decision"]}, a ${row["a"]}, b ${row["b"]}).`,
        { span },
      );
    case "duplicate_id":
      return diagnose("IDW602", `${named} stands there more than once; ids are unique.`, { span });
    case "unknown_decision": {
      const hint = didYouMean(String(row["decision"] ?? ""), DECISIONS);
      if (row["decision"] === null) {
        return diagnose("IDW604", `${named} does not say what it decides.`, { span, hint });
      }
      return diagnose("IDW604", `${named} says \`${row["decision"]}\`, which is no kind of decision.`, {
        span,
        hint,
      });
    }
    case "no_records":
      return diagnose("IDW606", `${named} (${row["decision"]}) needs both a and b: two record keys.`, {
        span,
      });
    case "same_record":
      return diagnose("IDW605", `${named} is about ${row["a"]} and itself.`, { span });
    case "no_value":
      return diagnose("IDW606", `${named} (ignore_value) needs an identifier and a value.`, { span });
    case "no_override": {
      const message = `${named} (golden_override) needs a (a record key or an identity id), an attribute and a value.`;
      return diagnose("IDW606", message, { span });
    }
    case "unknown_identifier": {
      const names = project.identifiers.map(({ name }) => name);
      const hint = didYouMean(String(row["identifier"] ?? ""), names, "Identifiers");
      return diagnose(
        "IDW608",
        `${named} is about the identifier \`${row["identifier"]}\`, which is not declared.`,
        { span, hint },
      );
    }
    default: {
      const time = row["problem"] === "bad_decided_at" ? row["given_decided_at"] : row["given_expires_at"];
      return diagnose("IDW609", `${named} has a time that cannot be read: \`${time}\`.`, {
        span,
        hint: "Times are ISO 8601, UTC when they have no zone.",
      });
    }
  }
}

/** "1 row", "12,000 rows" */
export function count(found: unknown, noun: string): string {
  const number = Number(found);
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first of `found` values, quoted, each cut to a readable length. */
export function examples(values: readonly unknown[], found: unknown = values.length): string {
  const shown = values.slice(0, EXAMPLES).map((value) => `\`${cut(String(value), LONGEST_EXAMPLE)}\``);
  return shown.join(", ") + (Number(found) > shown.length ? ", …" : "");
}

function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : text;
}
