// What a decision changes, for the person who is about to make it.
import { visible } from "../diagnostics/text.ts";
import { count, eventWords } from "../explain/words.ts";
import type { DecisionRow } from "../render/decisions.ts";
import type { Destination, Proposal } from "../run/decide.ts";

/** How many lines of a list are shown before the rest is counted. */
const SHOWN = 20;

export function proposalText({ rows, effect, isFirst, parts }: Proposal): string {
  const decisions = rows.map((row) => `  ${decisionText(row)}\n`).join("");
  if (isFirst) {
    return `${decisions}\nNothing is published yet; the first run follows ${rows.length === 1 ? "it" : "them"}.\n`;
  }
  const { events, identities, recordsMoved, otherEvents, newlyRefused } = effect;
  const stay = identities.filter(({ before, after }) => before > 0 && after > 0);
  const lines = [
    ...listed(events.map(eventWords)),
    ...listed(stay.map(({ identityId, before, after }) => `${identityId} stays, ${sizes(before, after)}`)),
    ...newlyRefused.map(
      ({ id, blockedBy }) =>
        `The must-link ${visible(id)} is refused from now on, by ${visible(blockedBy ?? "")}.`,
    ),
  ];
  const moved =
    recordsMoved === 0
      ? "No record moves: identities stay as they are, and the decision keeps them so."
      : `${count(recordsMoved, "record")} ${recordsMoved === 1 ? "moves" : "move"} to another identity.`;
  return [
    `${decisions}\n`,
    ...lines.map((line) => `  ${line}\n`),
    lines.length === 0 ? "" : "\n",
    `${moved}\n`,
    partsText(parts),
    otherEvents === 0
      ? ""
      : `The next run changes ${otherEvents.toLocaleString("en")} more identities, since data or configuration changed.\n`,
  ]
    .filter((text) => text !== "")
    .join("");
}

export function decidedText(destination: Destination, isWritten: boolean): string {
  switch (destination.kind) {
    case "table":
      return `\nDecisions are in the table ${destination.table}, which idweave does not write to. Run there:\n\n${destination.insert}\n`;
    case "file":
      return isWritten
        ? `\nWritten to ${destination.path}; the next run follows it.\n`
        : "\nNothing was written.\n";
  }
}

/** `d-007  cannot_link crm:1 orders:2 (reason)` */
function decisionText({ id, decision, a, b, identifier, value, reason, expires_at }: DecisionRow): string {
  const what = [decision, a, b, identifier, value].filter((part) => part !== undefined).join(" ");
  const until = expires_at === undefined ? "" : ` until ${expires_at}`;
  return visible(`${id}  ${what}${until}${reason === undefined ? "" : ` (${reason})`}`);
}

function sizes(before: number, after: number): string {
  return before === after
    ? `with its ${count(after, "record")}`
    : `with ${count(after, "record")} instead of ${before.toLocaleString("en")}`;
}

// Whoever splits wants two identities, and may get more.
function partsText(parts: Proposal["parts"]): string {
  if (parts === undefined) return "";
  const told = (what: string, count: number) =>
    count > 1
      ? `${what} come apart into ${count.toLocaleString("en")} identities; \`idweave decide link\` holds them together.\n`
      : "";
  return told("The records taken out", parts.leaving) + told("The records that stay", parts.staying);
}

function listed(lines: readonly string[]): readonly string[] {
  const rest = lines.length - SHOWN;
  return [...lines.slice(0, SHOWN), ...(rest > 0 ? [`and ${rest.toLocaleString("en")} more`] : [])];
}
