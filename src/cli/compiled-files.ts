// Which files a compile writes, for each thing that it can write. Their text is that of the targets.
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Project } from "../config/index.ts";
import type { LoadedProject } from "../run/load.ts";
import type { DagInput } from "../target/airflow/index.ts";
import type { CompiledFile } from "../target/script/index.ts";
import type { CompileOptions } from "./compile.ts";
import type { Written } from "./compile-format.ts";
import type { Ours } from "./compiled-folder.ts";
import { version } from "./package.ts";

/** Where they go, beside identity.yml. */
const FOLDERS: Readonly<Record<Written, string>> = {
  script: "target/compiled",
  dbt: "target/dbt",
  airflow: "target/airflow",
};

const DBT_TESTS = "target/dbt_tests";

export function folderOf({ format, tests }: CompileOptions): string {
  return tests === true ? DBT_TESTS : FOLDERS[format.written];
}

export type ToWrite = { readonly files: readonly CompiledFile[]; readonly ours: Ours };

/** `folder` is where they will lie, absolute. */
export async function filesToWrite(
  loaded: LoadedProject,
  folder: string,
  options: CompileOptions,
): Promise<ToWrite> {
  switch (options.format.written) {
    case "script":
      return {
        files: await scriptsOf(loaded),
        ours: { folders: ["", "incremental/", "rollback/"], isOurs: isNumbered },
      };
    case "dbt": {
      if (options.tests === true) return testsInDbt(loaded.project, options);
      const { dbtFiles, oursInDbt } = await import("../target/dbt/index.ts");
      const { configHash } = await import("../run/config-hash.ts");
      const { decisions } = loaded.project;
      const file =
        decisions?.kind === "file" && /\.(csv|tsv)$/i.test(decisions.path) ? decisions.path : undefined;
      const files = dbtFiles({
        ...loaded,
        configHash: configHash(loaded),
        version: version(),
        decisions: file === undefined ? undefined : readFileSync(resolve(loaded.folder, file), "utf8"),
        projectFolder: projectFolder(loaded, folder),
        kind: options.part === true ? "package" : "project",
        cases: [],
      });
      return { files, ours: oursInDbt(loaded.project) };
    }
    case "airflow": {
      const { dagFile, isDag } = await import("../target/airflow/index.ts");
      const dag = dagFile({
        project: loaded.project,
        target: loaded.target.name,
        runs: await runsOf(loaded, options),
        schedule: options.schedule ?? "@daily",
        projectFolder: projectFolder(loaded, folder),
      });
      return { files: [dag], ours: { folders: [""], isOurs: (_path, text) => isDag(text) } };
    }
  }
}

/** The SQL of a run, as `--format script` writes it. */
export async function scriptsOf(loaded: LoadedProject): Promise<readonly CompiledFile[]> {
  const { scriptFiles } = await import("../target/script/index.ts");
  const { placeOf } = await import("../run/publish.ts");
  const { configHash } = await import("../run/config-hash.ts");
  return scriptFiles({
    ...loaded,
    place: placeOf(loaded),
    configHash: configHash(loaded),
    version: version(),
  });
}

async function runsOf(
  loaded: LoadedProject,
  { variant = "cli", connection }: CompileOptions,
): Promise<DagInput["runs"]> {
  if (variant !== "sql") return { variant };
  const { context, target } = loaded;
  // problemsInSqlDag has refused it.
  if (target.kind === "file") throw new Error("a DAG of the variant sql has a warehouse");
  const { placeOf } = await import("../run/publish.ts");
  const location = target.settings.get("location")?.text;
  return { variant, warehouse: target.type, context, place: placeOf(loaded), connection, location };
}

/** The project that reads the fixtures of the tests, in a database beside it. */
async function testsInDbt(of: Project, options: CompileOptions): Promise<ToWrite> {
  const { dbtFiles, oursInDbt } = await import("../target/dbt/index.ts");
  const { inJinja, DBT_ENVIRONMENT } = await import("../target/dbt/jinja.ts");
  const { configHash } = await import("../run/config-hash.ts");
  const { snapshotsOf } = await import("../testing/snapshots.ts");
  const { loaded, fixtures, decisions, cases } = await snapshotsOf({
    project: options.project,
    env: DBT_ENVIRONMENT,
  });
  const pathOf = (model: string) => `test/${model}`;
  const project: Project = {
    ...loaded.project,
    entity: `${of.entity}_tests`,
    // Decisions are in force as in `idweave test`, whose runs are later than everything.
    vars: { ...of.vars, idweave_as_of: LATER },
    models: loaded.project.models.map((model) => ({
      ...model,
      source: { kind: "sql", path: pathOf(model.name) },
    })),
    decisions: decisions === undefined ? undefined : { kind: "file", path: "decisions.csv" },
  };
  const files = dbtFiles({
    ...loaded,
    project,
    macros: [],
    modelTexts: new Map([...fixtures].map(([model, select]) => [pathOf(model), inJinja(select)])),
    configHash: configHash(loaded),
    version: version(),
    decisions,
    projectFolder: ".",
    kind: "project",
    cases,
  });
  return { files, ours: oursInDbt(project) };
}

const LATER = "2100-01-01";

function projectFolder(loaded: LoadedProject, folder: string): string {
  return relative(folder, loaded.folder).replaceAll("\\", "/") || ".";
}

/** Somebody else's numbered file does not begin as ours do. */
function isNumbered(path: string, text: string): boolean {
  const [, number] = /^(?:\w+\/)?(\d{2,})_\w+\.sql$/.exec(path) ?? [];
  return number !== undefined && text.startsWith(`-- ${Number.parseInt(number, 10)}. `);
}
