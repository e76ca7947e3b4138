// nunjucks' syntax tree → ours. What is not listed here is refused (IDW402), so a template can say nothing that the
// evaluator does not know.
import { JinjaError, type Place } from "./error.ts";
import type { Arguments, BinaryOperator, Comparison, Expression, Macro, Node } from "./tree.ts";

type Raw = {
  readonly typename: string;
  readonly lineno?: number;
  readonly colno?: number;
  readonly [field: string]: unknown;
};

const BINARY: Readonly<Record<string, BinaryOperator>> = {
  And: "and",
  Or: "or",
  In: "in",
  Add: "+",
  Sub: "-",
  Mul: "*",
  Div: "/",
  FloorDiv: "//",
  Mod: "%",
  Pow: "**",
  Concat: "~",
};
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">="]);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Both spellings that Jinja2 knows; the parser knows the small ones. */
const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ["True", true],
  ["False", false],
  ["None", null],
]);

/** The statements of a list node (`Root`, `NodeList`, `Output`). Throws a JinjaError for what is not supported. */
export function convertBody(list: unknown, file: string): readonly Node[] {
  return children(list).flatMap((child) => convertNode(child, file));
}

function convertNode(raw: Raw, file: string): readonly Node[] {
  const place = placeOf(raw, file);
  switch (raw.typename) {
    case "Output":
      return children(raw).map((child) => {
        const inner = placeOf(child, file);
        return child.typename === "TemplateData"
          ? { kind: "text", place: inner, text: String(child["value"]) }
          : { kind: "output", place: inner, value: convert(child, file) };
      });
    case "NodeList":
      return convertBody(raw, file);
    case "If":
      return [
        {
          kind: "if",
          place,
          condition: convert(raw["cond"], file),
          body: convertBody(raw["body"], file),
          otherwise: elseBody(raw["else_"], file),
        },
      ];
    case "For": {
      const target = asRaw(raw["name"]);
      const names = target.typename === "Array" ? children(target) : [target];
      return [
        {
          kind: "for",
          place,
          names: names.map((name) => nameOf(name, file)),
          items: convert(raw["arr"], file),
          body: convertBody(raw["body"], file),
          otherwise: elseBody(raw["else_"], file),
        },
      ];
    }
    case "Set": {
      const value = convert(raw["value"] ?? raw["body"], file);
      const targets = Array.isArray(raw["targets"]) ? raw["targets"] : [];
      return [
        { kind: "set", place, targets: targets.map((target: unknown) => convert(target, file)), value },
      ];
    }
    case "Macro":
      return [{ kind: "macro", place, macro: convertMacro(raw, file) }];
    default:
      throw unsupported(raw, file);
  }
}

function convertMacro(raw: Raw, file: string): Macro {
  const parameters = children(raw["args"]).flatMap((argument): Macro["parameters"] => {
    if (argument.typename !== "KeywordArgs") return [{ name: nameOf(argument, file), fallback: undefined }];
    return children(argument).map((pair) => ({
      name: nameOf(pair["key"], file),
      fallback: convert(pair["value"], file),
    }));
  });
  return {
    name: nameOf(raw["name"], file),
    parameters,
    body: convertBody(raw["body"], file),
    place: placeOf(asRaw(raw["name"]), file),
  };
}

