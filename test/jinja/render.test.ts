// What templates may say and what comes out: Jinja2's rules, dbt's functions, the order of models.
import { expect, it } from "vitest";
import { builtIn, rendered, user, world } from "./support.ts";

it.each([
  ["select 1", "select 1"],
  ["select * from {{ source('raw', 'people') }}", "select * from raw.people"],
  ["{{ ref('orders') }} {{ ref('shop', 'customers') }}", '"orders" "customers"'],
  ["{{ var('region') }} {{ var('days') }} {{ var('strict') }} {{ var('gone', 'x') }}", "eu 3 True x"],
  ["{{ var('gone', default='x') }}", "x"],
  ["{{ env_var('BUCKET') }}/{{ env_var('GONE', 'y') }}", "s3://bucket/y"],
  ["{{ target.name }} {{ target.type }} {{ target['schema'] }}", "dev duckdb identity"],
  ["{{ var('nothing') is none }} {{ 1 is not none }}", "True True"],
  ["{{ x is defined }} {{ x | default('d') }} {{ target.gone is defined }}", "False d False"],
  ["{% if target.name == 'dev' and var('days') > 2 %}a{% elif x is defined %}b{% else %}c{% endif %}", "a"],
  ["{% for c in ['a', 'b'] %}{{ c }}{{ ', ' if not loop.last }}{% endfor %}", "a, b"],
  ["{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}", "a=1;b=2;"],
  ["{% for c in [] %}x{% else %}none{% endfor %}", "none"],
  [
    "{% set ns = namespace(n=0) %}{% for i in range(3) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "3",
  ],
  ["{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1"],
  ["{% set a %}b{{ 1 + 1 }}{% endset %}{{ a }}", "b2"],
  ["{% set l = [] %}{% do l.append('x') %}{{ l | join('-') }}{{ l | length }}", "x1"],
  ["{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 3 }} {{ 'a' ~ 1 }} {{ 1 < 2 <= 2 }}", "3 -4 2 8 a1 True"],
  ["{{ 'a' in ['a'] }} {{ 'b' not in 'abc' }} {{ [] or 'empty' }}", "True False empty"],
  [
    "{{ ' Ab ' | trim | upper }} {{ 'a.b'.split('.')[1] }} {{ 'abc'[-1] }} {{ 'a-b' | replace('-', '$&') }}",
    "AB b c a$&b",
  ],
  ["{{ ['b', 'a', 'b'] | unique | sort | join(',') }} {{ [3, 1] | max }} {{ '4' | int + 1 }}", "a,b 3 5"],
  ["{{ [{'n': 1}, {'n': 2}] | map(attribute='n') | sum }}", "3"],
  ["{# gone #}{% raw %}{{ kept }}{% endraw %}", "{{ kept }}"],
  ["a\n{%- if true -%}\n b \n{%- endif %}\nc", "ab\nc"],
  [
    "{% macro twice(x, sep=', ') %}{{ x }}{{ sep }}{{ x }}{% endmacro %}{{ twice('a') }} {{ twice('b', sep='/') }}",
    "a, a b/b",
  ],
  ["'it''s {{ \"<b>&'\" }}'", "'it''s <b>&''"],
])("%s", (text, wanted) => {
  expect(rendered(text)).toBe(wanted);
});

it("tells which models were asked for, each once and in order", () => {
  const text =
    "{{ ref('orders') }} {{ ref('customers') }} {{ ref('orders') }}{% if false %}{{ ref('gone') }}{% endif %}";
  expect(world().jinja.renderModel("m.sql", text).value?.refs).toEqual(["orders", "customers"]);
});

it("dispatches to the form of the dialect, else to the default", () => {
  const file = builtIn(
    "tidy",
    `{% macro tidy(value) %}{{ return(adapter.dispatch('tidy', 'idweave')(value)) }}{% endmacro %}
{% macro default__tidy(value) %}default({{ value }}){% endmacro %}
{% macro snowflake__tidy(value) %}snow({{ value }}){% endmacro %}`,
  );
  const sql = (dialect: "duckdb" | "snowflake"): unknown =>
    world({ macros: [file], dialect }).jinja.normalizer("tidy", "v").value;
  expect([sql("duckdb"), sql("snowflake")]).toEqual(["default(v)", "snow(v)"]);
});

it("takes a user's normaliser with or without the name of a dialect", () => {
  const { jinja, diagnostics } = world({
    macros: [
      user("plain", "{% macro plain(value) %}p({{ value }}){% endmacro %}"),
      user("special", "{% macro duckdb__special(v) %}s({{ plain(v) }}){% endmacro %}"),
      user("other", "{% macro bigquery__other(v) %}o({{ v }}){% endmacro %}"),
      user("helper", "{% macro helper() %}x{% endmacro %}"),
    ],
  });
  expect(diagnostics).toEqual([]);
  expect(jinja.macroNames).toEqual(["plain", "special"]);
  expect(jinja.normalizer("special", "a || 'b'").value).toBe("s(p(a || 'b'))");
  expect(jinja.normalizer("other", "a").diagnostics).toMatchObject([
    { code: "IDW403", message: "The macro `other` has no form for duckdb." },
  ]);
});

it("hands the country to macros that have a parameter for it", () => {
  const { jinja } = world({
    macros: [
      user(
        "phone",
        "{% macro phone(value, country=none) %}{{ value }}/{{ 'none' if country is none else country }}{% endmacro %}",
      ),
      user("plain", "{% macro plain(value) %}{{ value }}{% endmacro %}"),
    ],
  });
  expect(jinja.normalizer("phone", "v", { country: "c" }).value).toBe("v/c");
  expect(jinja.normalizer("phone", "v").value).toBe("v/none");
  expect(jinja.normalizer("plain", "v", { country: "c" }).value).toBe("v");
});

it("lets a user's macro replace a built-in one, and says so", () => {
  const builtIns = [
    builtIn(
      "email",
      "{% macro email(v) %}built({{ v }}){% endmacro %}{% macro duckdb__email(v) %}x{% endmacro %}",
    ),
    builtIn("both", "{% macro both(v) %}{{ email(v) }}{% endmacro %}"),
  ];
  const mine = user("email", "-- mine\n{% macro email(value) %}mine({{ value }}){% endmacro %}");
  const { jinja, diagnostics } = world({ macros: [mine, ...builtIns] });
  expect(jinja.normalizer("both", "v").value).toBe("mine(v)");
  expect(diagnostics).toEqual([
    {
      code: "IDW411",
      severity: "warning",
      message: "The macro `email` replaces the built-in one.",
      span: { file: "macros/email.sql", line: 2, column: 10, endLine: 2, endColumn: 15 },
    },
  ]);
});

it("renders a text of identity.yml at the place it is given", () => {
  const span = { file: "identity.yml", line: 4, column: 9, endLine: 4, endColumn: 30 };
  expect(world().jinja.renderText("{{ env_var('BUCKET') }}/x", span)).toEqual({
    value: "s3://bucket/x",
    diagnostics: [],
  });
  expect(world().jinja.renderText("a\n{{ gone }}", span).diagnostics).toMatchObject([
    { code: "IDW403", span },
  ]);
  expect(world().jinja.renderText("{{ gone }}").diagnostics[0]?.span).toBeUndefined();
});
