import { describe, expect, test } from "vitest";
import { checkExpression } from "../../src/config/expression.ts";

describe("one expression", () => {
  test.each([
    "email is null and mobile is null",
    "coalesce(a, b) in ('x', 'y')",
    "name = 'it''s; -- fine /* here */'",
    '"odd; column -- name" > 1',
    "`big;query` = 1",
    "country = '{{ var('region') }}'",
    "{{ macro(\"a }} b\", ')') }} = 1",
    "{% if x %} a = 1 {% else %} b = 2 {% endif %}",
    "tags[1] = {'a': 1}.a",
    "a - -1 > b / 2",
    "path = 'C:\\dir'",
    "exists (select 1 where a = 1)",
  ])("%s", (text) => {
    expect(checkExpression(text)).toBeUndefined();
  });
});

describe("refused at its place", () => {
  test.each([
    ["", 0, "there is no expression"],
    ["  \n ", 0, "there is no expression"],
    ["a = 1; drop table t", 5, "`;` ends a statement"],
    ["a = 1 -- always", 6, "`--` starts a comment on some warehouses"],
    ["a /* x */ = 1", 2, "`/*` starts a comment on some warehouses"],
    ["a = 1 # x", 6, "`#` starts a comment on some warehouses"],
    ["a // 2 = 1", 2, "`//` starts a comment on some warehouses"],
    ["{# x #} a", 0, "`{#` starts a comment on some warehouses"],
    ["(a = 1", 0, "`(` is never closed"],
    ["f(a[1)", 5, "`)` does not close `[`"],
    ["a) or (b", 1, "`)` closes nothing"],
    ["a, b", 1, "a `,` separates two expressions where one is wanted"],
    ["a = 'x", 4, "this quote is never closed"],
    ['a = "x', 4, "this quote is never closed"],
    ["a = 'it\\'s'", 7, "a backslash before a quote means something else on each warehouse"],
    ["a = $$x;$$", 4, "text in dollar quotes is not portable"],
    ["a = $t$x$t$", 4, "text in dollar quotes is not portable"],
    ["a = {{ var('x') }", 4, "`{{` is never closed"],
  ])("%s", (text, start, message) => {
    expect(checkExpression(text)).toMatchObject({ start, message });
  });
});
