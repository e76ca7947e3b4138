// SQL inside a template of dbt: what renderers print is escaped where it could be taken for Jinja, and what only dbt knows
// (where relations lie, the number of the run) stands there as an expression.
import type { Identifier, Model } from "../../config/project.ts";
import type { Context } from "../../render/context.ts";
import type { Place } from "../../render/publish.ts";
import { type Fragment, print, verbatim } from "../../sql/fragment.ts";

/** Text as a template prints it unchanged. */
export function inJinja(text: string): string {
  return text.replaceAll(/\{(?=[{%#])/g, "{{ '{' }}");
}

/** A string literal of an expression. */
export function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}

// What templates of a project see instead of a variable of the environment: dbt reads it when it runs. The marks are for
// private use, so no text holds them by accident.
const READ = /\ue000(\w+)\ue001/g;

/** The environment for `load`. */
export const DBT_ENVIRONMENT: Readonly<Record<string, string | undefined>> = new Proxy<
  Record<string, string | undefined>
>(
  {},
  {
    get: (_, name) => `\ue000${String(name)}\ue001`,
    getOwnPropertyDescriptor: (_, name) => ({
      value: `\ue000${String(name)}\ue001`,
      configurable: true,
      enumerable: true,
    }),
  },
);

/** Whether a text that was rendered with it has a variable in it. */
export function isFromEnvironment(text: string): boolean {
  return text.search(READ) >= 0;
}

/** A text that was rendered with `DBT_ENVIRONMENT`, as a template. */
export function rendered(text: string): string {
  return inJinja(text).replaceAll(READ, "{{ env_var('$1') }}");
}

const DATABASE = "{{ adapter.quote(this.database) }}";
const SCHEMA = "{{ adapter.quote(this.schema) }}";

/** Results lie where dbt puts the model that builds them. */
export function placeOf(prefix: string): Place {
  return { catalog: DATABASE, schema: SCHEMA, prefix };
}

/** The context whose SQL is the body of a macro; `idw` is a dictionary of that macro. `inputs` are models and decisions. */
export function dbtContext(context: Context, names: Names, inputs: ReadonlyMap<string, Fragment>): Context {
  const { dialect, texts } = context;
  const template = (fragment: Fragment) => verbatim(rendered(print(fragment, dialect.lexical)));
  return {
    ...context,
    inputs,
    was: (output) => verbatim(`{{ ${names.macro("was")}(idw, ${quoted(output)}) }}`),
    texts: {
      modelSelect: (model: Model) => {
        throw new Error(`${model.name} is a model of dbt's own`);
      },
      normalised: (identifier: Identifier, value, country) =>
        template(texts.normalised(identifier, value, country)),
      folded: (value) => template(texts.folded(value)),
      rejectConditions: (model) => texts.rejectConditions(model).map(template),
      survivorCondition: (of, name) => template(texts.survivorCondition(of, name)),
    },
    dialect: {
      ...dialect,
      lexical: {
        ...dialect.lexical,
        quoteIdentifier: (name) =>
          name === DATABASE || name === SCHEMA ? name : inJinja(dialect.lexical.quoteIdentifier(name)),
        quoteString: (text) => rendered(dialect.lexical.quoteString(text)),
      },
      functions: { ...dialect.functions, variable: (name) => verbatim(`{{ idw.${name} }}`) },
    },
  };
}

/** The names of what is written, so that several entities fit into one project. */
export type Names = {
  /** `customer_identities`. */
  readonly project: string;
  /** A macro; they all begin with `idweave__customer__`. */
  readonly macro: (name: string) => string;
};

export function namesOf({ prefix, entity }: { readonly prefix: string; readonly entity: string }): Names {
  const name = `${prefix}${entity}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, "_");
  return { project: `${name}_identities`, macro: (macro) => `idweave__${name}__${macro}` };
}
