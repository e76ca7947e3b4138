// What verdicts on a sample say of the whole: precision with a 95 % interval, by stratum and weighted by the strata. Pure.

export const VERDICTS = ["yes", "no", "unsure"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What `sample` writes and `score` reads; the other columns are for people. */
export const SAMPLE_COLUMNS = ["kind", "stratum", "stratum_size", "question", "verdict"] as const;

export type Judged = {
  readonly stratum: string;
  /** Units of the stratum in the whole. */
  readonly size: number;
  /** Undefined where nobody has looked yet. */
  readonly verdict: Verdict | undefined;
};

export type Precision = {
  readonly yes: number;
  readonly no: number;
  readonly unsure: number;
  readonly open: number;
  /** Of yes and no; null where there is neither. */
  readonly precision: number | null;
  /** Wilson's score interval at 95 %. */
  readonly low: number | null;
  readonly high: number | null;
};

export type Score = {
  readonly kind: string;
  readonly strata: readonly (Precision & { readonly stratum: string; readonly size: number })[];
  /** Strata weighted by their size; of those that have a verdict. */
  readonly total: Precision & { readonly size: number };
  /** The share of the units that are in strata with a verdict. */
  readonly covered: number;
};

/**
 * The total is the mean of the strata weighted by their sizes; its interval is Wilson's for the number of verdicts that an
 * unweighted sample would need for the same weights: 1 / Σ(w² / n).
 */
export function scoreOf(kind: string, judged: readonly Judged[]): Score {
  const names = [...new Set(judged.map(({ stratum }) => stratum))].sort();
  const strata = names.map((stratum) => {
    const rows = judged.filter((row) => row.stratum === stratum);
    return { stratum, size: rows[0]?.size ?? 0, ...precisionOf(rows.map(({ verdict }) => verdict)) };
  });
  const told = strata.filter(({ precision }) => precision !== null);
  const size = sum(strata.map((stratum) => stratum.size));
  const known = sum(told.map((stratum) => stratum.size));
  const weights = told.map((stratum) => stratum.size / known);
  const mean = sum(told.map(({ precision }, index) => (precision ?? 0) * (weights[index] ?? 0)));
  const spread = sum(told.map(({ yes, no }, index) => (weights[index] ?? 0) ** 2 / (yes + no)));
  const counts = precisionOf(judged.map(({ verdict }) => verdict));
  const [low, high] = told.length === 0 ? [null, null] : wilson(mean, 1 / spread);
  return {
    kind,
    strata,
    total: { ...counts, precision: told.length === 0 ? null : mean, low, high, size },
    covered: size === 0 ? 0 : known / size,
  };
}

function precisionOf(verdicts: readonly (Verdict | undefined)[]): Precision {
  const count = (wanted: Verdict | undefined) => verdicts.filter((verdict) => verdict === wanted).length;
  const [yes, no] = [count("yes"), count("no")];
  const [low, high] = yes + no === 0 ? [null, null] : wilson(yes / (yes + no), yes + no);
  return {
    yes,
    no,
    unsure: count("unsure"),
    open: count(undefined),
    precision: yes + no === 0 ? null : yes / (yes + no),
    low,
    high,
  };
}

/** E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927). */
export function wilson(share: number, n: number): readonly [number, number] {
  const z = 1.959963984540054;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((sofar, number) => sofar + number, 0);
}
