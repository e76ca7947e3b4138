// identity.schema.json as a function that checks a value. The build puts the finished code of that function in the place of
// this file (scripts/build.mjs), since making it would be a third of a start. The only door to `ajv`.
import { Ajv, type ValidateFunction } from "ajv";
import schema from "./identity.schema.json" with { type: "json" };

/** `source`: the function is to be printed as a module, not called. */
export function compileSchema(source: boolean): { readonly ajv: Ajv; readonly check: ValidateFunction } {
  // That the schema itself is right draft-07 a test checks.
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
  return { ajv, check: ajv.compile(schema) };
}

let compiled: ValidateFunction | undefined;

export function schemaCheck(): ValidateFunction {
  compiled ??= compileSchema(false).check;
  return compiled;
}
