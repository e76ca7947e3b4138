// `idweave profile` as a user sees it: the report, its masks and formats, and what `--write` does to identity.yml.
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { writeAdditions } from "../../src/cli/profile-write.ts";
import { DiagnosticError } from "../../src/diagnostics/diagnostic.ts";
import { ensureBuilt, type Project, projectOf } from "./support.ts";

const IDENTITY = `# Who is who
version: 1
entity: customer
targets:
  dev: { type: duckdb, path: customer.duckdb, schema: identity }
models:
  crm: { file: crm.csv, key: id, identifiers: { user_id: user_id, email: email, device: device } }
identifiers:
  user_id: { priority: 1, limit: 1 } # one account each
  email:
    priority: 2
    limit: 3
    normalize: [email]
    ignore:
      - test@test.com # since 2024
    # below
  device: { priority: 3, limit: 10 }

runs: { lock_timeout: 10m }
`;

// Fifteen accounts on a kiosk and one address, two on another, one at home; one address steers the terminal.
const CRM = `id,user_id,email,device
${Array.from({ length: 15 }, (_, index) => `k${index},u${index},Shop@x.example,kiosk`).join("\n")}
a1,u1,noemail@x.example,home
a2,u2,noemail@x.example,home
b1,u3,test@test.com,
b2,u4,"evil\u001b[2J@x.example",
b3,u4,"evil\u001b[2J@x.example",
`;

const projects: Project[] = [];
let project: Project;

beforeAll(ensureBuilt, 180_000);
beforeEach(() => {
  project = projectOf({ "identity.yml": IDENTITY, "crm.csv": CRM });
  projects.push(project);
});
afterAll(() => {
  for (const each of projects) each.remove();
});

const identityYml = () => readFileSync(join(project.path, "identity.yml"), "utf8");

