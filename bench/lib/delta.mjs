// The shop on sources that bench/children/split.mjs has split into a base and deltas.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { KEYS, makeProject } from "./shop.mjs";

/** Per cent of the records, in buckets of ten thousand. */
export const DELTAS = [
  { name: "1", buckets: 100 },
  { name: "0.1", buckets: 10 },
  { name: "0.01", buckets: 1 },
];

/** Writes the project into `folder`; the base, and the delta if there is one, are the files of its globs. */
export function deltaProject({ folder, split, variant, delta, threads }) {
  makeProject({ folder, data: split, threads });
  const file = join(folder, "identity.yml");
  const document = parseDocument(readFileSync(file, "utf8"));
  rmSync(join(folder, "data"));
  for (const model of Object.keys(KEYS)) {
    document.setIn(["models", model, "file"], `data/${model}/*.parquet`);
    if (variant === "watermark") document.setIn(["models", model, "changes"], { watermark: "loaded_at" });
    mkdirSync(join(folder, "data", model), { recursive: true });
    for (const name of ["base", ...(delta === undefined ? [] : [delta])]) {
      symlinkSync(join(split, model, `${name}.parquet`), join(folder, "data", model, `${name}.parquet`));
    }
  }
  writeFileSync(file, String(document));
  return folder;
}
