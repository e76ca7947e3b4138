// The smallest single change that joins two identities: candidates are resolved one after the other until one does.
import { candidates, type Found } from "../explain/candidates.ts";
import type { Change, WhatIf } from "../explain/explanation.ts";
import type { World } from "./explain-read.ts";
import { MOST_RECORDS, whatIf } from "./what-if.ts";

/** `records` are two record keys that stand for the identities. */
export async function smallestChange(
  [a, b]: readonly [string, string],
  found: Found,
  { loaded, published }: World,
): Promise<WhatIf> {
  const tryChange = await whatIf(a, b, loaded, published);
  const asIs = await tryChange(undefined);
  if (asIs.kind === "too_large") {
    return { kind: "not_asked", why: { kind: "too_large", records: asIs.records, most: MOST_RECORDS } };
  }
  if (asIs.together) return { kind: "joins_already" };
  const tried: Change[] = [];
  const tooLarge: Change[] = [];
  for (const change of candidates(found, loaded.project.identifiers)) {
    const result = await tryChange(change);
    if (result.kind === "too_large") tooLarge.push(change);
    else if (result.together) return { kind: "joins", change, tried, records: result.records, tooLarge };
    else tried.push(change);
  }
  return { kind: "none", tried, tooLarge };
}
