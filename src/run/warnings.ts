// What a run noticed in the data that does not stop it: models without records, decisions that wait or were refused.
import type { Project } from "../config/index.ts";
import { type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import { work } from "../plan/names.ts";
import type { Row, Warehouse } from "../warehouse/warehouse.ts";
import { count, examples } from "./assertions.ts";
import type { Summary } from "./summary.ts";

/** Refused must-links, with the first cannot-link that refuses each. */
const CONTRADICTIONS = `
  select d.id, coalesce(min(b.blocked_by), 'another') as blocked_by, count(*) over () as found
  from ${work.output("decisions_in_force")} as d
  left join ${work.now("blocked_merges")} as b on b.identifier = 'must_link' and b.value = d.id
  where d.status = 'refused'
  group by d.id, d.decided_at
  order by d.decided_at nulls last, d.id
  limit 5
`;

/** Told once: in the first run in which they count no longer. */
const EXPIRED = `
  select d.id, count(*) over () as found
  from ${work.output("decisions_in_force")} as d
  join ${work.was("decisions_in_force")} as w on w.id = d.id and w.status <> 'expired'
  where d.status = 'expired'
  order by d.decided_at nulls last, d.id
  limit 5
`;

/** One diagnostic of a kind, with up to five examples. Asks for nothing that the summary does not already tell of. */
export async function warningsOf(
  project: Project,
  { recordsByModel, decisions }: Summary,
  warehouse: Warehouse,
  mayBeEmpty: (model: string) => boolean,
): Promise<readonly Diagnostic[]> {
  const counted = new Set(recordsByModel.map(({ model }) => model));
  const empty = project.models.filter(({ name }) => !counted.has(name) && !mayBeEmpty(name));
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
  if (decisions.some(({ status }) => status === "refused")) {
    const rows = await warehouse.query(CONTRADICTIONS);
    const found = rows[0]?.["found"];
    const pairs = rows.map((row) => `${quote(String(row["id"]))} by ${quote(String(row["blocked_by"]))}`);
    const more = Number(found) > pairs.length ? ", …" : "";
    const message = `${count(found, "must-link")} refused because of a cannot-link: ${pairs.join(", ")}${more}.`;
    const hint =
      "The two contradict each other, alone or with the must-links between them, and a cannot-link wins. Withdraw one of the two.";
    diagnostics.push(diagnose("IDW610", message, { span: project.places.of(["decisions"]), hint }));
  }
  if (decisions.some(({ status }) => status === "expired")) {
    const rows = await warehouse.query(EXPIRED);
    const found = rows[0]?.["found"];
    const ids = examples(
      rows.map((row) => row["id"]),
      found,
    );
    if (rows.length > 0) {
      const message = `${count(found, "decision")} expired since the run before: ${ids}.`;
      const hint = "What they decided holds no longer. Set a later `expires_at` to keep it.";
      diagnostics.push(diagnose("IDW619", message, { span: project.places.of(["decisions"]), hint }));
    }
  }
  await tell(
    "agreed",
    "IDW613",
    (found, rows) =>
      `${count(found, "golden_override")} that the data now agrees with: ${listed(rows, found)}.`,
    "Withdraw them, unless the data is not to change the value again.",
  );
  const [unknown] = await warehouse.query(
    // What was issued is looked up only for ids that are asked for, of which there are mostly none.
    `select count(*) as n, min(identity_id) as example
     from ${work.requests}
     where identity_id is not null and identity_id not in (
       select identity_id
       from ${work.was("identities")}
       where identity_id in (select identity_id from ${work.requests})
     )`,
  );
  const found = Number(unknown?.["n"] ?? 0);
  if (found > 0) {
    const message = `${count(found, "erasure request")} for an identity that was never issued, such as ${unknown?.["example"]}; nobody was forgotten for it.`;
    const hint = "An id means the records that the run before left under it. Look for a slip of the pen.";
    diagnostics.push(diagnose("IDW632", message, { span: project.places.of(["forget"]), hint }));
  }
  return diagnostics;
}
