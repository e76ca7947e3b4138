// One error of the JSON Schema → one sentence at one place, in the words of the schema's own descriptions.
import type { DefinedError } from "ajv";
import { diagnose } from "../diagnostics/codes.ts";
import type { ConfigPath, Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import { listOf, pathText, quote } from "../diagnostics/text.ts";
import { type PlannedIssue, plannedKey } from "./planned.ts";
import type { SourceDocument } from "./source.ts";

/** What we read of a part of the schema. */
export type SchemaPart = {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly propertyNames?: SchemaPart;
  readonly oneOf?: readonly { readonly required?: readonly string[] }[];
  readonly patternErrorMessage?: string;
};

/** An error of the schema with its place as a path, and the part of the schema that made it. */
export type ShapeError = {
  readonly error: DefinedError;
  readonly path: ConfigPath;
  readonly schema: SchemaPart;
};

/** More allowed words than this are listed after the sentence, not in it. */
const MOST_IN_A_SENTENCE = 12;

const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  null: "null",
};

/** The diagnostic for one error; every keyword that identity.schema.json uses has its sentence. */
export function sayError({ error, path, schema }: ShapeError, document: SourceDocument): Diagnostic {
  const subject = path.length === 0 ? "the file" : quote(pathText(path));
  const key = { span: document.keySpan(path) };
  const value = { span: document.valueSpan(path) };
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(path, error.params.additionalProperty, schema, document);
    case "type":
      return wrongType(path, [error.params.type].flat(), schema, document);
    case "required": {
      const missing = error.params.missingProperty;
      const hint = example(schema.properties?.[missing]);
      return diagnose("IDW204", `${subject} has no ${quote(missing)}`, { ...key, hint });
    }
    case "dependencies":
      return diagnose(
        "IDW204",
        `${subject} has ${quote(error.params.property)} but no ${quote(error.params.missingProperty)}`,
        {
          ...key,
          hint: `${quote(error.params.property)} only goes with ${quote(error.params.missingProperty)}.`,
        },
      );
    case "enum":
      return notAllowed(path, error.data, error.params.allowedValues, document);
    case "oneOf":
      return notExactlyOne(path, schema, document);
    case "minimum":
      return diagnose(
        "IDW207",
        `${subject} must be ${error.params.limit} or more, not ${String(error.data)}`,
        value,
      );
    case "minLength":
      return diagnose("IDW208", `${subject} is empty`, { ...value, hint: example(schema) });
    case "minItems":
    case "minProperties": {
      const wanted = error.params.limit === 1 ? "is empty" : `needs at least ${error.params.limit} entries`;
      return diagnose("IDW208", `${subject} ${wanted}`, { ...key, hint: example(schema) });
    }
    case "maxProperties":
      return diagnose("IDW209", `${subject} has several entries where one is wanted`, {
        ...value,
        hint: "Start a new item for each: `{ name: column }`.",
      });
    case "pattern":
      return diagnose("IDW209", `${subject} cannot be ${quote(String(error.data))}`, {
        ...value,
        hint: expected(schema),
      });
    case "propertyNames": {
      const name = error.params.propertyName;
      return diagnose("IDW209", `${quote(name)} cannot be a name in ${subject}`, {
        span: document.keySpan([...path, name]),
        hint: expected(schema.propertyNames),
      });
    }
    default:
      // A keyword that is new in the schema and has no sentence of its own yet.
      return diagnose("IDW209", `${subject} ${error.message ?? "is malformed"}`, value);
  }
}

function planned(what: string, issue: PlannedIssue): string {
  return `${what} is planned (issue ${issue}) and not available yet`;
}

function unknownKey(
  path: ConfigPath,
  name: string,
  schema: SchemaPart,
  document: SourceDocument,
): Diagnostic {
  const span = document.keySpan([...path, name]);
  const issue = plannedKey([...path, name]);
  if (issue !== undefined) {
    return diagnose("IDW202", planned(quote(name), issue), { span, hint: "Leave it out until then." });
  }
  const where = path.length === 0 ? "" : ` in ${quote(pathText(path))}`;
  const written = document.node(path);
  const free = Object.keys(schema.properties ?? {}).filter(
    (allowed) => written?.kind !== "map" || !written.entries.has(allowed),
  );
  const all = Object.keys(schema.properties ?? {});
  const close = nearest(name, free) ?? nearest(name, all);
  const list = didYouMean("", all);
  return diagnose("IDW201", `unknown key ${quote(name)}${where}`, {
    span,
    hint: close === undefined ? list : `Did you mean ${quote(close)}? ${list}`,
  });
}

