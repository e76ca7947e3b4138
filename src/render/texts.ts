// Renders, once and before any statement, everything of a project that goes through Jinja. All mistakes at once.

import { checkNormalizers } from "../config/index.ts";
import type { Model, Project } from "../config/project.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { createJinja, type MacroFile } from "../jinja/index.ts";
import { work } from "../plan/names.ts";
import { type Fragment, id, lit, print, sql, verbatim } from "../sql/fragment.ts";
import type { Texts } from "./context.ts";

export type Input = {
  readonly project: Project;
  /** What models see as `target`. */
  readonly target: { readonly name: string; readonly type: string; readonly schema: string };
  /** The catalog under which tables of the target are read. */
  readonly catalog: string;
  readonly dialect: Dialect;
  readonly macros: readonly MacroFile[];
  /** The text of every `sql` model that could be read, by its path. */
  readonly modelFiles: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
};

export type Rendered = {
  readonly texts: Texts;
  /** Every model after those that it refers to. */
  readonly sourceOrder: readonly string[];
  /** The rendered SELECT of each `sql` model. */
  readonly selects: ReadonlyMap<string, string>;
};

export function renderTexts(input: Input): Result<Rendered> {
  const { project, dialect } = input;
  const { jinja, diagnostics: ofMacros } = createJinja(jinjaInput(input));
  const diagnostics: Diagnostic[] = [...ofMacros, ...checkNormalizers(project, jinja.macroNames)];
  const keep = <T>(result: Result<T>): T | undefined => {
    diagnostics.push(...result.diagnostics);
    return result.value;
  };

  const expressions = new Map<string, Result<string>>();
  const selects = new Map<string, string>();
  const refs = new Map<string, readonly string[]>();
  const conditions = new Map<string, readonly Fragment[]>();
  const survivorConditions = new Map<string, Fragment>();
  for (const model of project.models) {
    if (model.source.kind === "sql") {
      const text = input.modelFiles.get(model.source.path);
      const rendered = text === undefined ? undefined : keep(jinja.renderModel(model.source.path, text));
      if (rendered !== undefined) {
        // Blank lines at the start stay, so that a place in it is a place in the file.
        selects.set(model.name, rendered.sql.trimEnd().replace(/;$/, ""));
        refs.set(model.name, rendered.refs);
      }
    }
    const rules = model.reject.map((rule, index) =>
      keep(jinja.renderText(rule.when, project.places.of(["models", model.name, "reject", index, "when"]))),
    );
    conditions.set(
      model.name,
      rules.map((rule) => verbatim(rule ?? "")),
    );
  }
  const { golden } = project;
  for (const of of ["attributes", "groups"] as const) {
    for (const { name, where } of golden[of]) {
      if (where === undefined) continue;
      const place = project.places.of(["golden_record", of, name, "where"]);
      survivorConditions.set(`${of} ${name}`, verbatim(keep(jinja.renderText(where, place)) ?? ""));
    }
  }
  const sourceOrder = keep(orderByRefs(project, refs)) ?? [];
  if (!hasErrors(diagnostics)) {
    // A first rendering with a stand-in value, so that a broken macro is reported here and not in the middle of a run.
    for (const identifier of project.identifiers) {
      for (const name of identifier.normalize) keep(applied(name, sql`value`, undefined));
    }
  }
  if (hasErrors(diagnostics)) return { diagnostics };

  const apply = (names: readonly string[], value: Fragment, country: Fragment | undefined): Fragment =>
    names.reduce((current, name) => {
      const { value: expression } = applied(name, current, country);
      if (expression === undefined) throw new Error(`macro ${name} failed on a second rendering`);
      return verbatim(expression);
    }, value);
  const texts: Texts = {
    modelSelect: (model: Model) => verbatim((selects.get(model.name) ?? "").trimStart()),
    rejectConditions: (model: Model) => conditions.get(model.name) ?? [],
    survivorCondition: (of, name) => {
      const condition = survivorConditions.get(`${of} ${name}`);
      if (condition === undefined) throw new Error(`no \`where\` of ${name} in ${of}`);
      return condition;
    },
    normalised: (identifier, value, country) => apply(identifier.normalize, value, country),
    folded: (value) => apply(["trim", "lower"], value, undefined),
  };
  return { value: { texts, sourceOrder, selects }, diagnostics };

  // The same few expressions stand in many statements, and a macro is a template to walk: each is rendered once.
  function applied(name: string, value: Fragment, column: Fragment | undefined): Result<string> {
    const otherwise = lit(project.defaultCountry ?? "");
    const of = print(value, dialect.lexical);
    const country = print(
      column === undefined
        ? otherwise
        : sql`coalesce(nullif(${dialect.functions.trim(column)}, ''), ${otherwise})`,
      dialect.lexical,
    );
    const key = JSON.stringify([name, of, country]);
    const expression = expressions.get(key) ?? jinja.normalizer(name, of, { country });
    expressions.set(key, expression);
    return expression;
  }
}

function jinjaInput({ project, target, catalog, dialect, macros, env }: Input) {
  return {
    dialect: dialect.name,
    target: { name: target.name, type: target.type, schema: target.schema },
    vars: project.vars,
    env,
    macros,
    relations: {
      source: (schema: string, table: string) => print(id(catalog, schema, table), dialect.lexical),
      ref: (model: string) =>
        project.models.some(({ name }) => name === model)
          ? print(id(work.source(model)), dialect.lexical)
          : undefined,
      models: project.models.map(({ name }) => name),
    },
  };
}

// Depth first in the order of the file, so that the order is the same on any machine.
function orderByRefs(
  project: Project,
  refs: ReadonlyMap<string, readonly string[]>,
): Result<readonly string[]> {
  const order: string[] = [];
  const open: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const visit = (name: string): void => {
    if (order.includes(name)) return;
    if (open.includes(name)) {
      const circle = [...open.slice(open.indexOf(name)), name].join(" → ");
      const span = project.places.of(["models", name]);
      diagnostics.push(diagnose("IDW407", `Models refer to each other in a circle: ${circle}.`, { span }));
      return;
    }
    open.push(name);
    for (const other of refs.get(name) ?? []) visit(other);
    open.pop();
    order.push(name);
  };
  for (const model of project.models) if (diagnostics.length === 0) visit(model.name);
  return diagnostics.length > 0 ? { diagnostics } : { value: order, diagnostics };
}
