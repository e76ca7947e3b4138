// What makes a script fail before it publishes: the assertions of the plan, alarms, and a state that is not one to build on.
// A message is one text: the code of docs/errors.md, what is wrong, and examples.
import {
  type Alert,
  type AlertCondition,
  conditionText,
  dimensionsOf,
  METRICS,
  type Project,
} from "../../config/index.ts";
import { work } from "../../plan/names.ts";
import type { Assertion } from "../../plan/plan.ts";
import type { Context } from "../../render/context.ts";
import { renderAssertion } from "../../render/index.ts";
import { type Place, relation } from "../../render/publish.ts";
import { type Fragment, id, join, keyword, lit, print, sql, verbatim } from "../../sql/fragment.ts";
import { type Node, refuseIf } from "./flow.ts";
import type { Writer } from "./steps.ts";
import { withViews } from "./views.ts";

const EXAMPLES = 5;
const ALARMS = 20;

type Wording = {
  /** With its code, unless the examples have codes. */
  readonly sentence: string;
  /** SQL of the text that shows a row. */
  readonly example: Fragment;
};

/** Fails the script if the assertion finds rows. */
export function assertionNodes(assertion: Assertion, { context, flow, views }: Writer): readonly Node[] {
  const { lexical } = context.dialect;
  const { sentence, example } = wordingOf(assertion, context);
  const query = withViews(print(renderAssertion(assertion, context), lexical), views, lexical);
  const problem = sql`
    select ${lit(sentence)} || ${keyword(flow.listed("example", EXAMPLES))}
    from (
      select ${example} as example
      from (
        ${verbatim(query)}
      ) as found_rows
    ) as examples
  `;
  return refuseIf(print(problem, lexical));
}

function wordingOf(assertion: Assertion, { dialect: { functions } }: Context): Wording {
  const shown = (column: string) => sql`coalesce(${functions.text(id(column))}, '')`;
  const problem = functions.replace(id("problem"), "_", " ");
  const coded = (codes: Readonly<Record<string, string>>, otherwise: string) =>
    sql`case problem ${join(
      Object.entries(codes).map(([name, code]) => sql`when ${lit(name)} then ${lit(code)}`),
      " ",
    )} else ${lit(otherwise)} end`;
  switch (assertion.kind) {
    case "null_keys":
      return {
        sentence: `IDW502 The model ${assertion.model} has rows whose key is NULL, such as the one with `,
        example: shown("row_shown"),
      };
    case "duplicate_keys":
      return {
        sentence: `IDW501 The model ${assertion.model} has keys more than once: `,
        example: shown("source_key"),
      };
    case "bad_times":
      return {
        sentence: `IDW503 ${assertion.column} of ${assertion.model} has times that cannot be read: `,
        example: sql`concat(${shown("observed_at")}, ' (key ', ${shown("source_key")}, ')')`,
      };
    case "duplicate_ids":
      return {
        sentence: "IDW901 Two identities would get one id: ",
        example: sql`concat(${shown("identity_id")}, ' (anchors ', ${shown("a")}, ' and ', ${shown("b")}, ')')`,
      };
    case "bad_decisions":
      return {
        sentence: "Decisions that cannot be followed: ",
        example: sql`concat(${coded(DECISION_CODES, "IDW609")}, ' ', ${shown("id")}, ': ', ${problem})`,
      };
    case "bad_imports":
      return {
        sentence: "Ids that cannot be taken over: ",
        example: sql`concat(${coded({ two_ids: "IDW621" }, "IDW622")}, ' ', ${shown("example")}, ': ', ${problem})`,
      };
    case "bad_requests":
      return {
        sentence: "IDW631 Requests to forget that cannot be followed: ",
        example: sql`concat(coalesce(${functions.text(id("identifier"))} || ': ', ''), ${problem}, ', ', ${functions.text(id("requests_found"))}, ' of them')`,
      };
    case "bad_overrides":
      return {
        sentence: "Overrides that cannot be followed: ",
        example: sql`concat(${coded({ unknown_attribute: "IDW611" }, "IDW612")}, ' ', ${shown("id")}, ': ', ${problem})`,
      };
  }
}

const DECISION_CODES: Readonly<Record<string, string>> = {
  no_id: "IDW603",
  duplicate_id: "IDW602",
  unknown_decision: "IDW604",
  no_records: "IDW606",
  same_record: "IDW605",
  no_value: "IDW606",
  no_override: "IDW606",
  unknown_identifier: "IDW608",
};

/** Sets a variable to the alarms that fire, as one text, or NULL. */
export function alarmNodes(
  on: Alert["on"],
  variable: string,
  place: Place,
  { context: { project, dialect }, flow }: Writer,
): readonly Node[] {
  const alarms = project.alerts.filter((alert) => alert.on === on);
  const branches = alarms.flatMap((alert) =>
    dimensionsSeen(alert, project).map(
      (dimension) => sql`
        select ${lit(`${alert.metric}${dimension === "" ? "" : ` of ${dimension}`} is `)} || ${valueText(alert, dialect.functions)} || ${lit(`: ${alert.conditions.map((each) => conditionText(each, alert)).join(" and ")}`)} as alarm
        from now_and_before as m
        where metric = ${lit(alert.metric)} and dimension = ${lit(dimension)} and ${join(alert.conditions.map(holds), " and ")}
      `,
    ),
  );
  if (branches.length === 0) return [];
  const metrics = relation(place, "run_metrics");
  const code = on === "fail" ? "IDW720 " : "IDW721 ";
  const query = sql`
    with now_and_before as (
      select n.metric, n.dimension, n.metric_value, b.metric_value as before_value
      from ${id(work.metrics)} as n
      left join (
        select metric, dimension, metric_value
        from ${metrics}
        where run = (select max(run) from ${metrics})
      ) as b on b.metric = n.metric and b.dimension = n.dimension
    ),

    alarms as (
      ${join(branches, "\nunion all\n")}
    )

    select ${lit(code)} || ${keyword(flow.listed("alarm", ALARMS))}
    from alarms
  `;
  return [{ kind: "set", variable, query: print(query, dialect.lexical) }];
}

function dimensionsSeen({ metric, dimension }: Alert, project: Project): readonly string[] {
  return dimension === undefined ? dimensionsOf(METRICS[metric].dimensions[0], project) : [dimension];
}

function valueText({ metric }: Alert, { text, round }: Context["dialect"]["functions"]): Fragment {
  if (METRICS[metric].unit !== "share") return text(round(id("metric_value"), 4));
  return sql`${text(round(sql`metric_value * 100`, 4))} || '%'`;
}

// A change is never seen in a first run; a rise from 0 is a rise by any per cent; from 50% to 40% is a change of
// 0.09999999999999998.
function holds(condition: AlertCondition): Fragment {
  switch (condition.kind) {
    case "above":
      return sql`metric_value > ${lit(condition.bound)}`;
    case "below":
      return sql`metric_value < ${lit(condition.bound)}`;
    case "rises_by":
    case "falls_by": {
      const change =
        condition.kind === "rises_by" ? sql`metric_value - before_value` : sql`before_value - metric_value`;
      const least =
        condition.unit === "percent"
          ? sql`before_value * ${lit(condition.by)} / 100`
          : sql`${lit(condition.by)}`;
      return sql`${change} > 0 and ${change} >= ${least} * 0.999999999`;
    }
  }
}
