// Why two records are one identity, or are not: the shortest chain of evidence, or the refusal that stands between them.
import type { DayResult, RecordValue } from "./results.ts";

/** The shortest way from one record to another by shared active values and must-links, e.g. `a — phone +1212… — b`. */
export function pathBetween(from: string, to: string, { evidence }: DayResult): string | undefined {
  const tieOf = ({ identifier, value }: { readonly identifier: string; readonly value: string }) =>
    identifier === "must_link" ? `decision ${value}` : `${identifier} ${value}`;
  const before = new Map<string, { readonly record: string; readonly tie: string } | undefined>([
    [from, undefined],
  ]);
  const waiting = [from];
  for (let record = waiting.shift(); record !== undefined; record = waiting.shift()) {
    if (record === to) {
      const steps: string[] = [];
      for (let at: string | undefined = to; at !== undefined; ) {
        const step: { readonly record: string; readonly tie: string } | undefined = before.get(at);
        steps.unshift(at);
        if (step !== undefined) steps.unshift(step.tie);
        at = step?.record;
      }
      return steps.join(" — ");
    }
    const ties = new Set(evidence.filter((each) => each.record === record).map(tieOf));
    for (const other of evidence) {
      const tie = tieOf(other);
      if (before.has(other.record) || !ties.has(tie)) continue;
      before.set(other.record, { record, tie });
      waiting.push(other.record);
    }
  }
  return undefined;
}

/** What keeps two records apart, one sentence each; says so when nothing would tie them. */
export function whatParts(a: string, b: string, result: DayResult): readonly string[] {
  const [here, there] = [result.identities.get(a), result.identities.get(b)];
  const missing = [a, b].flatMap((name) =>
    result.identities.has(name)
      ? []
      : [
          `${name} is no record${result.rejected.has(name) ? `: rejected as ${result.rejected.get(name)?.join(", ")}` : ""}`,
        ],
  );
  if (missing.length > 0) return missing;
  const sides = result.blocked.filter(
    ({ identity, owner }) => identity === here || identity === there || owner === here || owner === there,
  );
  const between = sides.filter(({ identity, owner, identifier, value }) => {
    if (owner !== null) return new Set([identity, owner, here, there]).size === 2;
    return sides.some(
      (other) => other.identity !== identity && other.identifier === identifier && other.value === value,
    );
  });
  const refusals = between.map(({ identifier, value, blockedBy, limit, identity }) => {
    const tie = identifier === "must_link" ? `decision ${value}` : `${identifier} ${value}`;
    return `${tie} ties them, and was refused: ${whyRefused(blockedBy, limit, identifier, identity, result)}`;
  });
  if (refusals.length > 0) return [...new Set(refusals)];
  const idle = idleBetween(result, here, there);
  return idle.length > 0 ? idle : ["they share no value that could tie them"];
}

function whyRefused(
  blockedBy: string,
  limit: number,
  identifier: string,
  identity: string,
  result: DayResult,
): string {
  const held = [
    ...new Set(
      result.values
        .filter((each) => each.identifier === blockedBy && result.identities.get(each.record) === identity)
        .map(({ value }) => value),
    ),
  ];
  if (!result.values.some((each) => each.identifier === blockedBy) && blockedBy !== identifier) {
    return `decision ${blockedBy}`;
  }
  const others = held.length === 0 ? "" : ` (one side holds ${held.slice(0, 3).join(", ")})`;
  return `\`${blockedBy}\` has a limit of ${limit}${others}`;
}

const WHY_IDLE: Readonly<Record<string, string>> = {
  shared: "is shared by more records than `max_records`",
  contested: "is contested",
  over_limit: "is over the limit",
  invalid: "is not valid",
  ignored: "is ignored",
};

/** Values that both sides carry and that tie nothing. */
function idleBetween(
  { values, identities }: DayResult,
  here: string | undefined,
  there: string | undefined,
): readonly string[] {
  const of = (identity: string | undefined) =>
    values.filter(({ record }) => identities.get(record) === identity);
  const key = ({ identifier, value }: RecordValue) => `${identifier} ${value}`;
  const others = new Map(of(there).map((each) => [key(each), each]));
  const told = of(here).flatMap((each) => {
    const other = others.get(key(each));
    if (other === undefined) return [];
    const why = [each.status, other.status]
      .map((status) => WHY_IDLE[status])
      .find((text) => text !== undefined);
    return why === undefined ? [] : [`${key(each)} ties nobody: it ${why}`];
  });
  return [...new Set(told)];
}
