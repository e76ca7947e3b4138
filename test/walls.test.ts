// The walls between rooms (ARCHITECTURE.md): which room may import which, which library has which door, and which rooms
// may touch the outside world. Reads the import lines of src/.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const SRC = join(import.meta.dirname, "..", "src");

/** A room may import itself and the rooms listed. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  diagnostics: [],
  sql: [],
  config: ["diagnostics"],
  jinja: ["diagnostics"],
  plan: ["config", "diagnostics"],
  dialect: ["sql"],
  render: ["plan", "jinja", "config", "diagnostics", "dialect", "sql"],
  target: ["render", "plan", "config", "diagnostics", "dialect", "sql"],
  explain: ["config", "diagnostics"],
  warehouse: [],
  run: ["warehouse", "explain", "render", "plan", "jinja", "config", "diagnostics", "dialect", "sql"],
  testing: [
    "run",
    "warehouse",
    "explain",
    "render",
    "plan",
    "jinja",
    "config",
    "diagnostics",
    "dialect",
    "sql",
  ],
  cli: ["testing", "run", "explain", "target", "render", "plan", "config", "diagnostics", "dialect", "sql"],
  "": ["testing", "run", "explain", "target", "config", "diagnostics", "plan"],
};

/** Each dependency has one door. */
const DOORS: Readonly<Record<string, string>> = {
  yaml: "config",
  ajv: "config",
  nunjucks: "jinja",
  knex: "sql",
  commander: "cli",
  "@duckdb/node-api": "warehouse",
  "@google-cloud/bigquery": "warehouse",
  "snowflake-sdk": "warehouse",
  pg: "warehouse",
};

const OUTSIDE_ROOMS = ["cli", "run", "testing", "warehouse"];

/** Modules that compute and touch nothing. */
const PURE_NODE = ["node:crypto", "node:path"];

type Import = { readonly file: string; readonly room: string; readonly from: string };

function files(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return name.endsWith(".ts") && !name.endsWith(".d.ts") ? [path] : [];
  });
}

function roomOf(file: string): string {
  const parts = relative(SRC, file).split("/");
  return parts.length === 1 ? "" : (parts[0] ?? "");
}

const SOURCES = files(SRC).map((file) => ({ file, text: readFileSync(file, "utf8") }));
const IMPORTS: readonly Import[] = SOURCES.flatMap(({ file, text }) =>
  [...text.matchAll(/^(?:import|export)\b[^";]*from "([^"]+)"|\bimport\("([^"]+)"\)/gm)].map((match) => ({
    file,
    room: roomOf(file),
    from: match[1] ?? match[2] ?? "",
  })),
);

const shown = ({ file, from }: Import) => `${relative(SRC, file)} imports ${from}`;

describe("walls", () => {
  test("every room is known", () => {
    expect([...new Set(IMPORTS.map(({ room }) => room))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  test("rooms import only to the right", () => {
    const wrong = IMPORTS.filter(({ file, room, from }) => {
      if (!from.startsWith(".")) return false;
      const other = roomOf(join(file, "..", from));
      return other !== room && !MAY_IMPORT[room]?.includes(other);
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  test("files import in no circle", () => {
    const edges = new Map<string, readonly string[]>();
    for (const { file, text } of SOURCES) {
      const runtime = text.replaceAll(/(import|export) type [^;]*;/g, "");
      edges.set(
        file,
        [...runtime.matchAll(/from "(\.[^"]+)"/g)].map((match) => join(file, "..", match[1] ?? "")),
      );
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, open: readonly string[]): void => {
      if (open.includes(file))
        circles.push([...open.slice(open.indexOf(file)), file].map((f) => relative(SRC, f)).join(" → "));
      if (done.has(file) || open.includes(file)) return;
      for (const next of edges.get(file) ?? []) visit(next, [...open, file]);
      done.add(file);
    };
    for (const file of edges.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  test("each dependency has one door", () => {
    const wrong = IMPORTS.filter(({ room, from }) => {
      if (from.startsWith(".") || from.startsWith("node:")) return false;
      const name = Object.keys(DOORS).find((library) => from === library || from.startsWith(`${library}/`));
      return name === undefined || DOORS[name] !== room;
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  test("only cli, run and warehouse touch files, clocks, environment or network", () => {
    const wrong = IMPORTS.filter(
      ({ room, from }) =>
        from.startsWith("node:") && !OUTSIDE_ROOMS.includes(room) && !PURE_NODE.includes(from),
    ).map(shown);
    const worldly = SOURCES.filter(
      ({ file, text }) =>
        !OUTSIDE_ROOMS.includes(roomOf(file)) &&
        /\bprocess\.|\bDate\.now\(|new Date\(\)|\bfetch\(/.test(text),
    ).map(({ file }) => `${relative(SRC, file)} asks the outside world`);
    expect([...wrong, ...worldly]).toEqual([]);
  });

  test("nobody outside dialect/ asks which dialect it is", () => {
    const wrong = SOURCES.filter(
      ({ file, text }) =>
        ["render", "plan", "run", "target"].includes(roomOf(file)) &&
        /dialect\.name\s*[=!]==|=== "(duckdb|snowflake|bigquery|postgres)"/.test(text),
    ).map(({ file }) => relative(SRC, file));
    expect(wrong).toEqual([]);
  });

  test("no file is longer than 400 lines", () => {
    const long = SOURCES.filter(({ text }) => text.split("\n").length > 401).map(({ file }) =>
      relative(SRC, file),
    );
    expect(long).toEqual([]);
  });
});
