// Which files a compile writes, for each thing that it can write. Their text is that of the targets.
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { LoadedProject } from "../run/load.ts";
import type { CompiledFile } from "../target/script/index.ts";
import type { CompileOptions } from "./compile.ts";
import type { Written } from "./compile-format.ts";
import type { Ours } from "./compiled-folder.ts";
import { version } from "./package.ts";

/** Where they go, beside identity.yml. */
export const FOLDERS: Readonly<Record<Written, string>> = {
  script: "target/compiled",
  dbt: "target/dbt",
  airflow: "target/airflow",
};

export type ToWrite = { readonly files: readonly CompiledFile[]; readonly ours: Ours };

/** `folder` is where they will lie, absolute. */
export async function filesToWrite(
  loaded: LoadedProject,
  folder: string,
  options: CompileOptions,
): Promise<ToWrite> {
  switch (options.format.written) {
    case "script": {
      const { scriptFiles } = await import("../target/script/index.ts");
      const { placeOf } = await import("../run/publish.ts");
      const { configHash } = await import("../run/config-hash.ts");
      return {
        files: scriptFiles({
          ...loaded,
          place: placeOf(loaded),
          configHash: configHash(loaded),
          version: version(),
        }),
        ours: { folders: ["", "incremental/", "rollback/"], isOurs: isNumbered },
      };
    }
    case "dbt": {
      const { dbtFiles, oursInDbt } = await import("../target/dbt/index.ts");
      const { configHash } = await import("../run/config-hash.ts");
      const { decisions } = loaded.project;
      const file =
        decisions?.kind === "file" && /\.(csv|tsv)$/i.test(decisions.path) ? decisions.path : undefined;
      const files = dbtFiles({
        ...loaded,
        configHash: configHash(loaded),
        decisions: file === undefined ? undefined : readFileSync(resolve(loaded.folder, file), "utf8"),
        projectFolder: projectFolder(loaded, folder),
        kind: options.part === true ? "package" : "project",
      });
      return { files, ours: oursInDbt(loaded.project) };
    }
    case "airflow": {
      const { dagFile, isDag } = await import("../target/airflow/index.ts");
      const dag = dagFile({
        project: loaded.project,
        target: loaded.target.name,
        variant: options.variant ?? "cli",
        schedule: options.schedule ?? "@daily",
        projectFolder: projectFolder(loaded, folder),
      });
      return { files: [dag], ours: { folders: [""], isOurs: (_path, text) => isDag(text) } };
    }
  }
}

function projectFolder(loaded: LoadedProject, folder: string): string {
  return relative(folder, loaded.folder).replaceAll("\\", "/") || ".";
}

/** Somebody else's numbered file does not begin as ours do. */
function isNumbered(path: string, text: string): boolean {
  const [, number] = /^(?:\w+\/)?(\d{2,})_\w+\.sql$/.exec(path) ?? [];
  return number !== undefined && text.startsWith(`-- ${Number.parseInt(number, 10)}. `);
}
