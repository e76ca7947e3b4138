// The macros of a project: which file defines which, what the user's replace, and the form that a dialect calls.
// Built-in files are read only when a macro of theirs is called, since their tables take a while.
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { JinjaError, type Place, spanOf } from "./error.ts";
import { parseTemplate } from "./parse.ts";
import type { Macro } from "./tree.ts";

/** One file of macros/, named as the macro it holds. */
export type MacroFile = {
  readonly file: string;
  readonly text: string;
  readonly origin: "built-in" | "user";
};
const DIALECTS = ["duckdb", "snowflake", "bigquery", "postgres"] as const;

export type Dialect = (typeof DIALECTS)[number];

export type LibraryMacro = {
  readonly name: string;
  readonly origin: MacroFile["origin"];
  readonly hasParameters: boolean;
  /** Parses the file of a built-in macro when first called. */
  readonly load: () => Macro;
};

export type Library = {
  /** Every macro by its name, prefixes of dialects included. */
  readonly macros: ReadonlyMap<string, LibraryMacro>;
  /** By file name without folder and `.sql`: the macro that the dialect calls. Without those it has no form of. */
  readonly entries: ReadonlyMap<string, LibraryMacro>;
  /** File names of macros that exist, but not for this dialect. */
  readonly elsewhere: readonly string[];
};

const DIALECT_PREFIX = new RegExp(`^(${DIALECTS.join("|")}|default)__`);
const MACRO_TAG = /\{%-?\s*macro\s+(\w+)\s*\(\s*(\)?)/g;

/**
 * A user's file replaces the built-in file of its name whole (IDW411); a user's macro replaces any built-in macro of its
 * name. A user's file that is no Jinja (IDW402) or lacks the macro of its name (IDW410) is left out and reported.
 */
export function readLibrary(
  files: readonly MacroFile[],
  dialect: Dialect,
): { readonly library: Library; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const macros = new Map<string, LibraryMacro>();
  const users = files.filter((file) => file.origin === "user");
  const userNames = new Set(users.map((file) => nameOf(file.file)));
  const builtIn = files.filter((file) => file.origin === "built-in");
  const names = new Set<string>();
  const noticed = new Set<string>();

  for (const file of builtIn.filter((file) => !userNames.has(nameOf(file.file)))) {
    names.add(nameOf(file.file));
    for (const macro of scan(file)) macros.set(macro.name, macro);
  }
  const replaceable = new Set([...macros.keys(), ...builtIn.map((file) => nameOf(file.file))]);
  for (const file of users) {
    const found = readUserFile(file, diagnostics);
    if (found.length > 0) names.add(nameOf(file.file));
    for (const macro of found) {
      if (macros.get(macro.name)?.origin === "user") {
        const message = `The macro \`${macro.name}\` is defined twice.`;
        diagnostics.push(diagnose("IDW410", message, { span: spanOf(macro.place) }));
      }
      const plain = macro.name.replace(DIALECT_PREFIX, "");
      if ((replaceable.has(macro.name) || replaceable.has(plain)) && !noticed.has(plain)) {
        noticed.add(plain);
        const message = `The macro \`${plain}\` replaces the built-in one.`;
        diagnostics.push(diagnose("IDW411", message, { span: spanOf(macro.place) }));
      }
      const hasParameters = macro.parameters.length > 0;
      macros.set(macro.name, { name: macro.name, origin: "user", hasParameters, load: () => macro });
    }
  }

  const entries = new Map<string, LibraryMacro>();
  for (const name of [...names].sort()) {
    const macro = macros.get(name) ?? macros.get(`${dialect}__${name}`) ?? macros.get(`default__${name}`);
    if (macro !== undefined) entries.set(name, macro);
  }
  const elsewhere = [...names].filter((name) => !entries.has(name)).sort();
  return { library: { macros, entries, elsewhere }, diagnostics };
}

// The parser takes its time, and a file holds the macro for every dialect: only what is called is parsed.
function scan(file: MacroFile): readonly LibraryMacro[] {
  const tags = [...file.text.matchAll(MACRO_TAG)];
  return tags.map(({ index, 0: tag, 1: name = "", 2: closed }, position) => {
    let parsed: Macro | undefined;
    return {
      name,
      origin: file.origin,
      hasParameters: closed === "",
      load() {
        // What stands before it is blanked out, so that a place in the macro is a place in the file.
        const before = file.text.slice(0, index).replaceAll(/[^\n]+/g, "");
        const text = before + file.text.slice(index, tags[position + 1]?.index);
        parsed ??=
          tableOf(text, tag, name, file.file) ??
          macrosOf({ ...file, text }).find((macro) => macro.name === name);
        if (parsed === undefined) throw new TypeError(`${file.file} lost its macro ${name}`);
        return parsed;
      },
    };
  });
}

/** A macro that is text alone: thousands of characters, which the parser would take one by one. */
function tableOf(text: string, tag: string, name: string, file: string): Macro | undefined {
  const at = text.indexOf(tag);
  const [, lines = "", end] = /^ *%\}((?:.|\n)*?)\{% *(\w*)/.exec(text.slice(at + tag.length)) ?? [];
  if (!tag.endsWith(")") || end !== "endmacro" || /\{[{#]|#\}/.test(lines)) return undefined;
  const [line, column] = [text.slice(0, at).split("\n").length, tag.lastIndexOf(name) + 1];
  const place: Place = { file, line, column, length: name.length };
  return { name, parameters: [], body: [{ kind: "text", place, text: lines }], place };
}

function readUserFile(file: MacroFile, diagnostics: Diagnostic[]): readonly Macro[] {
  const name = nameOf(file.file);
  try {
    const found = macrosOf(file);
    if (found.some((macro) => macro.name.replace(DIALECT_PREFIX, "") === name)) return found;
    const hint = `A macro file is named as its macro: {% macro ${name}(value) %} … {% endmacro %}.`;
    const place = found[0]?.place ?? { file: file.file, line: 1, column: 1, length: 1 };
    const message = `${file.file} defines no macro \`${name}\`.`;
    diagnostics.push(diagnose("IDW410", message, { span: spanOf(place), hint }));
  } catch (error) {
    if (!(error instanceof JinjaError)) throw error;
    diagnostics.push(diagnose(error.code, error.message, { span: spanOf(error.place), hint: error.hint }));
  }
  return [];
}

function macrosOf(file: MacroFile): readonly Macro[] {
  return parseTemplate(file.file, file.text).flatMap((node) => (node.kind === "macro" ? [node.macro] : []));
}

function nameOf(path: string): string {
  return (path.split(/[/\\]/).at(-1) ?? path).replace(/\.sql$/, "");
}
