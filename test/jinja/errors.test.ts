// Mistakes in templates: their code, place and the nearest right name; and what no template can reach.
import { expect, it } from "vitest";
import { rendered, user, world } from "./support.ts";

it.each([
  ["select\n  {{ gone }}", "IDW403 2:6 There is no `gone` here."],
  ["select {{ reff('orders') }}", "IDW403 1:11 There is no `reff` here. | Did you mean `ref`?"],
  ["select {{ targe.name }}", "IDW403 1:11 There is no `targe` here. | Did you mean `target`?"],
  ["select\n\n{{ target.nmae }}", "IDW403 3:11 A dictionary has no `nmae`. | Did you mean `name`?"],
  ["select * from\n{{ ref('ordres') }}", "IDW406 2:4 There is no model `ordres`. | Did you mean `orders`?"],
  ["{{ source('rav', 'people') }}", "IDW403 1:4 There is no source `rav.people`."],
  ["{{ var('regoin') }}", "IDW408 1:4 The variable `regoin` is not set. | Did you mean `region`?"],
  ["a {{ env_var('GONE') }}", "IDW409 1:6 The environment variable GONE is not set."],
  ["{{ 'a' | uper }}", "IDW403 1:10 There is no filter `uper`. | Did you mean `upper`?"],
  ["{% if 1 is nune %}{% endif %}", "IDW403 1:12 There is no test `nune`. | Did you mean `none`?"],
  ["x\n  {{ foo bar }}", "IDW402 2:10 This is not Jinja: expected variable end."],
  ["\n\n{% if x %}a", "IDW402 3:12 This is not Jinja: expected elif, else, or endif, got end of file."],
  ["a {{ foo", "IDW402 1:9 "],
  ["{{ 'open }}", "IDW402 1:12 "],
  ["{{ f( }}", "IDW402 1:7 "],
  ["{% wat %}", "IDW402 1:4 This is not Jinja: unknown block tag: wat."],
  ["{% include 'x' %}", "IDW402 1:4 The Jinja tag `include` is not supported."],
  ["{% import 'x' as y %}", "IDW402 1:4 The Jinja tag `import` is not supported."],
  ["{{ none }}", "IDW404 1:4 None cannot be written as text."],
  ["{{ [1] }}", "IDW404 1:4 A list cannot be written as text."],
  ["{{ 'a' + 1 }}", "IDW404 1:4 The left side must be a number, not a text."],
  ["{{ 1 / 0 }}", "IDW404 1:4 Division by zero."],
  ["{{ 'a'() }}", "IDW404 1:4 What is called here is a text, not a macro."],
  ["{% for x in 1 %}{% endfor %}", "IDW404 1:13 A number has no items."],
  ["{{ return(1) }}", "IDW404 1:1 `return()` stands outside a macro."],
  ["{{ exceptions.raise_compiler_error('no') }}", "IDW404 1:15 no"],
  ["{% macro f(a) %}{{ a }}{% endmacro %}{{ f() }}", "IDW404 1:41 `f` needs its parameter `a`."],
  [
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}",
    "IDW404 1:41 `f` takes 1 arguments, not 2. | It is f(a).",
  ],
  ["{% macro f(a) %}{{ a }}{% endmacro %}{{ f(b=1) }}", "IDW403 1:41 `f` has no parameter `b`."],
  ["{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "IDW404 1:10 The macro `f` calls itself without end."],
  ["{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "IDW404"],
  ["{% set s = 'x' * 3 %}", "IDW404 1:12 The left side must be a number, not a text."],
  [
    "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
    "IDW404",
  ],
])("%s", (text, wanted) => {
  expect(rendered(text).slice(0, wanted.length)).toBe(wanted);
});

it("shows a mistake inside a macro at the macro, and who called it", () => {
  const { jinja } = world({
    macros: [user("bad", "{% macro bad(value) %}\n  {{ value | gone }}\n{% endmacro %}")],
  });
  expect(jinja.renderModel("models/m.sql", "select\n {{ bad('x') }}").diagnostics).toEqual([
    {
      code: "IDW403",
      severity: "error",
      message: "There is no filter `gone`.",
      hint: expect.stringContaining("Called from models/m.sql:2:5."),
      span: { file: "macros/bad.sql", line: 2, column: 14, endLine: 2, endColumn: 18 },
    },
  ]);
  expect(jinja.normalizer("bad", "v").diagnostics[0]?.span).toMatchObject({
    file: "macros/bad.sql",
    line: 2,
  });
});

it("reports macro files that cannot be used, and does without them", () => {
  const { jinja, diagnostics } = world({
    macros: [
      user("one", "{% macro won(value) %}x{% endmacro %}"),
      user("two", "no macro here"),
      user("three", "{% macro three(value) %}\n{{ ( }}{% endmacro %}"),
      user("four", "{% macro four(value) %}{{ value }}{% endmacro %}"),
      user("five", "{% macro five(value) %}x{% endmacro %}{% macro four(value) %}x{% endmacro %}"),
    ],
  });
  expect(diagnostics.map(({ code, span }) => `${code} ${span?.file}:${span?.line}:${span?.column}`)).toEqual([
    "IDW410 macros/one.sql:1:10",
    "IDW410 macros/two.sql:1:1",
    "IDW402 macros/three.sql:2:6",
    "IDW410 macros/five.sql:1:48",
  ]);
  expect(jinja.macroNames).toEqual(["five", "four"]);
  expect(jinja.normalizer("fvie", "v").diagnostics).toMatchObject([
    { code: "IDW403", hint: expect.stringContaining("Did you mean `five`?") },
  ]);
});

it("refuses a normaliser that returns nothing", () => {
  const { jinja } = world({ macros: [user("empty", "{% macro empty(value) %} {% endmacro %}")] });
  expect(jinja.normalizer("empty", "v").diagnostics[0]).toMatchObject({
    code: "IDW404",
    span: { column: 10 },
  });
});

// The parser takes `a"^Function…` for a name, and its own code generator would run it; see decision 0002.
it.each([
  "{{ ''.constructor.constructor('return process')() }}",
  "{{ [].constructor }}",
  "{{ target.constructor }}",
  "{{ target['__proto__'] }}",
  "{{ ref.constructor('return process')() }}",
  "{{ range.call }}",
  "{{ {}.toString }}",
  "{{ {'__proto__': 1}.constructor }}",
  "{{ ['x'] | map(attribute='constructor') | join }}",
  "{{ ['x', 'y'] | sort(attribute='__proto__') | join }}",
  '{{ a"^Function`globalThis\\x2ehacked\\x3d1```^"b }}',
  "{{ target['\\\\\");globalThis.hacked=1;(\"']() }}",
  "{% set constructor = 1 %}{{ ''.constructor }}",
  "{{ self }}",
  "{{ this }}",
  "{{ cycler }}",
  "{{ process }}",
  "{{ globalThis }}",
  "{{ env_var('__proto__') }}",
  "{{ env_var('constructor') }}",
  "{{ var('constructor') }}",
  "{{ r/(a+)+$/.test('a') }}",
])("reaches nothing outside the template: %s", (text) => {
  expect(rendered(text)).toMatch(/^IDW40\d /);
  expect(Object.hasOwn(globalThis, "hacked")).toBe(false);
});

it("never shows the value of an environment variable", () => {
  for (const text of [
    "{{ ref(env_var('TOKEN')) }}",
    "{{ source('x', env_var('TOKEN')) }}",
    "{{ var(env_var('TOKEN')) }}",
    "{{ target[env_var('TOKEN')] }}",
    "{{ adapter.dispatch(env_var('TOKEN')) }}",
    "{{ exceptions.raise_compiler_error('token ' ~ env_var('TOKEN')) }}",
    "{{ env_var('TOKEN') + 1 }}",
    "{{ env_var(env_var('TOKEN')) }}",
  ]) {
    const shown = rendered(text);
    expect(shown).toMatch(/^IDW40\d /);
    expect(shown).not.toContain("hunter2");
  }
});
