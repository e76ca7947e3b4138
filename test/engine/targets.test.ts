// Targets of warehouses on this machine: where profiles.yml is found, what it comes to, and that secrets stay where they are.
import { afterEach, expect, test } from "vitest";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";
import { connectionOf } from "../../src/run/connection.ts";
import { withoutSecretValues } from "../../src/run/hidden.ts";
import { loadProject } from "../../src/run/load.ts";
import { placeOf } from "../../src/run/publish.ts";
import { run } from "../../src/run/run.ts";
import { secretForScript } from "../../src/run/secret.ts";
import { project } from "../config/say.ts";
import { type Folder, folderOf } from "./run-project.ts";

let folder: Folder | undefined;
afterEach(() => {
  folder?.remove();
  folder = undefined;
});

const MODELS = "  crm: { table: raw.crm, key: id, identifiers: { email: email } }";

const PROFILES = `acme:
  target: "{{ env_var('ACME_TARGET', 'dev') }}"
  outputs:
    dev: { type: snowflake, account: acme-dev, user: ada, password: hunter2, database: DEV, schema: dbt_ada }
    prod:
      type: snowflake
      account: acme-prod
      user: IDWEAVE
      password: "{{ env_var('ACME_PASSWORD') }}"
      database: ANALYTICS
      schema: DBT
    eu: { type: bigquery, method: oauth-secrets, project: acme-eu, schema: dbt, maximum_bytes_billed: 1000 }
`;

function loaded(target: string, env: Readonly<Record<string, string>> = {}, profiles = PROFILES) {
  folder = folderOf({
    "identity.yml": project({ targets: `  prod: { ${target} }`, models: MODELS }),
    "profiles.yml": profiles,
  });
  const sources = new Map<string, string>();
  const { value, diagnostics } = loadProject(
    { project: folder.path, env, profilesDir: folder.path },
    sources,
  );
  const said = formatDiagnostics(diagnostics, "text", { sources });
  return { value, said: said.replaceAll(/\S*\/([\w.]+)(?=[:\s,;])/g, "$1"), sources };
}

test.each([
  ["type: snowflake, profile: acme", {}, { catalog: "DEV", schema: "dbt_ada" }],
  ["type: snowflake, profile: acme", { ACME_TARGET: "prod" }, { catalog: "ANALYTICS", schema: "DBT" }],
  [
    "type: snowflake, profile: acme, target: prod, schema: identity",
    {},
    { catalog: "ANALYTICS", schema: "identity" },
  ],
  ["type: bigquery, profile: acme, target: eu", {}, { catalog: "acme-eu", schema: "dbt" }],
  [`type: bigquery, project: "{{ env_var('P') }}"`, { P: "p-1" }, { catalog: "p-1", schema: "identity" }],
])("%s", (target, env, place) => {
  const { value, said } = loaded(target, env);
  expect(said).toBe("");
  expect(value && placeOf(value)).toEqual({ ...place, prefix: "" });
});

test("an environment variable of a credential is not read to know where results go", () => {
  const seen: string[] = [];
  const env = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => void seen.push(String(name)),
      getOwnPropertyDescriptor: (_, name) => void seen.push(String(name)),
    },
  );
  expect(loaded("type: snowflake, profile: acme, target: prod", env).said).toBe("");
  expect(seen).not.toContain("ACME_PASSWORD");
});

test.each([
  ["no such profile", "type: snowflake, profile: acmee"],
  ["no such output", "type: snowflake, profile: acme, target: prd"],
  ["an output of another type", "type: snowflake, profile: acme, target: eu"],
])("%s", (_, target) => {
  const { said } = loaded(target);
  expect(said).toMatch(/IDW713/);
  expect(said.replaceAll(/\S*idweave-\S*\//g, "")).toMatchSnapshot();
});

test("a code frame of profiles.yml does not show its passwords", () => {
  const { said, sources } = loaded("type: bigquery, profile: acme, target: dev");
  expect(said).toContain("password: *******");
  expect([said, ...sources.values()].join("")).not.toContain("hunter2");
});

test.each([
  ["password: hunter2", "password: *******"],
  ['{ password: "hun, ter", user: a }', "{ password: **********, user: a }"],
  ["password: \"{{ env_var('P') }}\"", "password: \"{{ env_var('P') }}\""],
  ["private_key_passphrase: 'it''s'", "private_key_passphrase: *******"],
])("%s", (text, shown) => expect(withoutSecretValues(text)).toBe(shown));

test("settings that cannot be used are told all at once, and no secret with them", () => {
  const { value } = loaded("type: bigquery, profile: acme, target: eu, keyfile: no.json");
  if (value === undefined || value.target.kind === "file") throw new Error("no target");
  const { target } = value;
  const failure = (() => {
    try {
      connectionOf(target, { ...value, env: {} });
      return undefined;
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toBeInstanceOf(DiagnosticError);
  const { diagnostics } = failure as DiagnosticError;
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "IDW714 The target `prod` signs in by `oauth-secrets`, which idweave does not.",
    "IDW714 The target `prod` names a key file that cannot be read.",
  ]);
});

test("messages of a driver lose the password", () => {
  const { value } = loaded("type: snowflake, profile: acme");
  if (value === undefined || value.target.kind === "file") throw new Error("no target");
  const { hide } = connectionOf(value.target, { ...value, env: {} });
  expect(hide("cannot sign in as ada with hunter2")).toBe("cannot sign in as ada with ***");
});

test("what works on DuckDB only says so", async () => {
  loaded("type: snowflake, profile: acme");
  const failure = await run({ project: folder?.path ?? "", env: {} }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DiagnosticError);
  expect((failure as DiagnosticError).diagnostics.map(({ code }) => code)).toContain("IDW712");
});

/** A project on a warehouse, with more keys. */
function withKeys(keys: string) {
  folder = folderOf({
    "identity.yml": `${project({ targets: "  prod: { type: bigquery, project: p-1 }", models: MODELS })}\n${keys}\n`,
  });
  return loadProject({ project: folder.path, env: {} });
}

test.each(["decisions", "forget"])("%s in a file is nothing that a warehouse reads", (key) => {
  const { value, diagnostics } = withKeys(`${key}: rows.csv`);
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code, message, hint }) => `${code} ${message} ${hint}`)).toEqual([
    `IDW712 \`${key}\` is a file, which bigquery (target \`prod\`) does not read. Load it into a table, and name that: \`${key}: { table: schema.table }\`.`,
  ]);
});

test("a run in a warehouse hands over the secret of the project, and is not begun without it", () => {
  const { value } = withKeys("forget: { table: raw.requests }");
  if (value === undefined) throw new Error("no project");
  const secret = "a secret of twenty-six..";
  expect(() => secretForScript(value, {})).toThrow("`forget` needs the secret of the project");
  expect(() => secretForScript(value, { IDWEAVE_SECRET: "short" })).toThrow("fewer than 16 characters");
  expect(secretForScript(value, { IDWEAVE_SECRET: secret })).toBe(secret);
  folder?.write({ ".idweave-secret": `${secret}\n` });
  expect(secretForScript(value, {})).toBe(secret);
  expect(secretForScript({ ...value, project: { ...value.project, forget: undefined } }, {})).toBeUndefined();
});