function convert(node: unknown, file: string): Expression {
  const raw = asRaw(node);
  const place = placeOf(raw, file);
  const inner = (field: string): Expression => convert(raw[field], file);
  const operator = BINARY[raw.typename];
  if (operator !== undefined) {
    return { kind: "binary", place, operator, left: inner("left"), right: inner("right") };
  }
  switch (raw.typename) {
    case "Literal": {
      const value = raw["value"];
      if (value === null || ["string", "number", "boolean"].includes(typeof value)) {
        return { kind: "literal", place, value: value as string | number | boolean | null };
      }
      throw new JinjaError("IDW402", "Regular expressions are not part of Jinja.", place);
    }
    case "Symbol": {
      const name = nameOf(raw, file);
      const constant = CONSTANTS.get(name);
      if (constant !== undefined) return { kind: "literal", place, value: constant };
      return { kind: "name", place, name };
    }
    case "Group":
    case "Array": {
      const items = children(raw).map((child) => convert(child, file));
      const [only] = items;
      return raw.typename === "Group" && items.length === 1 && only !== undefined
        ? only
        : { kind: "list", place, items };
    }
    case "Dict":
      return {
        kind: "dict",
        place,
        entries: children(raw).map(
          (pair) => [convert(pair["key"], file), convert(pair["value"], file)] as const,
        ),
      };
    case "LookupVal":
      return { kind: "member", place, target: inner("target"), key: inner("val") };
    case "FunCall":
      return { kind: "call", place, callee: inner("name"), args: convertArguments(raw["args"], file) };
    case "Filter": {
      const name = nameOf(raw["name"], file);
      const named = placeOf(asRaw(raw["name"]), file);
      return { kind: "filter", place: named, name, args: convertArguments(raw["args"], file) };
    }
    case "Is": {
      const test = asRaw(raw["right"]);
      const called = test.typename === "FunCall";
      const named = called ? asRaw(test["name"]) : test;
      const name = named.typename === "Literal" ? String(named["value"] ?? "none") : nameOf(named, file);
      const args = called ? convertArguments(test["args"], file) : { positional: [], named: new Map() };
      return { kind: "test", place: placeOf(named, file), name, subject: inner("left"), args };
    }
    case "Not":
      return { kind: "unary", place, operator: "not", operand: inner("target") };
    case "Neg":
      return { kind: "unary", place, operator: "-", operand: inner("target") };
    case "Pos":
      return { kind: "unary", place, operator: "+", operand: inner("target") };
    case "Compare": {
      const operands = Array.isArray(raw["ops"]) ? raw["ops"].map(asRaw) : [];
      const rest = operands.map((operand) => {
        const sign = String(operand["type"]);
        if (!COMPARISONS.has(sign))
          throw new JinjaError("IDW402", `Jinja has no operator \`${sign}\`.`, place);
        return { operator: sign as Comparison, operand: convert(operand["expr"], file) };
      });
      return { kind: "compare", place, first: inner("expr"), rest };
    }
    case "InlineIf": {
      const otherwise = raw["else_"] === null ? undefined : inner("else_");
      return { kind: "choice", place, condition: inner("cond"), chosen: inner("body"), otherwise };
    }
    case "Capture":
      return { kind: "capture", place, body: convertBody(raw["body"], file) };
    default:
      throw unsupported(raw, file);
  }
}

function convertArguments(list: unknown, file: string): Arguments {
  const positional: Expression[] = [];
  const named = new Map<string, Expression>();
  for (const argument of children(list)) {
    if (argument.typename === "KeywordArgs") {
      for (const pair of children(argument))
        named.set(nameOf(pair["key"], file), convert(pair["value"], file));
    } else positional.push(convert(argument, file));
  }
  return { positional, named };
}

function elseBody(raw: unknown, file: string): readonly Node[] {
  if (raw === null || raw === undefined) return [];
  const node = asRaw(raw);
  return node.typename === "If" ? convertNode(node, file) : convertBody(node, file);
}

/** nunjucks takes `a"b` for a name; only what Jinja2 would take is let through. */
function nameOf(node: unknown, file: string): string {
  const raw = asRaw(node);
  const name = raw["value"];
  if (raw.typename === "Symbol" && typeof name === "string" && NAME.test(name)) return name;
  throw new JinjaError("IDW402", "A name of letters, digits and _ is expected here.", placeOf(raw, file));
}

function unsupported(raw: Raw, file: string): JinjaError {
  const tag = raw.typename.replace(/(?!^)([A-Z])/g, " $1").toLowerCase();
  const hint = "Every macro of macros/ can be called by its name; a model is named with ref().";
  return new JinjaError("IDW402", `The Jinja tag \`${tag}\` is not supported.`, placeOf(raw, file), hint);
}

function children(list: unknown): readonly Raw[] {
  const found = asRaw(list)["children"];
  return Array.isArray(found) ? found.map(asRaw) : [];
}

function asRaw(node: unknown): Raw {
  if (typeof node === "object" && node !== null && "typename" in node) return node as Raw;
  throw new TypeError("a node of the parser was expected");
}

/** The parser counts from 0. A dotted call or member is placed at its last name. */
function placeOf(raw: Raw, file: string): Place {
  const at = raw.typename === "FunCall" ? asRaw(raw["name"]) : raw;
  if (at.typename === "LookupVal") return placeOf(asRaw(at["val"]), file);
  const name = at["value"];
  const length = at.typename === "Symbol" && typeof name === "string" ? name.length : 1;
  return { file, line: (at.lineno ?? 0) + 1, column: (at.colno ?? 0) + 1, length };
}
