// Walks the tree of a template and writes its text, by the rules of Jinja2, except that a name that is not there is
// always an error. Reaches nothing but the globals it is given.
import { didYouMean } from "../diagnostics/suggest.ts";
import { JinjaError, type Place } from "./error.ts";
import { contains, FILTERS, TESTS } from "./filters.ts";
import { memberOf, noMember } from "./methods.ts";
import { binary, compare } from "./operators.ts";
import type { Arguments, Expression, Macro, Node } from "./tree.ts";
import { type Call, Callable, isTrue, itemsOf, textOf, typeName, type Value, wantNumber } from "./value.ts";

/** A template that takes more steps than this is taken to have run away. */
const MOST_STEPS = 2_000_000;
const DEEPEST_CALL = 100;

/** What `return(x)` throws up to the macro that it leaves. */
export class Returned {
  readonly value: Value;
  constructor(value: Value) {
    this.value = value;
  }
}

export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #parent: Scope | undefined;

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? (this.#values.has(name) ? null : this.#parent?.get(name));
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  names(): readonly string[] {
    return [...this.#values.keys(), ...(this.#parent?.names() ?? [])];
  }
}

/** One per rendering: holds the budget of steps. */
export class Evaluator {
  readonly #globals: Scope;
  #steps = 0;
  #depth = 0;

  constructor(globals: Scope) {
    this.#globals = globals;
  }

  /** The text of the statements. Throws a JinjaError, or Returned where `return()` stands outside a macro. */
  render(nodes: readonly Node[], scope: Scope): string {
    let text = "";
    for (const node of nodes) text += this.#node(node, scope);
    return text;
  }

  /** The macro as a value; its body sees its own parameters and what was in sight where it was defined. */
  macro(macro: Macro, around: Scope = this.#globals): Callable {
    return new Callable(macro.name, (call) => {
      const scope = this.#bind(macro, call, new Scope(around));
      if (++this.#depth > DEEPEST_CALL) {
        throw new JinjaError("IDW404", `The macro \`${macro.name}\` calls itself without end.`, macro.place);
      }
      try {
        return this.render(macro.body, scope);
      } catch (thrown) {
        if (thrown instanceof Returned) return thrown.value;
        if (thrown instanceof JinjaError) thrown.callers.push(call.place);
        throw thrown;
      } finally {
        this.#depth--;
      }
    });
  }

  #bind(macro: Macro, call: Call, scope: Scope): Scope {
    const names = macro.parameters.map((parameter) => parameter.name);
    if (call.args.length > names.length) {
      const message = `\`${macro.name}\` takes ${names.length} arguments, not ${call.args.length}.`;
      throw new JinjaError("IDW404", message, call.place, `It is ${macro.name}(${names.join(", ")}).`);
    }
    for (const name of call.named.keys()) {
      if (names.includes(name)) continue;
      const message = `\`${macro.name}\` has no parameter \`${name}\`.`;
      throw new JinjaError("IDW403", message, call.place, didYouMean(name, names));
    }
    macro.parameters.forEach((parameter, index) => {
      const given = call.args[index] ?? call.named.get(parameter.name);
      if (given !== undefined) scope.set(parameter.name, given);
      else if (parameter.fallback !== undefined) {
        scope.set(parameter.name, this.#value(parameter.fallback, scope));
      } else {
        const message = `\`${macro.name}\` needs its parameter \`${parameter.name}\`.`;
        throw new JinjaError("IDW404", message, call.place);
      }
    });
    return scope;
  }

  #node(node: Node, scope: Scope): string {
    this.#step(node.place);
    switch (node.kind) {
      case "text":
        return node.text;
      case "output":
        return textOf(this.#value(node.value, scope), node.value.place);
      case "if":
        return this.render(isTrue(this.#value(node.condition, scope)) ? node.body : node.otherwise, scope);
      case "for":
        return this.#for(node, scope);
      case "set":
        this.#set(node, scope);
        return "";
      case "macro":
        scope.set(node.macro.name, this.macro(node.macro, scope));
        return "";
    }
  }

  #for(node: Node & { kind: "for" }, scope: Scope): string {
    const items = itemsOf(this.#value(node.items, scope), node.items.place);
    if (items.length === 0) return this.render(node.otherwise, scope);
    let text = "";
    items.forEach((item, index) => {
      this.#step(node.place);
      const inner = new Scope(scope);
      this.#unpack(node.names, item, node.place, inner);
      inner.set("loop", loopFacts(items, index));
      text += this.render(node.body, inner);
    });
    return text;
  }

  #unpack(names: readonly string[], item: Value, place: Place, scope: Scope): void {
    const [only] = names;
    if (names.length === 1 && only !== undefined) {
      scope.set(only, item);
      return;
    }
    if (!Array.isArray(item) || item.length !== names.length) {
      throw new JinjaError(
        "IDW404",
        `Lists of ${names.length} are expected here, not ${typeName(item)}.`,
        place,
      );
    }
    names.forEach((name, index) => {
      scope.set(name, item[index] ?? null);
    });
  }

  #set(node: Node & { kind: "set" }, scope: Scope): void {
    const value = this.#value(node.value, scope);
    for (const target of node.targets) {
      if (target.kind === "name") {
        scope.set(target.name, value);
        continue;
      }
      const holder = target.kind === "member" ? this.#value(target.target, scope) : null;
      if (target.kind !== "member" || !(holder instanceof Map) || target.key.kind !== "literal") {
        throw new JinjaError("IDW404", "Only a name or a member of namespace() can be set.", target.place);
      }
      holder.set(String(target.key.value), value);
    }
  }

  #value(expression: Expression, scope: Scope): Value {
    const value = this.#lookUp(expression, scope);
    if (value !== undefined) return value;
    if (expression.kind === "name") {
      const message = `There is no \`${expression.name}\` here.`;
      throw new JinjaError("IDW403", message, expression.place, didYouMean(expression.name, scope.names()));
    }
    if (expression.kind === "member") {
      const key = expression.key.kind === "literal" ? String(expression.key.value) : undefined;
      throw noMember(this.#value(expression.target, scope), key, expression.place);
    }
    throw new JinjaError("IDW404", "The expression has no value.", expression.place);
  }

  /** The value, or undefined for a name or member that is not there: `is defined` and `default` ask for that. */
  #lookUp(expression: Expression, scope: Scope): Value | undefined {
    this.#step(expression.place);
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "name":
        return scope.get(expression.name);
      case "list":
        return expression.items.map((item) => this.#value(item, scope));
      case "dict":
        return new Map(
          expression.entries.map(([key, value]) => [
            textOf(this.#value(key, scope), key.place),
            this.#value(value, scope),
          ]),
        );
      case "member": {
        const target = this.#value(expression.target, scope);
        return memberOf(target, this.#value(expression.key, scope));
      }
      case "call":
        return this.#call(expression, scope);
      case "filter":
        return this.#filter(expression, scope);
      case "test":
        return this.#test(expression, scope);
      case "unary": {
        const operand = this.#value(expression.operand, scope);
        if (expression.operator === "not") return !isTrue(operand);
        const number = wantNumber(operand, "The value", expression.place);
        return expression.operator === "-" ? -number : number;
      }
      case "binary": {
        const left = this.#value(expression.left, scope);
        if (expression.operator === "and" && !isTrue(left)) return left;
        if (expression.operator === "or" && isTrue(left)) return left;
        const right = this.#value(expression.right, scope);
        if (expression.operator === "in") return contains(right, left, expression.place);
        return binary(expression.operator, left, right, expression.place);
      }
      case "compare": {
        let left = this.#value(expression.first, scope);
        for (const { operator, operand } of expression.rest) {
          const right = this.#value(operand, scope);
          if (!compare(operator, left, right, expression.place)) return false;
          left = right;
        }
        return true;
      }
      case "choice":
        if (isTrue(this.#value(expression.condition, scope))) return this.#value(expression.chosen, scope);
        return expression.otherwise === undefined ? "" : this.#value(expression.otherwise, scope);
      case "capture":
        return this.render(expression.body, new Scope(scope));
    }
  }

  #call(expression: Expression & { kind: "call" }, scope: Scope): Value {
    const callee = this.#value(expression.callee, scope);
    if (!(callee instanceof Callable)) {
      throw new JinjaError(
        "IDW404",
        `What is called here is ${typeName(callee)}, not a macro.`,
        expression.place,
      );
    }
    return callee.run(this.#arguments(expression.args, expression.place, scope));
  }

  #filter(expression: Expression & { kind: "filter" }, scope: Scope): Value {
    const { name, place } = expression;
    const [piped, ...others] = expression.args.positional;
    if (piped === undefined) throw new JinjaError("IDW402", `The filter \`${name}\` lacks its value.`, place);
    const call = this.#arguments({ positional: others, named: expression.args.named }, place, scope);
    if (name === "default" || name === "d") {
      const value = this.#lookUp(piped, scope);
      const empty =
        value === undefined || (isTrue(call.args[1] ?? call.named.get("boolean") ?? false) && !isTrue(value));
      return empty ? (call.args[0] ?? call.named.get("default_value") ?? "") : value;
    }
    const filter = FILTERS.get(name);
    if (filter !== undefined) return filter(this.#value(piped, scope), call);
    throw new JinjaError(
      "IDW403",
      `There is no filter \`${name}\`.`,
      place,
      didYouMean(name, ["default", ...FILTERS.keys()]),
    );
  }

  #test(expression: Expression & { kind: "test" }, scope: Scope): boolean {
    const { name, place } = expression;
    if (name === "defined") return this.#lookUp(expression.subject, scope) !== undefined;
    if (name === "undefined") return this.#lookUp(expression.subject, scope) === undefined;
    const test = TESTS.get(name);
    if (test === undefined) {
      throw new JinjaError(
        "IDW403",
        `There is no test \`${name}\`.`,
        place,
        didYouMean(name, ["defined", ...TESTS.keys()]),
      );
    }
    return test(this.#value(expression.subject, scope), this.#arguments(expression.args, place, scope));
  }

  #arguments(args: Arguments, place: Place, scope: Scope): Call {
    const named = new Map([...args.named].map(([name, value]) => [name, this.#value(value, scope)]));
    return { args: args.positional.map((value) => this.#value(value, scope)), named, place };
  }

  #step(place: Place): void {
    if (++this.#steps > MOST_STEPS)
      throw new JinjaError("IDW404", "The template does not come to an end.", place);
  }
}

function loopFacts(items: readonly Value[], index: number): Map<string, Value> {
  return new Map<string, Value>([
    ["index", index + 1],
    ["index0", index],
    ["revindex", items.length - index],
    ["first", index === 0],
    ["last", index === items.length - 1],
    ["length", items.length],
  ]);
}
