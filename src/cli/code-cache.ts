// The code of the built package as V8 has compiled it: kept when the package is built, taken when the same Node starts it,
// since compiling all that a compile needs takes longer than the compile. Other versions of Node compile it themselves.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import nodeModule, { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const CACHE = join(FOLDER, `cache-${process.version}-${process.platform}-${process.arch}`);

type Code = { exports: unknown; readonly script: Script };

const nodeRequire = createRequire(import.meta.url);
const loaded = new Map<string, Code>();

/** The exports of one of our files; a name as `require()` takes it, relative to the folder of the code. */
export function load(name: string): unknown {
  if (existsSync(CACHE)) return loadWith(name);
  // Newer versions of Node keep what they compiled by themselves.
  (nodeModule as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();
  return nodeRequire(name);
}

/** Keeps what was compiled of all that `run` loads, for the next start. */
export async function keep(run: (load: (name: string) => unknown) => Promise<unknown>): Promise<void> {
  await run(loadWith);
  mkdirSync(CACHE, { recursive: true });
  for (const [name, { script }] of loaded) writeFileSync(join(CACHE, name), script.createCachedData());
}

function loadWith(name: string): unknown {
  if (!name.startsWith("./")) return nodeRequire(name);
  const known = loaded.get(name);
  if (known !== undefined) return known.exports;
  const filename = join(FOLDER, name);
  const cache = join(CACHE, name);
  const text = readFileSync(filename, "utf8");
  const script = new Script(`(function (exports, require, module, __filename) {${text}\n})`, {
    filename,
    ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  });
  const code: Code = { exports: {}, script };
  // Before it runs: files may need each other.
  loaded.set(name, code);
  script.runInThisContext()(code.exports, loadWith, code, filename);
  return code.exports;
}
