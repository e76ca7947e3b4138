// Finds the tools that stand in for warehouses and schedulers (../shared/warehouses): environments of Python under
// IDWEAVE_WAREHOUSES or WAREHOUSES_DIR, or under the nearest `.warehouses`.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../cli/support.ts";

/** The folder of the programs of an environment, such as `dbt`; undefined, with a loud word, when it is not installed. */
export function programsOf(environment: string): string | undefined {
  const folder = [
    process.env["IDWEAVE_WAREHOUSES"],
    process.env["WAREHOUSES_DIR"],
    ...above(ROOT).map((each) => join(each, ".warehouses")),
  ]
    .filter((each) => each !== undefined && each !== "")
    .map((each) => join(String(each), environment, "bin"))
    .find((each) => existsSync(each));
  if (folder === undefined) {
    process.stderr.write(
      `\nSKIPPED: ${environment} is not installed (../shared/warehouses/install.sh, or set WAREHOUSES_DIR)\n`,
    );
  }
  return folder;
}

function above(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}
