// The end of a run inside dbt, as macros: the alarms, and one transaction that puts the results in place of the earlier ones.
import { OUTPUTS, work } from "../../plan/names.ts";
import type { Plan } from "../../plan/plan.ts";
import { PUBLISHED } from "../../plan/relations.ts";
import { appendMetrics, preparations, relation, replacements } from "../../render/publish.ts";
import { purges } from "../../render/purge.ts";
import { columnsOf } from "../../render/relations.ts";
import { id, print, sql, verbatim } from "../../sql/fragment.ts";
import { alarmQuery } from "./alarms.ts";
import { ACCEPTED } from "./common.ts";
import { placeOf, quoted } from "./jinja.ts";
import { finishedRow, RUN_LOG_ROW, runLogRow } from "./run-log.ts";
import type { RuntimeInput } from "./runtime.ts";
import { doLines } from "./stages.ts";

/** One file of macros. */
export function publishingText(input: RuntimeInput): string {
  return `${[...alarmLines(input), ...publishLines(input.plans.full, input), ...publishLines(input.plans.incremental, input)].join("\n")}\n`;
}

function alarmLines({ names, context }: RuntimeInput): readonly string[] {
  const { project, dialect } = context;
  const last = verbatim(`{{ ${names.macro("relation")}('run_metrics') }}`);
  const previous = sql`
    {% if adapter.get_relation(database=this.database, schema=this.schema, identifier=${verbatim(quoted(`${project.prefix}run_metrics`))}) is not none %}
    select metric, dimension, metric_value
    from ${last}
    where run = (select max(run) from ${last})
    {% else %}
    select metric, dimension, metric_value
    from ${verbatim(work.metrics)}
    where false
    {% endif %}
  `;
  const open = [
    "{# Metrics that an alarm of identity.yml speaks of. One with `on: fail` stops the run before anything is published. #}",
    `{% macro ${names.macro("alarm")}(idw) %}`,
  ];
  if (project.alerts.length === 0) return [...open, "{% endmacro %}", ""];
  return [
    ...open,
    "{% set alarms %}",
    print(alarmQuery(project, previous), dialect.lexical),
    "{% endset %}",
    "{% set stops = [] %}",
    "{% for alarm in run_query(alarms).rows %}",
    "{% set sentence = alarm['metric'] ~ (' of ' ~ alarm['dimension'] if alarm['dimension'] else '') ~ ' is ' ~ alarm['metric_value'] ~ (', after ' ~ alarm['previous'] ~ ' in the last run' if alarm['previous'] is not none else '') ~ ': ' ~ alarm['holds'] %}",
    `{% if alarm['on_alarm'] == 'fail' and not (${ACCEPTED}) %}`,
    "{% do stops.append('IDW720: ' ~ sentence) %}",
    "{% else %}",
    "{% do exceptions.warn('IDW721: ' ~ sentence) %}",
    "{% endif %}",
    "{% endfor %}",
    "{% if stops %}",
    "{% do exceptions.raise_compiler_error((stops | join('; ')) ~ \". Nothing was published. If the numbers are right, accept them once: --vars '{idweave_accept_alarms: true}'\") %}",
    "{% endif %}",
    "{% endmacro %}",
    "",
  ];
}

function publishLines(plan: Plan, input: RuntimeInput): readonly string[] {
  const { names, context, configHash } = input;
  const { macro } = names;
  const place = placeOf(context.project.prefix);
  const { lexical } = context.dialect;
  const publishing = (statement: string) => [
    "",
    `{% call ${macro("publishing")}() %}`,
    statement,
    "{% endcall %}",
  ];
  const addColumn = `alter table {{ ${macro("relation")}(name) }} add column {{ adapter.quote(column.name) }} {{ column.type }}`;
  const known = OUTPUTS.map(
    (output) =>
      `${quoted(output)}: [${columnsOf(output, context)
        .map((name) => quoted(name.toLowerCase()))
        .join(", ")}]`,
  );
  const dated = OUTPUTS.filter((output) => PUBLISHED[output].quiet.includes("updated_run")).map(quoted);
  const touched = `{% set touched = ', updated_run = ' ~ idw.idw_run if name in [${dated.join(", ")}] else '' %}`;
  return [
    `{% macro ${macro(`publish_${plan.mode}`)}(idw) %}`,
    "{# what the run did, while the run before can be seen #}",
    ...doLines(names, [
      print(
        context.dialect.statements.createWork(id(RUN_LOG_ROW), runLogRow(plan.mode, configHash, context)),
        lexical,
      ),
    ]),
    "",
    "{# relations that are missing, each statement by itself #}",
    ...preparations(plan, place, context).flatMap((statement) => doLines(names, [statement])),
    "",
    "{# columns that are missing #}",
    `{% for name in [${plan.outputs.map(quoted).join(", ")}] %}`,
    "{% set before = [] %}",
    `{% for column in ${macro("describe")}('select * from ' ~ ${macro("relation")}(name)) %}{% do before.append(column.name | lower) %}{% endfor %}`,
    `{% for column in ${macro("describe")}('select * from idw_out_' ~ name) if column.name | lower not in before %}`,
    `{% call ${macro("do")}() %}`,
    addColumn,
    "{% endcall %}",
    "{% endfor %}",
    "{% endfor %}",
    "",
    "{# from here one transaction: readers see all of the new results or none of them #}",
    "{# attributes of another type than before, in the relation that only a run reads #}",
    "{% set before = {} %}",
    "{% for column in idw.columns['record_state'] %}{% do before.update({column.name | lower: column.type}) %}{% endfor %}",
    `{% for column in ${macro("describe")}('select * from idw_out_record_state') if before.get(column.name | lower, column.type) != column.type %}`,
    "{% set name = 'record_state' %}",
    ...publishing(
      `alter table {{ ${macro("relation")}(name) }} drop column {{ adapter.quote(column.name) }}`,
    ),
    ...publishing(addColumn),
    "{% endfor %}",
    ...replacements(plan, place, context).flatMap(publishing),
    "",
    "{# values of attributes that identity.yml no longer has are nobody's #}",
    `{% set known = {${known.join(", ")}} %}`,
    "{% for name, columns in idw.columns.items() if name in known %}",
    "{% for column in columns if column.name | lower not in known[name] %}",
    touched,
    ...publishing(
      `update {{ ${macro("relation")}(name) }} set {{ adapter.quote(column.name) }} = null{{ touched }} where {{ adapter.quote(column.name) }} is not null`,
    ),
    "{% endfor %}",
    "{% endfor %}",
    "",
    "{# what an erasure takes from what stays otherwise #}",
    `{% if ${macro("rows_in")}('${work.purgedRecords}') + ${macro("rows_in")}('${work.purgedValues}') > 0 %}`,
    ...purges(place, context).flatMap(publishing),
    "{% endif %}",
    ...publishing(appendMetrics(place, context)),
    "",
    `{% do idw.update({'finished': "cast('" ~ modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S.%f')[:23] ~ "' as ${context.dialect.types.timestamp})"}) %}`,
    "{% call statement('main', auto_begin=true) %}",
    print(
      sql`
        insert into ${relation(place, "run_log")}
        ${finishedRow()}
      `,
      lexical,
    ),
    "{% endcall %}",
    "{% do adapter.commit() %}",
    "{% endmacro %}",
    "",
  ];
}
