// Which cases share the runs of one database: those whose runs take place at the same times. A case that tags could
// disturb runs alone.
import type { Project } from "../config/index.ts";
import { keyOf } from "./fixture.ts";
import type { Tagged } from "./lead.ts";
import type { TestCase } from "./suite.ts";
import { tagOf } from "./tags.ts";

export type TestGroup = readonly Tagged[];

/** Larger groups gain nothing: by then a run costs what its records cost. */
const LARGEST = 500;

export function groupsOf(cases: readonly TestCase[], project: Project): readonly TestGroup[] {
  const seesKeys = readsKeys(project);
  const groups = new Map<string, TestCase[]>();
  const alone: TestGroup[] = [];
  for (const test of cases) {
    if (seesKeys || hasEscapes(test, project)) {
      alone.push([{ tag: "", test }]);
      continue;
    }
    const times = test.days.map(({ asOf }) => asOf?.toISOString() ?? "");
    const key = times.every((time) => time === "") ? "" : times.join(" ");
    const list = groups.get(key) ?? [];
    groups.set(key, list);
    list.push(test);
  }
  const together = [...groups.values()].flatMap((list) =>
    Array.from({ length: Math.ceil(list.length / LARGEST) }, (_, index) =>
      list
        .slice(index * LARGEST, (index + 1) * LARGEST)
        .map((test, place): Tagged => ({ tag: tagOf(place), test })),
    ),
  );
  return [...together, ...alone];
}

// A `where` that looks at record keys would see the tags.
function readsKeys({ golden }: Project): boolean {
  return [...golden.attributes, ...golden.groups].some(({ where }) => /record_key/i.test(where ?? ""));
}

// The tag makes a key of two parts of one, and parts are escaped, which sorts otherwise.
function hasEscapes(test: TestCase, { models }: Project): boolean {
  return test.days.some(({ records }) =>
    records.some((record) => {
      const model = models.find(({ name }) => name === record.model);
      return model?.key.length === 1 && keyOf(model, record).some((part) => /[|\\]/.test(part));
    }),
  );
}
