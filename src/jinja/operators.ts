// What the operators of Jinja2 do with two values.
import { JinjaError, type Place } from "./error.ts";
import type { BinaryOperator, Comparison } from "./tree.ts";
import { isEqual, order, textOf, type Value, wantNumber } from "./value.ts";

/** Both sides are known; `and` and `or` have been decided by the left one where they can be. */
export function binary(
  operator: Exclude<BinaryOperator, "in">,
  left: Value,
  right: Value,
  place: Place,
): Value {
  switch (operator) {
    case "and":
    case "or":
      return right;
    case "~":
      return textOf(left, place) + textOf(right, place);
    case "+":
      if (typeof left === "string" && typeof right === "string") return left + right;
      if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right];
      return arithmetic(operator, left, right, place);
    case "-":
    case "*":
    case "/":
    case "//":
    case "%":
    case "**":
      return arithmetic(operator, left, right, place);
  }
}

function arithmetic(
  operator: "+" | "-" | "*" | "/" | "//" | "%" | "**",
  left: Value,
  right: Value,
  place: Place,
): number {
  const a = wantNumber(left, "The left side", place);
  const b = wantNumber(right, "The right side", place);
  if (b === 0 && ["/", "//", "%"].includes(operator))
    throw new JinjaError("IDW404", "Division by zero.", place);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.floor(a / b);
    case "%":
      return a - b * Math.floor(a / b);
    case "**":
      return a ** b;
  }
}

export function compare(operator: Comparison, left: Value, right: Value, place: Place): boolean {
  switch (operator) {
    case "==":
      return isEqual(left, right);
    case "!=":
      return !isEqual(left, right);
    case "<":
      return order(left, right, place) < 0;
    case ">":
      return order(left, right, place) > 0;
    case "<=":
      return order(left, right, place) <= 0;
    case ">=":
      return order(left, right, place) >= 0;
  }
}
