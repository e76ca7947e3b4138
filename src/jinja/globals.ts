// The names that every template sees, as in dbt: source, ref, var, env_var, target, adapter.dispatch, return and a few
// of Jinja's own. What a project knows of each comes in as plain data.
import { didYouMean } from "../diagnostics/suggest.ts";
import { JinjaError } from "./error.ts";
import { Returned } from "./evaluate.ts";
import type { Dialect } from "./library.ts";
import { type Call, Callable, type Dict, type Value, wantNumber, wantText } from "./value.ts";

export type Scalar = string | number | boolean | null;

export type Relations = {
  /** The SQL text of a table, or undefined when it cannot be known. */
  readonly source: (schema: string, table: string) => string | undefined;
  /** The SQL text of a model, or undefined when there is none of that name. */
  readonly ref: (model: string) => string | undefined;
  /** The names that `ref` knows, for "did you mean". */
  readonly models: readonly string[];
};

export type World = {
  readonly dialect: Dialect;
  readonly target: { readonly name: string; readonly type: string; readonly schema: string };
  readonly vars: Readonly<Record<string, Scalar>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly relations: Relations;
};

/** What a rendering leaves behind: the models it named, and the values of the environment it read (never shown). */
export type Traces = { readonly refs: Set<string>; readonly secrets: Set<string> };

const MOST_NUMBERS = 100_000;

/** `macro` finds a macro by its full name (`duckdb__email`). */
export function globalsOf(
  world: World,
  traces: Traces,
  macro: (name: string) => Callable | undefined,
): ReadonlyMap<string, Value> {
  const { relations, vars, env, target } = world;

  const source = (call: Call): Value => {
    const [schema, table] = [argument(call, 0, "The schema"), argument(call, 1, "The table")];
    const found = relations.source(schema, table);
    if (found !== undefined) return found;
    throw new JinjaError("IDW403", `There is no source \`${schema}.${table}\`.`, call.place);
  };

  const ref = (call: Call): Value => {
    // dbt's ref(package, model): the model is the last.
    const name = argument(call, call.args.length - 1, "The model");
    const found = relations.ref(name);
    if (found === undefined) {
      const hint = didYouMean(name, relations.models, "Models");
      throw new JinjaError("IDW406", `There is no model \`${name}\`.`, call.place, hint);
    }
    traces.refs.add(name);
    return found;
  };

  const variable = (call: Call): Value => {
    const name = argument(call, 0, "The name");
    if (Object.hasOwn(vars, name)) return vars[name] ?? null;
    if (call.args.length > 1 || call.named.has("default"))
      return call.args[1] ?? call.named.get("default") ?? null;
    const hint = `${didYouMean(name, Object.keys(vars), "Variables")} Set it under \`vars\` or give a default: var('${name}', …).`;
    throw new JinjaError("IDW408", `The variable \`${name}\` is not set.`, call.place, hint);
  };

  const environment = (call: Call): Value => {
    const name = argument(call, 0, "The name");
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found !== undefined) {
      traces.secrets.add(found);
      return found;
    }
    if (call.args.length > 1 || call.named.has("default"))
      return call.args[1] ?? call.named.get("default") ?? null;
    const hint = `Set it before the run, or give a default: env_var('${name}', …).`;
    throw new JinjaError("IDW409", `The environment variable ${name} is not set.`, call.place, hint);
  };

  const dispatch = (call: Call): Value => {
    const name = argument(call, 0, "The macro");
    const found = macro(`${world.dialect}__${name}`) ?? macro(`default__${name}`);
    if (found !== undefined) return found;
    const hint = `Define ${world.dialect}__${name} or default__${name}.`;
    throw new JinjaError(
      "IDW403",
      `The macro \`${name}\` has no form for ${world.dialect}.`,
      call.place,
      hint,
    );
  };

  return new Map<string, Value>([
    ["source", new Callable("source", source)],
    ["ref", new Callable("ref", ref)],
    ["var", new Callable("var", variable)],
    ["env_var", new Callable("env_var", environment)],
    ["target", new Map<string, Value>(Object.entries(target))],
    ["adapter", new Map<string, Value>([["dispatch", new Callable("dispatch", dispatch)]])],
    ["return", new Callable("return", giveBack)],
    [
      "exceptions",
      new Map<string, Value>([["raise_compiler_error", new Callable("raise_compiler_error", raise)]]),
    ],
    ["namespace", new Callable("namespace", (call): Dict => new Map(call.named))],
    ["range", new Callable("range", range)],
  ]);
}

function giveBack(call: Call): never {
  throw new Returned(call.args[0] ?? null);
}

function raise(call: Call): never {
  throw new JinjaError("IDW404", argument(call, 0, "The message"), call.place);
}

function range(call: Call): Value {
  const numbers = call.args.map((value) => wantNumber(value, "A bound", call.place));
  const [first, last, step] =
    numbers.length < 2 ? [0, numbers[0] ?? 0, 1] : [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 1];
  const count = Math.max(0, Math.ceil((last - first) / step));
  if (!(count <= MOST_NUMBERS))
    throw new JinjaError("IDW404", `range() gives at most ${MOST_NUMBERS} numbers.`, call.place);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function argument(call: Call, index: number, what: string): string {
  return wantText(call.args[index], what, call.place);
}
