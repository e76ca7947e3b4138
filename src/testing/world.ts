// From a folder to all that the cases of a project need: identity.yml, the test files, macros, and the columns of the fixtures.
import { type Project, readProject } from "../config/index.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import type { MacroFile } from "../jinja/index.ts";
import { readMacros, readProjectText } from "../run/files.ts";
import type { Sources } from "../run/load.ts";
import { findTestFiles } from "./files.ts";
import { type Column, columnsOf } from "./fixture.ts";
import { readSuite } from "./read.ts";
import { rejectColumnsOf } from "./reject-columns.ts";
import type { Suite } from "./suite.ts";

/** What all cases have in common. */
export type World = {
  readonly project: Project;
  readonly folder: string;
  readonly macros: readonly MacroFile[];
  readonly columns: ReadonlyMap<string, readonly Column[]>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
};

export type WorldOptions = {
  /** identity.yml or its folder. */
  readonly project: string;
  /** identity.yml as it would be: tried instead of the text of the file. */
  readonly text?: string | undefined;
  /** Test files or folders of them; `test/*.yml` beside identity.yml by default. */
  readonly files?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Receives the texts that were read, for code frames. */
  readonly sources?: Sources | undefined;
};

/** Throws DiagnosticError for wrong files. */
export async function readWorld(
  options: WorldOptions,
): Promise<{ readonly world: World; readonly suite: Suite; readonly warnings: readonly Diagnostic[] }> {
  const sources = options.sources ?? new Map<string, string>();
  const read = readProjectText(options.project);
  if (read.value === undefined) throw new DiagnosticError(read.diagnostics);
  const { folder, file } = read.value;
  const text = options.text ?? read.value.text;
  sources.set(file, text);
  const { value: project, diagnostics } = readProject(text, file);
  if (project === undefined) throw new DiagnosticError(diagnostics);
  const files = findTestFiles(folder, options.files ?? []);
  for (const each of files) sources.set(each.file, each.text);
  const { value: suite, diagnostics: ofTests } = readSuite(files, project);
  if (suite === undefined) throw new DiagnosticError(ofTests);

  const macros = readMacros(folder);
  const env = options.env ?? process.env;
  const rejectColumns = await rejectColumnsOf(project, folder, macros, env);
  const columns = new Map(
    project.models.map((model) => [
      model.name,
      columnsOf(model, project, suite.cases, suite.types, rejectColumns.get(model.name) ?? []),
    ]),
  );
  return {
    world: { project, folder, macros, columns, env, signal: options.signal },
    suite,
    warnings: [...diagnostics, ...ofTests],
  };
}
