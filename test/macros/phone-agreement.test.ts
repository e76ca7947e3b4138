// phone against libphonenumber-js. Prints what docs/normalisers.md shows, and holds it there.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { KINDS, type SpelledNumber, spelledNumbers } from "./phone-numbers.ts";
import { normalise } from "./support.ts";

const SEED = 7;
const COUNT = 5000;
const DOCS = new URL("../../docs/normalisers.md", import.meta.url);

type Judged = SpelledNumber & { readonly found: string | null };

it("has the plans that scripts/make-phone-countries.mjs writes", () => {
  const script = fileURLToPath(new URL("../../scripts/make-phone-countries.mjs", import.meta.url));
  expect(() => execFileSync(process.execPath, [script, "--check"], { stdio: "pipe" })).not.toThrow();
});

it("agrees with libphonenumber-js, and never makes a valid number another", async () => {
  const judged = await judge(spelledNumbers(COUNT, SEED));
  const report = reportOf(judged);
  process.stdout.write(`${report}\n${misses(judged)}\n`);

  expect(
    judged.filter(
      ({ found, readStrictly }) => readStrictly !== null && found !== null && found !== readStrictly,
    ),
  ).toEqual([]);
  expect(judged.filter(agrees).length / COUNT).toBeGreaterThanOrEqual(0.995);
  expect(readFileSync(DOCS, "utf8")).toContain(report);
});

async function judge(numbers: readonly SpelledNumber[]): Promise<readonly Judged[]> {
  const found = await normalise(
    "phone",
    numbers.map(({ text, read, country }) => [text, read, country]),
  );
  return numbers.map((number, index) => ({ ...number, found: found[index] ?? null }));
}

/** A placeholder is none of anybody's numbers, even where a plan would allow it. */
function agrees({ kind, found, read }: Judged): boolean {
  return found === (kind === "placeholder" ? null : read);
}

function reportOf(judged: readonly Judged[]): string {
  const line = (kind: string, those: readonly Judged[]): string => {
    const same = those.filter(agrees).length;
    const cells = [String(those.length), String(same), `${((100 * same) / those.length).toFixed(1)} %`];
    return `| ${kind.padEnd(25)} | ${cells.map((cell) => cell.padStart(9)).join(" | ")} |`;
  };
  return [
    `| ${"spelling".padEnd(25)} | ${["numbers", "the same", "agreement"].map((head) => head.padStart(9)).join(" | ")} |`,
    `| ${"-".repeat(25)} | ${Array.from({ length: 3 }, () => `${"-".repeat(8)}:`).join(" | ")} |`,
    ...KINDS.map((kind) =>
      line(
        kind,
        judged.filter((one) => one.kind === kind),
      ),
    ),
    line("all", judged),
  ].join("\n");
}

function misses(judged: readonly Judged[]): string {
  return judged
    .filter((one) => !agrees(one))
    .map(
      ({ kind, text, country, read, found }) =>
        `${kind}: ${text} (${country ?? "no country"}) is ${found}, for the library ${read}`,
    )
    .join("\n");
}
