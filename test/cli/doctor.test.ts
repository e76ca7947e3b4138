// `idweave doctor` as a user meets it, on DuckDB; on warehouses it is held by test/warehouses.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, projectOf } from "./support.ts";

const YML = (path: string) => `version: 1
entity: customer
targets: { dev: { type: duckdb, path: customer.duckdb } }
models: { crm: { file: ${path}, key: id, identifiers: { email: email } } }
identifiers: { email: { priority: 1, normalize: [email], valid: '[^@ ]+@[^@ ]+' } }
`;

const project = projectOf({ "identity.yml": YML("crm.csv"), "crm.csv": "id,email\n1,a@x.com\n" });
beforeAll(ensureBuilt, 180_000);
afterAll(project.remove);

test("a target that is well, with parity", async () => {
  const { code, stdout, stderr } = await project.idweave("doctor --parity");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^dev \(duckdb\), idweave \S+\n\n {2}ok {5}connection {2}DuckDB v\S+\n/);
  expect(stdout).toMatch(/ok {5}parity {6}\d\d expressions on 1\d\d values, 0 differences\n$/);
});

test("a model that cannot be read", async () => {
  project.write({ "identity.yml": YML("nosuch.csv") });
  const { code, stdout, stderr } = await project.idweave("doctor");
  expect(code).toBe(1);
  expect(stdout).toMatch(/wrong {2}models/);
  expect(stderr).toMatch(/IDW717.*nosuch\.csv/);
});

// The built command runs its own code in a way of its own (src/cli/code-cache.ts), from which a driver must still load.
test("a database that does not answer", async () => {
  const target = "{ type: postgres, host: 127.0.0.1, port: 1, user: u, dbname: d, schema: s }";
  project.write({
    "identity.yml": YML("crm.csv")
      .replace(/{ type: duckdb[^}]*}/, target)
      .replace("file: crm.csv", "table: crm"),
  });
  const { code, stderr } = await project.idweave("doctor");
  expect(stderr).toMatch(
    /error IDW708: The target `dev` cannot be opened: connect ECONNREFUSED 127\.0\.0\.1:1/,
  );
  expect(code).toBe(1);
});
