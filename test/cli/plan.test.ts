// `idweave plan` as a user sees it: the text, the Markdown of a pull request, JSON, and the exit codes of a pipeline.
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuilt, identityYml, projectOf } from "./support.ts";

beforeAll(ensureBuilt, 180_000);

const model = (email: string) => `select *
from (
  values (1, 'u1', 'a@x.example', 'Ann'), (2, null, '${email}', 'B|o\`'), (3, 'u3', 'c@x.example', 'Cy')
) as rows_of_crm (id, user_id, email, name)
`;
const yml = identityYml("golden_record: { attributes: { name: max } }\n").replace(
  "identifiers: { user_id: user_id, email: email }",
  "identifiers: { user_id: user_id, email: email }\n    attributes: [name]",
);
const project = projectOf({ "identity.yml": yml, "models/crm.sql": model("a@x.example") });
afterAll(project.remove);

test("what a run would change, and whether a pipeline goes on", async () => {
  expect((await project.idweave("run -q")).code).toBe(0);
  const nothing = await project.idweave("plan -q");
  expect(nothing.code).toBe(0);
  expect(nothing.stdout).toContain("would bring no changes; compared with run 1.");

  project.write({ "models/crm.sql": model("b@x.example") });
  const text = await project.idweave("plan -q --fail-on splits>5");
  expect(text.code).toBe(0);
  expect(text.stdout).toMatchSnapshot();

  const markdown = await project.idweave("plan --format markdown --fail-on splits>0");
  expect(markdown.code).toBe(3);
  expect(markdown.stdout).toMatchSnapshot();
  expect(markdown.stderr).toContain('error IDW762: `--fail-on` "splits>0" holds: it is 1.');

  const json = await project.idweave("plan --format json --examples 0 --fail-on golden_values>=1");
  expect(json).toMatchObject({ code: 3, stderr: "" });
  expect(JSON.parse(json.stdout)).toMatchObject({
    run: 2,
    counts: { splits: 1, golden_values: 1, "golden_values.name": 1 },
    identities: [{ event: "split", found: 1, examples: [] }],
    failed: [{ condition: "golden_values>=1", name: "golden_values", value: 1 }],
  });
}, 600_000);

test.each([
  ["plan --fail-on splits", "A condition is a name"],
  ["plan --fail-on split>3", "Did you mean `splits`?"],
  ["plan --since 2024-01-01", "name it with --model"],
  ["run --until 2024-01-01", "name it with --model"],
])("idweave %s ends with exit code 2", async (words, said) => {
  const { code, stderr } = await project.idweave(words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
