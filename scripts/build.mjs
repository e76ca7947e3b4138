// Builds dist/ from src/: the TypeScript compiler checks and writes the types, the bundler the code. What a start loads is
// in few files, knows the schema by heart and is already compiled for this Node (src/cli/code-cache.ts), since reading
// hundreds of small modules takes longer than compiling a project. The new folder takes the place of the old one in the end, so that a build under way leaves the last one usable.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import standalone from "ajv/dist/standalone/index.js";
import { rolldown } from "rolldown";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const fresh = `dist.${process.pid}`;
const SCHEMA_CHECK = at("src/config/schema-check.ts");
/** Native code cannot be bundled, and must load only when a database is opened; the drivers of warehouses may be missing. */
const EXTERNAL = /^(node:|@duckdb\/|snowflake-sdk|@google-cloud\/|pg$)/;
const COMPILES =
  /schema-check|\/src\/(config|jinja|plan|render|sql|dialect|target)\/|\/src\/run\/(load|data-files|files|errors|publish)\.ts$|\/node_modules\/(?!commander\/)/;

try {
  const built = spawnSync(
    process.execPath,
    [tsc, "-p", "tsconfig.json", "--emitDeclarationOnly", "--outDir", fresh],
    { cwd: root, stdio: "inherit" },
  );
  if (built.status !== 0) throw new Error("the types are wrong");
  const libraries = await bundle(await schemaCheckCode());
  writeFileSync(at(`${fresh}/THIRD-PARTY-LICENSES.txt`), licences(libraries));
  chmodSync(at(`${fresh}/cli/main.js`), 0o755);
  keepCompiled();
  if (existsSync(at("dist"))) renameSync(at("dist"), at(`${fresh}.old`));
  renameSync(at(fresh), at("dist"));
  rmSync(at(`${fresh}.old`), { recursive: true, force: true });
} catch (error) {
  rmSync(at(fresh), { recursive: true, force: true });
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** What takes the place of src/config/schema-check.ts: the same functions, made by ajv now and not at every start. */
async function schemaCheckCode() {
  const source = await rolldown({ input: SCHEMA_CHECK, external: /^ajv/ });
  const { output } = await source.generate({ format: "esm" });
  await source.close();
  const file = at(`${fresh}/schema-check.mjs`);
  writeFileSync(file, output[0].code);
  const { compiler, SCHEMAS } = await import(file);
  rmSync(file);
  const names = Object.keys(SCHEMAS);
  return standalone.default(compiler(true), Object.fromEntries(names.map((name) => [name, name])));
}

/** Writes the code; returns the folders of the libraries that went into it. */
async function bundle(schemaCheck) {
  const code = await rolldown({
    input: { command: at("src/cli/command.ts"), index: at("src/index.ts") },
    platform: "node",
    external: EXTERNAL,
    // Of its two builds the one that can be bundled in part.
    resolve: { alias: { yaml: at("node_modules/yaml/browser/index.js") } },
    onLog,
    plugins: [
      {
        name: "schema-check",
        resolveId: (id) => (id === "schema-check-code" ? "\0schema-check.cjs" : undefined),
        load(id) {
          if (id === "\0schema-check.cjs") return schemaCheck;
          if (id !== SCHEMA_CHECK) return undefined;
          return `import checks from "schema-check-code"; export const schemaCheck = (name) => checks[name];`;
        },
      },
    ],
  });
  const { output } = await code.write({
    dir: at(`${fresh}/code`),
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    // What src/cli/code-cache.ts runs cannot import(), only require(): the drivers of warehouses.
    dynamicImportInCjs: false,
    // All that a compile needs in one file, and what every verb needs in another.
    codeSplitting: {
      groups: [
        { name: "diagnostics", test: /\/src\/diagnostics\//, priority: 1 },
        { name: "compile", test: COMPILES },
      ],
    },
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await code.close();
  const library = output.find(({ name, isEntry }) => isEntry && name === "index");
  const names = library.exports.join(", ");
  writeFileSync(
    at(`${fresh}/index.js`),
    `import code from "./code/index.cjs";\nexport const { ${names} } = code;\n`,
  );
  const start = await rolldown({
    input: { "cli/main": at("src/cli/main.ts"), "code/code-cache": at("src/cli/code-cache.ts") },
    platform: "node",
    onLog,
  });
  await start.write({ dir: at(fresh), format: "esm", entryFileNames: "[name].js" });
  await start.close();
  const modules = output.flatMap(({ moduleIds }) => moduleIds);
  const folders = modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id) ?? []);
  return [...new Set(folders)].sort();
}

function onLog(level, log) {
  // What one verb wants at once, another may want later.
  if (log.code === "INEFFECTIVE_DYNAMIC_IMPORT") return;
  throw new Error(`${level} of the bundler: ${log.message}`);
}

/** Compiles the worked example once, and keeps what V8 made of the code that this took. */
function keepCompiled() {
  const kept = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { keep } from ${JSON.stringify(new URL(`${fresh}/code/code-cache.js`, root).href)};
       await keep((load) => load("./command.cjs").ended);`,
      "idweave",
      "compile",
      "--out",
      at(`${fresh}/compiled`),
    ],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  if (kept.status !== 0) throw new Error("the worked example does not compile");
  rmSync(at(`${fresh}/compiled`), { recursive: true });
}

function licences(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
  });
  return `The code of this package holds parts of these libraries.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
