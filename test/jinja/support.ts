// A small world for templates, so that a test names only what it is about.
import { createJinja, type Jinja, type JinjaInput, type MacroFile } from "../../src/jinja/index.ts";

export function user(name: string, text: string): MacroFile {
  return { file: `macros/${name}.sql`, text, origin: "user" };
}

export function builtIn(name: string, text: string): MacroFile {
  return { file: `macros/${name}.sql`, text, origin: "built-in" };
}

export function world(changes: Partial<JinjaInput> = {}): ReturnType<typeof createJinja> {
  return createJinja({
    macros: [],
    dialect: "duckdb",
    target: { name: "dev", type: "duckdb", schema: "identity" },
    vars: { region: "eu", days: 3, strict: true, nothing: null },
    env: { BUCKET: "s3://bucket", TOKEN: "hunter2-secret" },
    relations: {
      source: (schema, table) => (schema === "raw" ? `raw.${table}` : undefined),
      ref: (model) => (["customers", "orders"].includes(model) ? `"${model}"` : undefined),
      models: ["customers", "orders"],
    },
    ...changes,
  });
}

/** The text of a model, or its first diagnostic as `code line:column message | hint`. */
export function rendered(text: string, jinja: Jinja = world().jinja): string {
  const { value, diagnostics } = jinja.renderModel("models/m.sql", text);
  const [first] = diagnostics;
  if (first === undefined) return value?.sql ?? "";
  const place = first.span === undefined ? "" : `${first.span.line}:${first.span.column}`;
  return `${first.code} ${place} ${first.message}${first.hint === undefined ? "" : ` | ${first.hint}`}`;
}
