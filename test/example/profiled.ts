// The worked example in a folder of its own, for the tests of its profile: as it is, and before anyone wrote `ignore` or
// `max_records` into it.
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathOf, text } from "./sample.ts";

export const AS_IT_IS = text("identity.yml");

export const UNCLEANED = AS_IT_IS.replace(/^ {4}ignore:.*\n( {6}- .*\n)*/gm, "").replace(
  /^ {4}max_records:.*\n/gm,
  "",
);

export type Example = { readonly path: string; readonly remove: () => void };

export function exampleOf(identityYml: string): Example {
  const path = mkdtempSync(join(tmpdir(), "idweave-example-"));
  for (const part of ["decisions.csv", "models"]) cpSync(pathOf(part), join(path, part), { recursive: true });
  symlinkSync(pathOf("data"), join(path, "data"), "junction");
  writeFileSync(join(path, "identity.yml"), identityYml);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
