// Finds the test files of a project and reads them; what stands in them is read in read.ts.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { shownPath, siblings } from "../run/files.ts";
import type { TestFile } from "./read.ts";

/** Where tests are looked for, in the folder of identity.yml. */
export const TEST_FOLDER = "test";

/**
 * The files that are named, and the `*.yml` of folders that are named; without a name those of `test/` beside identity.yml.
 * Names are relative to the working folder. Throws DiagnosticError when one is not there, or when there are none at all.
 */
export function findTestFiles(folder: string, named: readonly string[]): readonly TestFile[] {
  const diagnostics: Diagnostic[] = [];
  const paths = (
    named.length === 0 ? [join(folder, TEST_FOLDER)] : named.map((name) => resolve(name))
  ).flatMap((path) => {
    if (!existsSync(path)) {
      const there = siblings(".", path).map((each) => shownPath(resolve(each)));
      const hint =
        named.length === 0
          ? `Write a test: ${EXAMPLE}`
          : didYouMean(
              shownPath(path),
              there.filter((each) => /\.ya?ml$/.test(each)),
              "Files there",
            );
      const what =
        named.length === 0 ? `There is no folder ${shownPath(path)}` : `There is no file ${shownPath(path)}`;
      diagnostics.push(diagnose(named.length === 0 ? "IDW805" : "IDW401", `${what}.`, { hint }));
      return [];
    }
    return statSync(path).isDirectory() ? inFolder(path) : [path];
  });
  if (diagnostics.length > 0) throw new DiagnosticError(diagnostics);
  const files = [...new Set(paths)];
  if (files.length === 0) {
    const where = named.length === 0 ? shownPath(join(folder, TEST_FOLDER)) : named.join(", ");
    throw new DiagnosticError([
      diagnose("IDW805", `There is no test in ${where}.`, { hint: `Write a test: ${EXAMPLE}` }),
    ]);
  }
  return files.map((path) => ({
    file: shownPath(path),
    text: readFileSync(path, "utf8"),
    beside: (name) => {
      const found = resolve(dirname(path), name);
      return existsSync(found) ? readFileSync(found, "utf8") : undefined;
    },
  }));
}

const EXAMPLE = "a file `test/customers.yml`, as in docs/testing.md.";

function inFolder(path: string): readonly string[] {
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}
