// The smallest single change that joins two identities: candidates are resolved one after the other until one does.
import { candidates, type Found } from "../explain/candidates.ts";
import type { Change, WhatIf } from "../explain/explanation.ts";
import { lit, print } from "../sql/fragment.ts";
import type { LoadedProject } from "./load.ts";
import type { Published } from "./published.ts";
import { MOST_RECORDS, whatIf } from "./what-if.ts";

type World = { readonly loaded: LoadedProject; readonly published: Published };

/** `records` are two record keys that stand for the identities. */
export async function smallestChange(
  [a, b]: readonly [string, string],
  found: Omit<Found, "crowds">,
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
  const crowds = await crowdsOf(found, { loaded, published });
  for (const change of candidates({ ...found, crowds }, loaded.project.identifiers)) {
    const result = await tryChange(change);
    if (result.kind === "too_large") tooLarge.push(change);
    else if (result.together) return { kind: "joins", change, tried, records: result.records, tooLarge };
    else tried.push(change);
  }
  return { kind: "none", tried, tooLarge };
}

async function crowdsOf(
  { evidence, way }: Omit<Found, "crowds">,
  { loaded, published: { warehouse, table } }: World,
): Promise<Found["crowds"]> {
  const text = (value: string) => print(lit(value), loaded.context.dialect.lexical);
  const shared = [...evidence, ...way.flatMap((hop) => hop.evidence ?? [])].filter(
    ({ statusA, statusB }) => statusA === "shared" && statusB === "shared",
  );
  const crowds: { readonly identifier: string; readonly records: number }[] = [];
  for (const { identifier, value } of shared) {
    const [row] = await warehouse.query(
      `select count(*) as records from ${table("record_values")} where identifier = ${text(identifier)} and value = ${text(value)}`,
    );
    crowds.push({ identifier, records: Number(row?.["records"] ?? 0) });
  }
  return crowds;
}