function wrongType(
  path: ConfigPath,
  types: readonly string[],
  schema: SchemaPart,
  document: SourceDocument,
): Diagnostic {
  const node = document.node(path);
  const subject = path.length === 0 ? "the file" : quote(pathText(path));
  const wanted = listOf(
    types.map((type) => TYPES[type] ?? type),
    "or",
  );
  const span = document.valueSpan(path);
  if (node?.kind !== "scalar") {
    const found = node?.kind === "list" ? "a list" : "a mapping";
    return diagnose("IDW203", `${subject} must be ${wanted}, not ${found}`, { span, hint: example(schema) });
  }
  if (node.value === null && node.range.start === node.range.end) {
    const message = `${subject} must be ${wanted}, but nothing stands there`;
    return diagnose("IDW203", message, { span, hint: example(schema) });
  }
  const source = document.text.slice(node.range.start, node.range.end);
  const isNumber = types.includes("integer") && /^[0-9]+$/.test(String(node.value));
  const hint =
    types.includes("string") && node.style === "plain"
      ? `Put it in quotes to make it a text: '${source}'.`
      : isNumber
        ? `Leave the quotes off: ${String(node.value)}.`
        : example(schema);
  const kind = typeof node.value === "string" ? "the text" : "the value";
  return diagnose("IDW203", `${subject} must be ${wanted}, not ${kind} ${quote(source)}`, { span, hint });
}

function notAllowed(
  path: ConfigPath,
  value: unknown,
  allowed: readonly unknown[],
  document: SourceDocument,
): Diagnostic {
  const span = document.valueSpan(path);
  const subject = quote(pathText(path));
  const node = document.node(path);
  const source =
    node?.kind === "scalar" ? document.text.slice(node.range.start, node.range.end) || "nothing" : "that";
  const names = allowed.map(String);
  if (names.length > MOST_IN_A_SENTENCE) {
    const hint = didYouMean(String(value), names);
    return diagnose("IDW205", `${subject} cannot be ${quote(source)}`, { span, hint });
  }
  const close = typeof value === "string" ? nearest(value, names) : undefined;
  return diagnose("IDW205", `${subject} must be ${listOf(names.map(quote), "or")}, not ${quote(source)}`, {
    span,
    hint: close === undefined || close === value ? undefined : `Did you mean ${quote(close)}?`,
  });
}

function notExactlyOne(path: ConfigPath, schema: SchemaPart, document: SourceDocument): Diagnostic {
  const choices = (schema.oneOf ?? []).flatMap(({ required }) => required ?? []);
  const all = listOf(choices.map(quote), "and");
  const node = document.node(path);
  const present = choices.filter((choice) => node?.kind === "map" && node.entries.has(choice));
  const second = present[1];
  if (second === undefined) {
    return diagnose("IDW206", `${quote(pathText(path))} has none of ${all}: exactly one is wanted`, {
      span: document.keySpan(path),
      hint: choices.map((choice) => example(schema.properties?.[choice])).find((hint) => hint !== undefined),
    });
  }
  return diagnose(
    "IDW206",
    `${quote(pathText(path))} has ${listOf(present.map(quote), "and")}: exactly one of ${all} is wanted`,
    {
      span: document.keySpan([...path, second]),
      hint: `Keep one of them.`,
    },
  );
}

function expected(schema: SchemaPart | undefined): string | undefined {
  return schema?.patternErrorMessage === undefined ? undefined : `Expected ${schema.patternErrorMessage}.`;
}

function example(schema: SchemaPart | undefined): string | undefined {
  if (schema?.description === undefined) return undefined;
  const first = schema.examples?.[0];
  return first === undefined ? schema.description : `${schema.description} Example: \`${flow(first)}\`.`;
}

/** A value as one line of YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${key}: ${flow(each)}`);
    return `{ ${entries.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  return /^[\w][\w ./*-]*$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}
