// A change of an identity as a sentence: a row of identity_events, told before it is published.
import { visible } from "../diagnostics/text.ts";
import type { Happening } from "../run/preview.ts";

/** `id_b merges into id_a with 3 records (email a@x.example)` */
export function happeningText(happening: Happening): string {
  const { event, identityId, otherIdentityId, identifier, value, reason } = happening;
  const records = recordsText(happening.records);
  const cause = identifier === null ? "" : ` (${visible(`${identifier} ${value ?? ""}`)}${because(reason)})`;
  switch (event) {
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
    case "created":
      return `${identityId} is new with ${records}`;
    case "retired":
      return `${identityId} is retired; it had ${records}`;
    case "erased":
      return `${identityId} loses ${records} to erasure`;
    default:
      return `${identityId}: ${event}, ${records}`;
  }
}

export function recordsText(records: number): string {
  return `${records.toLocaleString("en")} record${records === 1 ? "" : "s"}`;
}

function because(reason: string | null): string {
  return reason === null || reason === "" ? "" : `: ${reason}`;
}
