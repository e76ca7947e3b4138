// `--update`: the text of a test file with what was found in the place of what was expected. Only values that stand in
// the file as such are replaced; what two records are to each other (`together`, `apart`, ids) people decide.
import type { TestResult } from "./index.ts";
import type { Suite } from "./suite.ts";

export type Updated = {
  readonly file: string;
  readonly text: string;
  readonly replaced: number;
};

/** One for each file in which something is to be replaced. */
export function updatesOf({ texts }: Suite, tests: readonly TestResult[]): readonly Updated[] {
  return [...texts].flatMap(([file, text]) => {
    const replacements = new Map(
      tests
        .filter((test) => test.file === file)
        .flatMap(({ failures }) =>
          failures.flatMap(({ accepted }) => (accepted === undefined ? [] : [accepted])),
        )
        .map((each) => [each.start, each] as const),
    );
    if (replacements.size === 0) return [];
    let updated = text;
    for (const { start, end, text: right } of [...replacements.values()].sort((a, b) => b.start - a.start)) {
      // Where nothing stands after a key, its end is the place, before or behind its colon.
      const isAfterKey = start === end;
      const last = start + updated.slice(start, end).trimEnd().length;
      const at = isAfterKey && updated[start] === ":" ? start + 1 : start;
      const space = isAfterKey && updated[at - 1] === ":" ? " " : "";
      updated = `${updated.slice(0, at)}${space}${right}${updated.slice(isAfterKey ? at : last)}`;
    }
    return [{ file, text: updated, replaced: replacements.size }];
  });
}
