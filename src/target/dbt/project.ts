// What makes a dbt project of its own out of the models and macros: dbt_project.yml, a profile for targets on DuckDB, the
// macros of the user as they are, and the sources that models name.
import type { DuckdbTarget, Target } from "../../config/project.ts";
import type { CompiledFile } from "../script/index.ts";
import { warehouseOutput } from "./adapters.ts";
import type { DbtInput, MacroText } from "./index.ts";
import type { Names } from "./jinja.ts";
import { yaml } from "./yaml.ts";

export function projectFiles(input: DbtInput, names: Names): readonly CompiledFile[] {
  const { project, modelTexts, target } = input;
  const vars = Object.keys(project.vars).length === 0 ? {} : { vars: project.vars };
  const texts = [...modelTexts.values()];
  const sources = sourcesIn(texts);
  const profile = profileOf(project.targets.find(({ name }) => name === target.name));
  return [
    {
      path: "dbt_project.yml",
      text: `${yaml({
        name: names.project,
        version: "1.0.0",
        profile: profile ?? names.project,
        "model-paths": ["models"],
        "macro-paths": ["macros"],
        "seed-paths": ["seeds"],
        "test-paths": ["tests"],
        "clean-targets": ["target"],
        ...vars,
      }).trimStart()}\n`,
    },
    ...(profile === undefined ? [{ path: "profiles.yml", text: `${profileText(input, names)}\n` }] : []),
    ...(sources.length === 0
      ? []
      : [
          {
            path: `models/${names.project}/sources.yml`,
            text: `${yaml({ version: 2, sources }).trimStart()}\n`,
          },
        ]),
    ...macrosOf(input.macros, texts).map(({ file, text }) => ({
      path: `macros/${file.replace(/^.*[/\\]/, "")}`,
      text,
    })),
  ];
}

// Targets of other types than what is written are for another compile; one that names a profile is in the user's own file.
function profileText({ project, target, context, projectFolder }: DbtInput, names: Names): string {
  const outputs = project.targets.flatMap((each) =>
    each.type === context.dialect.name && profileOf(each) === undefined
      ? [[each.name, outputOf(each, projectFolder)] as const]
      : [],
  );
  return yaml({ [names.project]: { target: target.name, outputs: Object.fromEntries(outputs) } }).trimStart();
}

function profileOf(target: Target | undefined): string | undefined {
  return target?.kind === "warehouse" ? target.profile?.name : undefined;
}

function outputOf(target: Target, projectFolder: string) {
  return target.kind === "file"
    ? duckdbOutput(target, projectFolder)
    : warehouseOutput(target, (path) => fromProject(path, projectFolder));
}

// Paths of identity.yml start at its folder, those of dbt at the project's.
function duckdbOutput({ path, schema, threads, memoryLimit }: DuckdbTarget, projectFolder: string) {
  return {
    type: "duckdb",
    path: fromProject(path, projectFolder),
    schema,
    threads: 1,
    settings: {
      file_search_path: projectFolder,
      ...(threads === undefined ? {} : { threads }),
      ...(memoryLimit === undefined ? {} : { memory_limit: memoryLimit }),
    },
  };
}

function fromProject(path: string, projectFolder: string): string {
  const isAbsolute = /^([/\\]|[A-Za-z]:|\{\{)/.test(path);
  return isAbsolute ? path : `${projectFolder}/${path}`;
}

const SOURCE = /\bsource\(\s*(['"])([^'"]+)\1\s*,\s*(['"])([^'"]+)\3\s*\)/g;

function sourcesIn(texts: readonly string[]) {
  const tables = new Map<string, Set<string>>();
  for (const text of texts) {
    for (const [, , schema = "", , table = ""] of text.matchAll(SOURCE)) {
      tables.set(schema, (tables.get(schema) ?? new Set()).add(table));
    }
  }
  return [...tables].sort().map(([schema, names]) => ({
    name: schema,
    schema,
    tables: [...names].sort().map((name) => ({ name })),
  }));
}

/** The user's, and those of idweave that a model or one of these calls. */
function macrosOf(macros: readonly MacroText[], texts: readonly string[]): readonly MacroText[] {
  const chosen = new Set(macros.filter(({ origin }) => origin === "user"));
  const called = (text: string) => [...text.matchAll(/\{[{%][\s\S]*?[%}]\}/g)].map(([tag]) => tag).join("\n");
  for (let before = -1; before < chosen.size; ) {
    before = chosen.size;
    const all = [...texts, ...[...chosen].map(({ text }) => text)].map(called).join("\n");
    for (const macro of macros) {
      const name = macro.file.replace(/^.*[/\\]/, "").replace(/\.sql$/, "");
      if (new RegExp(`\\b${name}\\s*\\(`).test(all)) chosen.add(macro);
    }
  }
  return [...chosen];
}
