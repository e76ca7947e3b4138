// Golden values that change, or would, as lines of text: those of a plan and the suggestions of a backfill.
import { visible } from "../diagnostics/text.ts";
import type { GoldenChange } from "../run/plan-values.ts";
import { number, shortened } from "./plan-words.ts";

/** A title, and for each attribute how many and some of them; nothing where nothing changes. */
export function goldenLines(title: string, attributes: readonly GoldenChange[]): readonly string[] {
  return attributes.flatMap((each, index) => {
    const { attribute, replaced, filled, emptied, examples } = each;
    const parts = told([
      [replaced, "replaced"],
      [filled, "filled"],
      [emptied, "emptied"],
    ]);
    return [
      ...(index === 0 ? ["", title] : []),
      `  ${attribute}: ${parts}`,
      ...examples.map(({ identityId, before, after }) =>
        visible(`    ${identityId}  ${valueText(before)} → ${valueText(after)}`),
      ),
    ];
  });
}

function valueText(value: string | null): string {
  return value === null ? "NULL" : shortened(value);
}

/** `2 replaced, 1 filled`, without those of which there are none. */
export function told(parts: readonly (readonly [number, string])[]): string {
  return parts.flatMap(([found, what]) => (found === 0 ? [] : [`${number(found)} ${what}`])).join(", ");
}
