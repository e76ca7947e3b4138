// The JSON Schemas of identity.yml and of test files as functions that check a value. The build puts the finished code of
// those functions in the place of this file (scripts/build.mjs), since making it would be a third of a start. The only door
// to `ajv`.
import { Ajv, type ValidateFunction } from "ajv";
import identity from "./identity.schema.json" with { type: "json" };
import tests from "./tests.schema.json" with { type: "json" };

export const SCHEMAS = { identity, tests } as const;

export type SchemaName = keyof typeof SCHEMAS;

/** `source`: the functions are to be printed as a module, not called. */
export function compiler(source: boolean): Ajv {
  // That the schemas themselves are right draft-07 a test checks.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    strictTypes: false,
    meta: false,
    validateSchema: false,
    code: { source },
  });
  ajv.addVocabulary(["defaultSnippets", "patternErrorMessage"]);
  for (const [name, schema] of Object.entries(SCHEMAS)) ajv.addSchema(schema, name);
  return ajv;
}

let compiled: Ajv | undefined;

export function schemaCheck(name: SchemaName): ValidateFunction {
  compiled ??= compiler(false);
  const check = compiled.getSchema(name);
  if (check === undefined) throw new Error(`no schema ${name}`);
  return check as ValidateFunction;
}
