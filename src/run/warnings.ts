// What a run noticed in the data that does not stop it: models without records, decisions that wait or were refused.
import type { Project } from "../config/index.ts";
import { type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { work } from "../plan/names.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { count, examples } from "./assertions.ts";
import type { Summary } from "./summary.ts";

/** One diagnostic of a kind, with up to five examples. Asks for nothing that the summary does not already tell of. */
export async function warningsOf(
  project: Project,
  { recordsByModel, decisions }: Summary,
  warehouse: Warehouse,
): Promise<readonly Diagnostic[]> {
  const counted = new Set(recordsByModel.map(({ model }) => model));
  const empty = project.models.filter(({ name }) => !counted.has(name));
  const diagnostics = empty.map(({ name }) => {
    const hint = "Its source is empty, or every row is rejected (see rejected_records).";
    return diagnose("IDW509", `The model ${name} has no records.`, {
      span: project.places.of(["models", name]),
      hint,
    });
  });
  const tell = async (
    status: string,
    code: DiagnosticCode,
    message: (found: number, rows: readonly Row[]) => string,
    hint: string,
  ): Promise<void> => {
    const found = decisions.find((each) => each.status === status)?.decisions ?? 0;
    if (found === 0) return;
    const rows = await warehouse.query(
      `select id, a, b from ${work.output("decisions_in_force")} where status = '${status}' order by decided_at nulls last, id limit 5`,
    );
    diagnostics.push(diagnose(code, message(found, rows), { span: project.places.of(["decisions"]), hint }));
  };
  const listed = (rows: readonly Row[], found: number) =>
    examples(
      rows.map((row) => row["id"]),
      found,
    );
  await tell(
    "unknown_record",
    "IDW607",
    (found, rows) => `${count(found, "decision")} about a record that no model has: ${listed(rows, found)}.`,
    "They wait until it appears. A record is written as `model:key`, or as an identity id.",
  );
  await tell(
    "refused",
    "IDW610",
    (found, rows) => `${count(found, "must-link")} refused because of a cannot-link: ${listed(rows, found)}.`,
    "Withdraw one of the two; blocked_merges names the cannot-link of each.",
  );
  await tell(
    "agreed",
    "IDW613",
    (found, rows) =>
      `${count(found, "golden_override")} that the data now agrees with: ${listed(rows, found)}.`,
    "Withdraw them, unless the data is not to change the value again.",
  );
  const [unknown] = await warehouse.query(
    `select count(*) as n, min(identity_id) as example from ${work.requests} where identity_id is not null and identity_id not in (select identity_id from ${work.was("identities")})`,
  );
  const found = Number(unknown?.["n"] ?? 0);
  if (found > 0) {
    const message = `${count(found, "erasure request")} for an identity that was never issued, such as ${unknown?.["example"]}; nobody was forgotten for it.`;
    const hint = "An id means the records that the run before left under it. Look for a slip of the pen.";
    diagnostics.push(diagnose("IDW632", message, { span: project.places.of(["forget"]), hint }));
  }
  return diagnostics;
}
