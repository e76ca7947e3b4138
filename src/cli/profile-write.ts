// Puts what a profile proposes into identity.yml: all of it or nothing, and never a file half written.
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type Addition, addToIdentifiers, cannotEdit } from "../config/edit.ts";
import { DiagnosticError } from "../diagnostics/diagnostic.ts";
import { readProjectText } from "../run/files.ts";

export type Written = {
  /** As the user names it. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Entries and caps that are new. */
  readonly added: number;
};

/**
 * `read` is the text that the additions are for. Throws IDW113, with the entries to paste, when the file is another one by
 * now or cannot be edited safely; and the error of the file system. The file is as it was then.
 */
export function writeAdditions(project: string, read: string, additions: readonly Addition[]): Written {
  const { value: found, diagnostics: missing } = readProjectText(project);
  if (found === undefined) throw new DiagnosticError(missing);
  const { file, text } = found;
  const added = additions.reduce(
    (sum, { ignore, maxRecords }) => sum + ignore.length + (maxRecords === undefined ? 0 : 1),
    0,
  );
  if (added === 0) return { file, before: text, after: text, added };
  if (text !== read) {
    throw new DiagnosticError([cannotEdit(file, additions, "it changed while the data was read")]);
  }
  const { value: after, diagnostics } = addToIdentifiers(text, file, additions);
  if (after === undefined) throw new DiagnosticError(diagnostics);
  replace(join(found.folder, basename(file)), after);
  return { file, before: text, after, added };
}

function replace(path: string, text: string): void {
  // A link stays a link: what it points at is replaced.
  const real = realpathSync(path);
  const aside = `${real}.idweave-${process.pid}`;
  try {
    writeFileSync(aside, text, { flag: "wx" });
    chmodSync(aside, statSync(real).mode);
    renameSync(aside, real);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
