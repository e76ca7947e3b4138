// Jinja for models, macros and the few texts of identity.yml that may hold it: text in, SQL text out. Pure; which files
// exist and what the environment holds is told by the caller, and no template reaches anything else.
import { type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result, Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { JinjaError, type Place, spanOf } from "./error.ts";
import { Evaluator, Returned, Scope } from "./evaluate.ts";
import { globalsOf, type Traces, type World } from "./globals.ts";
import { type MacroFile, readLibrary } from "./library.ts";
import { parseTemplate } from "./parse.ts";
import type { Macro } from "./tree.ts";
import { type Call, Callable, copyOf, isScalar, type Value } from "./value.ts";

export type { Relations, Scalar, World } from "./globals.ts";
export type { Dialect, MacroFile } from "./library.ts";

export type JinjaInput = World & { readonly macros: readonly MacroFile[] };

export type RenderedModel = {
  readonly sql: string;
  /** The models it asked for with ref(), each once, in the order of the text. */
  readonly refs: readonly string[];
};

export type Jinja = {
  /** A model file. Errors stand at their line and column of `file`. */
  readonly renderModel: (file: string, text: string) => Result<RenderedModel>;
  /** A text of identity.yml (`when`, a path, a schema). Errors stand at `span`, the place of the text. */
  readonly renderText: (text: string, span?: Span) => Result<string>;
  /**
   * The SQL expression that normalises `valueSql`, an SQL expression of type text. `country` is an SQL expression of type
   * text, and reaches the macros that have a parameter of that name. Errors stand in the macro's file.
   */
  readonly normalizer: (
    name: string,
    valueSql: string,
    options?: { readonly country?: string },
  ) => Result<string>;
  /** The macros that `normalize` may name on this dialect: those that take a value. Sorted. */
  readonly macroNames: readonly string[];
};

/** Reads the macros once. The diagnostics are those of the macro files; broken ones are left out of `jinja`. */
export function createJinja(input: JinjaInput): {
  readonly jinja: Jinja;
  readonly diagnostics: readonly Diagnostic[];
} {
  const { library, diagnostics } = readLibrary(input.macros, input.dialect);
  const normalisers = new Map([...library.entries].filter(([, macro]) => macro.hasParameters));
  const macroNames = [...normalisers.keys()];

  // A built-in macro gives the same for the same arguments; tables and patterns are slow to work out.
  const worked = new Map<string, Value>();

  const evaluate = <T>(work: (evaluator: Evaluator, globals: Scope) => T, at?: Span): Rendering<T> => {
    const traces: Traces = { refs: new Set(), secrets: new Set() };
    const globals = new Scope();
    const evaluator = new Evaluator(globals);
    const callables = new Map<string, Callable>();
    for (const { name, load, origin } of library.macros.values()) {
      const run = (call: Call): Value => evaluator.macro(load()).run(call);
      callables.set(
        name,
        new Callable(name, origin === "built-in" ? (call) => remember(name, call, run) : run),
      );
    }
    const known = globalsOf(input, traces, (name) => callables.get(name));
    for (const [name, value] of [...known, ...callables]) globals.set(name, value);
    try {
      return { value: work(evaluator, globals), refs: [...traces.refs], diagnostics: [] };
    } catch (error) {
      return { refs: [], diagnostics: [toDiagnostic(error, traces.secrets, at)] };
    }
  };
  const remember = (name: string, call: Call, run: (call: Call) => Value): Value => {
    const named = [...call.named];
    if (!call.args.every(isScalar) || !named.every(([, value]) => isScalar(value))) return run(call);
    const key = JSON.stringify([name, call.args, named]);
    const value = worked.get(key) ?? run(call);
    worked.set(key, value);
    // A template may change the list or dictionary that it is given.
    return copyOf(value);
  };
  const render = (file: string, text: string, at?: Span): Rendering<string> =>
    evaluate((evaluator, globals) => evaluator.render(parseTemplate(file, text), new Scope(globals)), at);

  return {
    diagnostics,
    jinja: {
      macroNames,
      renderModel(file, text) {
        const place: Span = { file, line: 1, column: 1, endLine: 1, endColumn: 2 };
        const { value, refs, diagnostics } = render(file, text, undefined);
        if (value !== undefined) return { value: { sql: value, refs }, diagnostics };
        return { diagnostics: diagnostics.map((diagnostic) => ({ span: place, ...diagnostic })) };
      },
      renderText(text, span) {
        return resultOf(render(span?.file ?? "", text, span ?? NOWHERE));
      },
      normalizer(name, valueSql, options = {}) {
        const found = normalisers.get(name);
        if (found === undefined) {
          return { diagnostics: [unknownMacro(name, macroNames, library.elsewhere, input.dialect)] };
        }
        return resultOf(
          evaluate((evaluator) => {
            const macro = found.load();
            const place: Place = macro.place;
            const named = countryFor(macro, options.country);
            const result = evaluator.macro(macro).run({ args: [valueSql], named, place });
            if (typeof result !== "string" || result.trim() === "") {
              throw new JinjaError("IDW404", `The macro \`${name}\` returns no SQL expression.`, place);
            }
            return result.trim();
          }),
        );
      },
    },
  };
}

type Rendering<T> = {
  readonly value?: T;
  readonly refs: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Stands for a text without a place: its errors carry no span. */
const NOWHERE: Span = { file: "", line: 0, column: 0, endLine: 0, endColumn: 0 };
/** A shorter text is no secret, and hiding it would blot out messages. */
const SHORTEST_SECRET = 3;

function resultOf<T>(rendering: Rendering<T>): Result<T> {
  const { value, diagnostics } = rendering;
  return value === undefined ? { diagnostics } : { value, diagnostics };
}

function countryFor(macro: Macro, country: string | undefined): ReadonlyMap<string, Value> {
  const wanted = macro.parameters.some((parameter) => parameter.name === "country");
  return new Map(wanted && country !== undefined ? [["country", country]] : []);
}

function unknownMacro(
  name: string,
  allowed: readonly string[],
  elsewhere: readonly string[],
  dialect: string,
): Diagnostic {
  if (elsewhere.includes(name)) {
    const hint = `Define ${dialect}__${name}(value) in macros/${name}.sql.`;
    return diagnose("IDW403", `The macro \`${name}\` has no form for ${dialect}.`, { hint });
  }
  return diagnose("IDW403", `There is no normaliser \`${name}\`.`, {
    hint: didYouMean(name, allowed, "Normalisers"),
  });
}

function toDiagnostic(error: unknown, secrets: ReadonlySet<string>, at: Span | undefined): Diagnostic {
  const hide = (text: string): string => {
    const hidden = [...secrets]
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .sort((a, b) => b.length - a.length);
    return hidden.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  };
  const report = (
    code: DiagnosticCode,
    message: string,
    place: Place | undefined,
    hint?: string,
  ): Diagnostic => {
    const span = at ?? (place === undefined ? undefined : spanOf(place));
    const where = {
      span: span === NOWHERE ? undefined : span,
      hint: hint === undefined ? undefined : hide(hint),
    };
    return diagnose(code, hide(message), where);
  };
  if (error instanceof JinjaError) {
    const caller = error.callers.find((place) => place.file !== "" && place.file !== error.place.file);
    const called =
      caller === undefined ? undefined : `Called from ${caller.file}:${caller.line}:${caller.column}.`;
    const hint = [error.hint, called].filter((part) => part !== undefined).join(" ");
    return report(error.code, error.message, error.place, hint === "" ? undefined : hint);
  }
  if (error instanceof Returned) return report("IDW404", "`return()` stands outside a macro.", undefined);
  if (error instanceof RangeError)
    return report("IDW404", "The template is nested too deeply or grows too long.", undefined);
  throw error;
}
