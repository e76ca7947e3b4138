// Files of the package itself, found without loading the rest of it: `--help` and `--version` answer at once.
import { readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

export function version(): string {
  const text = readFileSync(new URL("package.json", ROOT), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** The JSON Schema of identity.yml or of test files, as it is shipped. */
export function schemaText(of: "identity" | "tests" = "identity"): string {
  return readFileSync(new URL(`src/config/${of}.schema.json`, ROOT), "utf8");
}