describe("the report", () => {
  test("text, on standard output; nothing is written", async () => {
    const { code, stdout, stderr } = await project.idweave("profile --quiet");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
    expect(stdout).not.toContain("\u001b");
    expect(readdirSync(project.path).sort()).toEqual(["crm.csv", "identity.yml"]);
    expect(identityYml()).toBe(IDENTITY);
  });

  test("masked: no value of anyone, not even in the diff", async () => {
    const { stdout } = await project.idweave("profile --mask --write --quiet");
    expect(stdout).toContain("xxxx@x.xxxxxxx");
    expect(stdout).toContain("identity.yml: 3 entries added");
    for (const value of ["shop@", "noemail", "kiosk", "evil", "u1"]) expect(stdout).not.toContain(value);
    expect(identityYml()).toContain("- shop@x.example");
    const json = await project.idweave("profile --mask --format json");
    expect(JSON.parse(json.stdout)).toMatchObject({ masked: true });
    for (const value of ["shop@", "noemail", "kiosk", "evil"]) expect(json.stdout).not.toContain(value);
  });

  test("JSON, one object", async () => {
    const { code, stdout, stderr } = await project.idweave(
      "profile --format json --identifier email --top 1",
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      entity: "customer",
      target: "dev",
      records: 20,
      records_by_model: [{ model: "crm", records: 20 }],
      identifiers: [
        {
          identifier: "email",
          priority: 2,
          limit: 3,
          records: 19,
          coverage: [{ model: "crm", records: 19, of: 20 }],
          distinct_values: 3,
          linking_values: 3,
          rejected_values: [{ reason: "ignored", values: 1 }],
          shared_values: 0,
          shared_records: 0,
          top_by_records: [
            expect.objectContaining({ value: "shop@x.example", records: 15, is_shared: false }),
          ],
          top_by_identities: [
            {
              value: "shop@x.example",
              records: 15,
              identities: 15,
              counted_by: "user_id",
              is_shared: false,
              others: [
                { identifier: "user_id", values: 15 },
                { identifier: "device", values: 1 },
              ],
            },
          ],
          suspects: [
            expect.objectContaining({ value: "shop@x.example", suspicion: "crowd", remedy: "ignore" }),
            expect.objectContaining({ value: "noemail@x.example", suspicion: "word", remedy: "ignore" }),
          ],
          suspects_found: 2,
          busiest: 2,
        },
      ],
      additions: [{ identifier: "email", ignore: ["shop@x.example", "noemail@x.example"] }],
      masked: false,
      written: false,
      warnings: [],
    });
  });

  test.each([
    ["--format github", "Allowed choices are text, json"],
    ["--top 0", "A whole number from 1 to 9999"],
  ])("%s ends with exit code 2", async (words, said) => {
    const { code, stderr } = await project.idweave(`profile ${words}`);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  test("a wrong identifier", async () => {
    const { code, stderr } = await project.idweave("profile --quiet -i emial");
    expect(code).toBe(1);
    expect(stderr).toContain("error IDW302: There is no identifier `emial`.");
    expect(stderr).toContain("Did you mean `email`?");
  });
});

describe("--write", () => {
  test("adds the entries, shows the diff, and changes nothing else; then there is nothing to add", async () => {
    chmodSync(join(project.path, "identity.yml"), 0o640);
    const { code, stdout } = await project.idweave("profile --write --quiet");
    expect(code).toBe(0);
    expect(stdout.slice(stdout.indexOf("--- identity.yml"))).toMatchSnapshot();
    expect(identityYml()).toBe(
      IDENTITY.replace(
        "      - test@test.com # since 2024\n",
        "      - test@test.com # since 2024\n      - shop@x.example\n      - noemail@x.example\n",
      ).replace("limit: 10 }", "limit: 10, ignore: [kiosk] }"),
    );
    expect(statSync(join(project.path, "identity.yml")).mode & 0o777).toBe(0o640);
    expect(readdirSync(project.path).sort()).toEqual(["crm.csv", "identity.yml"]);
    expect((await project.idweave("check")).code).toBe(0);
    expect((await project.idweave("profile --write --quiet")).stdout).toContain(
      "identity.yml: nothing to add",
    );
  });

  test("a link stays a link", async () => {
    project.write({ "real/identity.yml": IDENTITY });
    const path = projectOf({ "crm.csv": CRM });
    projects.push(path);
    symlinkSync(join(project.path, "real/identity.yml"), join(path.path, "identity.yml"));
    expect((await path.idweave("profile --write --quiet")).code).toBe(0);
    expect(lstatSync(join(path.path, "identity.yml")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(project.path, "real/identity.yml"), "utf8")).toContain("- shop@x.example");
  });

  test("a file that cannot be edited safely: the entries to paste, exit code 1, the file as it was", async () => {
    const anchored = IDENTITY.replace("  email:\n", "  email: &mail\n").replace(
      "\nruns:",
      "  fax: { <<: *mail, priority: 4 }\n\nruns:",
    );
    project.write({ "identity.yml": anchored });
    const { code, stdout, stderr } = await project.idweave("profile --write --quiet");
    expect(code).toBe(1);
    expect(stdout).toContain("To add to identity.yml:");
    expect(stderr).toMatch(/^identity\.yml:10:3: error IDW113: /m);
    expect(stderr).toContain("- shop@x.example");
    expect(identityYml()).toBe(anchored);
    const masked = await project.idweave("profile --write --mask --quiet");
    expect(masked.code).toBe(1);
    expect(masked.stdout + masked.stderr).not.toContain("shop@x.example");
  });

  test("a file that changed while the data was read", () => {
    const additions = [{ identifier: "email", ignore: ["x"], maxRecords: undefined }];
    expect(() => writeAdditions(project.path, `${IDENTITY}# before\n`, additions)).toThrow(DiagnosticError);
    expect(identityYml()).toBe(IDENTITY);
    expect(writeAdditions(project.path, IDENTITY, additions).added).toBe(1);
  });
});
