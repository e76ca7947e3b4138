// Every diagnostic code there is: its default severity and its title. docs/errors.md has a heading for each, and a
// test holds the two together. What a code looks like when it is raised is the business of whoever raises it.
import type { Diagnostic, Severity, Span } from "./diagnostic.ts";

type CodeEntry = { readonly severity: Severity; readonly title: string };

const error = (title: string): CodeEntry => ({ severity: "error", title });
const warning = (title: string): CodeEntry => ({ severity: "warning", title });

/** Grouped by hundreds: 1 YAML text, 2 schema, 3 meaning, 4 models and macros, 5 input data, 6 decisions, 7 run, 9 internal. */
export const CODES = {
  IDW101: error("YAML that cannot be read"),
  IDW102: error("Tab used as indentation"),
  IDW103: error("Key written twice"),
  IDW104: error("Empty file"),
  IDW105: error("Several documents in one file"),
  IDW106: error("The file is not a mapping"),
  IDW107: error("File too large"),
  IDW108: error("Anchor, alias or merge key that cannot be used"),
  IDW109: error("Key that is not a name"),
  IDW110: error("Nested too deeply"),
  IDW111: error("Unknown YAML tag"),
  IDW112: error("File is not UTF-8"),
  IDW113: error("File cannot be edited safely"),

  IDW201: error("Unknown key"),
  IDW202: error("Planned, not available yet"),
  IDW203: error("Wrong type"),
  IDW204: error("Missing key"),
  IDW205: error("Value that is not among the allowed ones"),
  IDW206: error("Exactly one of several keys is wanted"),
  IDW207: error("Number out of range"),
  IDW208: error("Empty value"),
  IDW209: error("Malformed text"),

  IDW301: error("Priority used twice"),
  IDW302: error("Identifier is not declared"),
  IDW303: warning("Identifier that no model maps"),
  IDW304: error("Reserved name"),
  IDW305: error("Names that differ only in letter case"),
  IDW306: error("No model has observed_at"),
  IDW307: warning("Models without observed_at"),
  IDW308: error("Golden attribute in no model"),
  IDW309: error("Entry written twice in a list"),
  IDW310: error("Unknown model"),
  IDW311: warning("Database under target/"),
  IDW312: error("Pattern outside the portable subset"),
  IDW313: error("Not one plain SQL expression"),
  IDW314: error("Unknown normaliser"),
  IDW315: error("Attribute of different types"),
  IDW316: error("Key that does not go with the rule"),
  IDW317: error("Rule that does not fit the type"),
  IDW320: error("Weights that are all zero"),
  IDW321: error("Unknown dimension of a metric"),

  IDW401: error("File not found"),
  IDW402: error("Jinja syntax error"),
  IDW403: error("Unknown name in Jinja"),
  IDW404: error("Jinja failed while rendering"),
  IDW405: error("SELECT refused by the database"),
  IDW406: error("ref() to an unknown model"),
  IDW407: error("Models refer to each other in a circle"),
  IDW408: error("Variable not set"),
  IDW409: error("Environment variable not set"),
  IDW410: error("Macro file without its macro"),
  IDW411: warning("Macro that replaces a built-in one"),
  IDW412: error("Expression refused by the database"),
  IDW413: error("Unknown file format"),
  IDW414: error("File cannot be read"),
  IDW415: error("Model is not one SELECT"),
  IDW416: error("Table not found"),

  IDW501: error("Duplicate key"),
  IDW502: error("Key is NULL"),
  IDW503: error("Timestamp cannot be read"),
  IDW504: error("Wrong column type"),
  IDW505: error("Missing column"),
  IDW506: error("Broken CSV"),
  IDW507: error("Data is not UTF-8"),
  IDW508: error("Empty data file"),
  IDW509: warning("Model without records"),
  IDW510: error("Broken data file"),
  IDW511: error("Files of one model with different columns"),

  IDW601: error("Decisions lack a column"),
  IDW602: error("Decision id used twice"),
  IDW603: error("Decision without an id"),
  IDW604: error("Unknown kind of decision"),
  IDW605: error("Decision about a record and itself"),
  IDW606: error("Decision lacks a field"),
  IDW607: warning("Decision about an unknown record"),
  IDW608: error("Decision about an unknown identifier"),
  IDW609: error("Time of a decision cannot be read"),
  IDW610: warning("Must-link refused"),
  IDW611: error("Override of an unknown attribute"),
  IDW612: error("Override that its attribute cannot hold"),
  IDW613: warning("Override that the data agrees with"),

  IDW630: error("Erasure requests lack a column"),
  IDW631: error("Erasure request that says nothing to forget"),
  IDW632: warning("Erasure request for an unknown identity"),

  IDW701: error("Another run holds the lock"),
  IDW702: error("Target is busy"),
  IDW703: error("Out of memory"),
  IDW704: error("Disk full"),
  IDW705: error("Compiled files are stale"),
  IDW706: error("Run interrupted"),
  IDW707: error("Unknown target"),
  IDW708: error("Target cannot be opened"),
  IDW709: error("Type of a published column changed"),
  IDW710: error("Cannot write"),
  IDW711: error("File already exists"),
  IDW720: error("Alarm that stops the run"),
  IDW721: warning("Alarm"),
  IDW730: error("Secret of the project is missing"),
  IDW731: error("Secret of the project is another one"),
  IDW732: warning("Erased values may be left in the database file"),
  IDW733: error("Cannot tell what to forget"),
  IDW734: error("Forgetting wants to be confirmed"),

  IDW901: error("Internal error"),
} as const satisfies Readonly<Record<string, CodeEntry>>;

export type DiagnosticCode = keyof typeof CODES;

/** A diagnostic with its code's own severity; leaves out what is undefined. */
export function diagnose(
  code: DiagnosticCode,
  message: string,
  where: { readonly span?: Span | undefined; readonly hint?: string | undefined } = {},
): Diagnostic {
  return {
    code,
    severity: CODES[code].severity,
    message,
    ...(where.span === undefined ? {} : { span: where.span }),
    ...(where.hint === undefined ? {} : { hint: where.hint }),
  };
}
