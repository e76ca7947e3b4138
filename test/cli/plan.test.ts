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

test("a sample says what it is, in every format, and is the same every time", async () => {
  project.write({ "models/crm.sql": model("b@x.example") });
  const text = await project.idweave("plan -q --full --sample 100%");
  expect(text.code).toBe(0);
  expect(text.stdout).toMatchSnapshot();

  // Of what is in it, and no more: the split of one identity is there whole, or not at all.
  const told = async (words: string) => {
    const { code, stdout } = await project.idweave(`plan -q --full --format json --examples 0 ${words}`);
    return { code, ...JSON.parse(stdout) };
  };
  const whole = await told("");
  expect(whole).toMatchObject({ code: 0, sample: null, counts: { records: 3, splits: 1 } });
  const sizes = new Set<number>();
  for (const seed of [3, 4, 5, 6]) {
    const { sample, counts } = await told(`--sample 50% --seed ${seed}`);
    sizes.add(sample.records);
    expect(sample).toMatchObject({ share: 0.5, of_components: 3, of_records: 3, records: counts.records });
    expect(counts.identities - counts.identities_before).toBe(counts.splits);
  }
  expect(sizes.size).toBeGreaterThan(1);

  const markdown = await project.idweave("plan -q --full --sample 100% --format markdown --fail-on splits>0");
  expect(markdown.code).toBe(3);
  expect(markdown.stdout.split("\n").slice(0, 10).join("\n")).toMatchSnapshot();
  expect(markdown.stderr).toContain('`--fail-on` "splits>0" holds: it is 1 in the sample.');
}, 600_000);

test("an incremental run has no sample: the plan is of all, with a warning", async () => {
  project.write({ "models/crm.sql": model("a@x.example") });
  const { code, stdout, stderr } = await project.idweave("plan -q --sample 5%");
  expect(code).toBe(0);
  expect(stderr).toContain("warning IDW765: `--sample` was left aside: the run would be incremental");
  expect(stdout).toContain("customer: run 2 (incremental) would bring no changes");
}, 600_000);

test.each([
  ["plan --sample 5", "A share of the components, above 0% and up to 100%: 5%."],
  ["plan --sample 0%", "A share of the components"],
  ["plan --sample 101%", "A share of the components"],
  ["plan --sample 5% --seed x", "A whole number from 0 on."],
  ["plan --seed 3", "say how much with --sample"],
  ["plan --fail-on splits", "A condition is a name"],
  ["plan --fail-on split>3", "Did you mean `splits`?"],
  ["plan --since 2024-01-01", "name it with --model"],
  ["run --until 2024-01-01", "name it with --model"],
])("idweave %s ends with exit code 2", async (words, said) => {
  const { code, stderr } = await project.idweave(words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
