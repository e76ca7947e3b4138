// Words that all forms of an explanation share: a change, a tie, a refusal, a status, as a phrase.
import { visible } from "../diagnostics/text.ts";
import type { Change, Event, Refusal, Ruling, Shared, Tie } from "./explanation.ts";

/** `email's limit were 4 (it is 3)`, after "would merge if". */
export function changeWords(change: Change): string {
  switch (change.kind) {
    case "limit":
      return `the limit of ${change.identifier} were ${change.to} (it is ${change.from})`;
    case "withdrawn":
      return `the decision ${visible(change.decisionId)} were withdrawn`;
    case "max_records":
      return `max_records of ${change.identifier} were ${change.to} (it is ${change.from})`;
    case "policy":
      return `contested of ${change.identifier} were ${change.to} (it is ${change.from})`;
  }
}

/** `a limit of email up to 6, without d-004`: what was tried, in few words. */
export function triedWords(tried: readonly Change[]): string {
  const raised = new Map<string, number>();
  const others: string[] = [];
  for (const change of tried) {
    if (change.kind === "limit")
      raised.set(change.identifier, Math.max(change.to, raised.get(change.identifier) ?? 0));
    else if (change.kind === "withdrawn") others.push(`without the decision ${visible(change.decisionId)}`);
    else if (change.kind === "max_records") others.push(`max_records of ${change.identifier} ${change.to}`);
    else others.push(`contested of ${change.identifier} ${change.to}`);
  }
  return [...[...raised].map(([name, to]) => `limit of ${name} up to ${to}`), ...others].join(", ");
}

/** `email a@x.example`, `must_link d-001`. */
export function tieName(tie: Tie): string {
  return tie.kind === "value"
    ? visible(`${tie.identifier} ${tie.value}`)
    : `must_link ${visible(tie.decisionId)}`;
}

/** What else there is to know of a tie: who carries it, or who decided it. */
export function tieDetail(tie: Tie): string {
  return tie.kind === "value" ? `on ${count(tie.records, "record")} of the identity` : ruledBy(tie);
}

export function ruledBy({
  reason,
  decidedBy,
  decidedAt,
}: Pick<Ruling, "reason" | "decidedBy" | "decidedAt">): string {
  const parts = [
    ...(reason === null ? [] : [`"${visible(reason)}"`]),
    ...(decidedBy === null ? [] : [`by ${visible(decidedBy)}`]),
    ...(decidedAt === null ? [] : [`on ${decidedAt.slice(0, 10)}`]),
  ];
  return parts.join(", ");
}

/** One status where both sides say the same. */
export function statusWords({ statusA, statusB }: Shared): string {
  const said = (status: Shared["statusA"]) => status.replace("_", " ");
  return statusA === statusB ? said(statusA) : `${said(statusA)} | ${said(statusB)}`;
}

/** Why a value did not merge: the limit or the decision that said no, and whose the value is. */
export function refusalWords({ identityId, ownerIdentityId, blockedBy, limit, identifier }: Refusal): string {
  const decision = identifier === "must_link" ? "the must-link " : "";
  const by =
    limit === null || identifier === "must_link"
      ? visible(blockedBy)
      : `${visible(blockedBy)} (limit ${limit})`;
  const whose = ownerIdentityId === null ? "nobody keeps it" : `it stays with ${ownerIdentityId}`;
  return `${decision}refused to ${identityId} by ${by}; ${whose}`;
}

/** A row of identity_events as a sentence: `id_b merges into id_a with 3 records (email a@x.example)`. */
export function eventWords(event: Omit<Event, "run" | "occurredAt">): string {
  const { identityId, otherIdentityId, identifier, value, reason } = event;
  const records = count(event.records, "record");
  const because = reason === null || reason === "" ? "" : `: ${visible(reason)}`;
  const cause = identifier === null ? "" : ` (${visible(`${identifier} ${value ?? ""}`)}${because})`;
  switch (event.event) {
    case "created":
      return `${identityId} is new with ${records}`;
    case "merged":
      return `${identityId} merges into ${otherIdentityId} with ${records}${cause}`;
    case "split":
      return `${identityId} splits from ${otherIdentityId} with ${records}`;
    case "moved":
      return `${identityId} gives ${records} to ${otherIdentityId}`;
    case "revived":
      return otherIdentityId === null
        ? `${identityId} comes back with ${records}`
        : `${identityId} comes back from ${otherIdentityId} with ${records}`;
    case "retired":
      return `${identityId} is retired; it had ${records}`;
    case "erased":
      return `${identityId} loses ${records} to erasure`;
    default:
      return `${identityId}: ${event.event}, ${records}`;
  }
}

export function count(number: number, what: string): string {
  const plural = what.endsWith("y") ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${number.toLocaleString("en")} ${number === 1 ? what : plural}`;
}

export function shortTime(time: string | null): string {
  return time === null
    ? ""
    : time
        .slice(0, 19)
        .replace("T", " ")
        .replace(/ 00:00:00$/, "");
}
