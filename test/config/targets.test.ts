// Targets of warehouses: what is accepted, and every mistake as a user reads it.
import { expect, test } from "vitest";
import { readProject } from "../../src/config/index.ts";
import { project, say } from "./say.ts";

const SNOWFLAKE = "type: snowflake, account: acme-prod, user: IDWEAVE, database: ANALYTICS";

test.each([
  ["a profile of dbt", "type: snowflake, profile: acme, target: prod"],
  ["a profile, and a schema beside it", "type: snowflake, profile: acme, schema: identity"],
  ["a password of the environment", `${SNOWFLAKE}, password: "{{ env_var('SNOWFLAKE_PASSWORD') }}"`],
  ["a key file", `${SNOWFLAKE}, private_key_path: a.p8, private_key_passphrase: "{{ env_var('P') }}"`],
  ["the browser", `${SNOWFLAKE}, authenticator: externalbrowser, role: R, warehouse: W, schema: s`],
  ["BigQuery", "type: bigquery, project: p, dataset: d, location: EU, maximum_bytes_billed: 50GB"],
  ["BigQuery with a key file", "type: bigquery, project: p, keyfile: k.json, maximum_bytes_billed: 1000"],
  ["BigQuery by a profile", "type: bigquery, profile: acme"],
])("%s is accepted", (_, target) => {
  expect(say(project({ targets: `  prod: { ${target} }` }))).toBe("");
});

test("settings are kept as they stand, and the profile is told apart", () => {
  const targets = `  prod: { type: bigquery, profile: acme, target: eu, dataset: "{{ env_var('D') }}", maximum_bytes_billed: 7 }`;
  expect(readProject(project({ targets }), "identity.yml").value?.targets).toEqual([
    {
      kind: "warehouse",
      name: "prod",
      type: "bigquery",
      profile: { name: "acme", target: "eu" },
      settings: { dataset: "{{ env_var('D') }}", maximum_bytes_billed: "7" },
    },
  ]);
});

test.each([
  ["a key of another warehouse", "type: snowflake, profile: acme, dataset: d"],
  ["a misspelt key", "type: bigquery, project: p, datset: d"],
  ["neither profile nor account", "type: snowflake, schema: identity"],
  ["both profile and project", "type: bigquery, profile: acme, project: p"],
  ["a target without its profile", "type: bigquery, project: p, target: prod"],
  ["an account without user and database", "type: snowflake, account: a, authenticator: externalbrowser"],
  ["no way to sign in", SNOWFLAKE],
  ["two ways to sign in", `${SNOWFLAKE}, authenticator: externalbrowser, private_key_path: a.p8`],
  ["an unknown way to sign in", `${SNOWFLAKE}, authenticator: externalbrwser`],
  ["an amount that is none", "type: bigquery, project: p, maximum_bytes_billed: plenty"],
])("%s", (_, target) => {
  expect(say(project({ targets: `  prod: { ${target} }` }))).toMatchSnapshot();
});

test("a secret in the file is an error that does not repeat it", () => {
  for (const secret of ["hunter2", "12345", "'pa''ss'", "[1, 2]"]) {
    const targets = `  prod: { ${SNOWFLAKE}, private_key_path: a.p8,\n    private_key_passphrase: ${secret} }`;
    const { diagnostics } = readProject(project({ targets }), "identity.yml");
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "IDW322 `targets.prod.private_key_passphrase` must come from the environment",
    ]);
  }
});
