// Checks the shape of identity.yml, or of a test file, against its JSON Schema and says each mistake at the right key. What the values
// mean together is left to resolve.ts.
import type { DefinedError } from "ajv";
import type { ConfigPath, Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { plannedKey } from "./planned.ts";
import { type SchemaName, schemaCheck } from "./schema-check.ts";
import { type SchemaPart, type ShapeError, sayError } from "./schema-errors.ts";
import { plainValue, type SourceDocument } from "./source.ts";

/** Every departure from the schema, each once, in no particular order. */
export function validate(document: SourceDocument, schema: SchemaName = "identity"): readonly Diagnostic[] {
  const value = plainValue(document.root);
  const check = schemaCheck(schema);
  if (check(value)) return [];
  const errors = (check.errors ?? []).map((error): ShapeError => {
    const known = error as DefinedError;
    return {
      error: known,
      path: pathOf(known.instancePath, value),
      schema: (known.parentSchema ?? {}) as SchemaPart,
    };
  });
  return withoutEchoes(errors).flatMap((each) => sayError(each, document) ?? []);
}

/** Drops what only repeats another error: branches, and keys that are missing because they are misspelt or planned. */
function withoutEchoes(errors: readonly ShapeError[]): readonly ShapeError[] {
  const unknown = new Map<string, readonly string[]>();
  for (const { error, path } of errors) {
    if (error.keyword === "additionalProperties") {
      const place = JSON.stringify(path);
      unknown.set(place, [...(unknown.get(place) ?? []), error.params.additionalProperty]);
    }
  }
  const explained = (path: ConfigPath, missing: readonly string[]) =>
    (unknown.get(JSON.stringify(path)) ?? []).some(
      (key) => plannedKey([...path, key]) !== undefined || missing.includes(nearest(key, missing) ?? ""),
    );

  return errors.filter(({ error, path, schema }) => {
    if (error.keyword === "if" || /\/oneOf\/\d/.test(error.schemaPath)) return false;
    if (error.propertyName !== undefined) return false;
    if (error.keyword === "required") {
      const all = Object.keys(schema.properties ?? {});
      const meant = (unknown.get(JSON.stringify(path)) ?? []).map((key) => nearest(key, all));
      return !meant.includes(error.params.missingProperty);
    }
    if (error.keyword === "oneOf" && error.params.passingSchemas === null) {
      return !explained(
        path,
        (schema.oneOf ?? []).flatMap(({ required }) => required ?? []),
      );
    }
    return true;
  });
}

function pathOf(pointer: string, root: unknown): ConfigPath {
  let value = root;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const step = part.replaceAll("~1", "/").replaceAll("~0", "~");
      const inList = Array.isArray(value);
      value = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
      return inList ? Number(step) : step;
    });
}
