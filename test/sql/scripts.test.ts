// How the scripts of a warehouse write statements, where the golden files have no case of it.
import { expect, test } from "vitest";
import { bigqueryFlow } from "../../src/target/script/bigquery.ts";

test.each([
  ["a line as it is", "select '\\d' as x", `r"""\nselect '\\d' as x\n"""`],
  ["what ends a raw string", `select '"""\\d' as x`, `'select \\'"""\\\\d\\' as x'`],
])("a statement that BigQuery runs with a parameter: %s", (_, sql, quoted) => {
  const steps = [{ kind: "statement", sql, using: "idw_since" }] as const;
  const file = bigqueryFlow.file({
    header: [],
    parameters: [],
    variables: [],
    result: "idw_done",
    first: [],
    steps,
  });
  expect(file).toContain(`execute immediate ${quoted}\nusing idw_since as idw_since;`);
});
