// identity.yml names only what is there: its models read files and columns of the sample, and its limits can be taken out.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { limitsWorth, parseCsv, pathOf, text } from "./sample.ts";

type Source = { readonly file?: string; readonly sql?: string; readonly key: string | readonly string[] };
type Example = {
  readonly models: Readonly<Record<string, Source>>;
  readonly identifiers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
const example = parse(text("identity.yml")) as Example;

test("the editor finds the schema by the first line", () => {
  expect(text("identity.yml").split("\n")[0]).toBe(
    "# yaml-language-server: $schema=./src/config/identity.schema.json",
  );
});

test.each(Object.entries(example.models))("%s reads a file of the sample that has its key", (name, model) => {
  const path = model.file ?? model.sql ?? "";
  expect(existsSync(pathOf(path))).toBe(true);
  const read = model.sql === undefined ? path : `data/${name}.csv.gz`;
  if (model.sql !== undefined) expect(text(model.sql)).toContain(`/${name}.csv.gz'`);
  const [header] = parseCsv(text(read));
  for (const column of [model.key].flat()) expect(Object.keys(header ?? {})).toContain(column);
});

test("without limits nothing else is lost", async () => {
  const { withoutLimits } = await limitsWorth();
  const unlimited = parse(withoutLimits(text("identity.yml"))) as Example;
  const kept = Object.entries(example.identifiers).map(([name, identifier]) => {
    const { limit: _limit, max_records: _cap, contested: _policy, ...rest } = identifier;
    return [name, rest];
  });
  expect(unlimited).toEqual({ ...example, identifiers: Object.fromEntries(kept) });
});

test("a score counts pairs", async () => {
  const { score } = await limitsWorth();
  const rows = [
    { identity: "x", person: "1" },
    { identity: "x", person: "1" },
    { identity: "x", person: "2" },
    { identity: "y", person: "2" },
  ];
  expect(score(rows)).toEqual({
    records: 4,
    identities: 2,
    largest: 3,
    precision: 1 / 3,
    recall: 1 / 2,
    f1: 0.4,
  });
});
