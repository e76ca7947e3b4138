// Parity: whether a warehouse computes what DuckDB computes, expression by expression over the same values. Reads no table
// and writes none.
import type { Dialect } from "../../dialect/dialect.ts";
import { duckdb } from "../../dialect/duckdb.ts";
import type { Jinja } from "../../jinja/index.ts";
import { openDuckdb } from "../../warehouse/duckdb.ts";
import type { Cell, Row } from "../../warehouse/warehouse.ts";
import { CORPUS, type Sample } from "./corpus.ts";
import { type Probe, probeQuery, probesOf } from "./probes.ts";

export type Difference = {
  readonly probe: string;
  /** Undefined when the warehouse refused the whole expression. */
  readonly sample: Sample | undefined;
  readonly wanted: string | null;
  /** What the warehouse made of it, or its error. */
  readonly got: string | null;
};

export type Parity = {
  readonly probes: number;
  readonly samples: number;
  readonly differences: readonly Difference[];
};

export type ParityInput = {
  readonly dialect: Dialect;
  /** The macros of the project for the dialect, and for DuckDB. */
  readonly jinja: Jinja;
  readonly reference: Jinja;
  readonly patterns: readonly string[];
  /** Runs a query on the warehouse. */
  readonly query: (sql: string) => Promise<readonly Row[]>;
  readonly samples?: readonly Sample[];
};

/** Every departure from what DuckDB computes, in the order of the probes and samples. */
export async function compareParity(input: ParityInput): Promise<Parity> {
  const { dialect, jinja, reference, patterns, samples = CORPUS } = input;
  const theirs = new Map(probesOf(duckdb, reference, patterns).map((probe) => [probe.name, probe]));
  const pairs = probesOf(dialect, jinja, patterns).flatMap((probe): readonly Pair[] => {
    const local = theirs.get(probe.name);
    return local === undefined ? [] : [{ probe, local }];
  });
  const local = await openDuckdb({ path: ":memory:" });
  try {
    const query = (sql: string) => local.query(sql);
    const differences = await compare(pairs, { samples, dialect, query: input.query, local: query });
    return { probes: pairs.length, samples: samples.length, differences };
  } finally {
    local.close();
  }
}

type Pair = { readonly probe: Probe; readonly local: Probe };

type Sides = {
  readonly samples: readonly Sample[];
  readonly dialect: Dialect;
  readonly query: (sql: string) => Promise<readonly Row[]>;
  readonly local: (sql: string) => Promise<readonly Row[]>;
};

// All at once; halves where the warehouse refuses, until the one is found that it refuses.
async function compare(pairs: readonly Pair[], sides: Sides): Promise<readonly Difference[]> {
  const { samples, dialect, query, local } = sides;
  const [first] = pairs;
  if (first === undefined) return [];
  const probes = pairs.map(({ probe }) => probe);
  const got = await query(probeQuery(probes, samples, dialect)).catch((error: unknown) => {
    if (pairs.length === 1) return refused(first.probe, error);
    return undefined;
  });
  if (got === undefined) {
    const half = Math.ceil(pairs.length / 2);
    return [...(await compare(pairs.slice(0, half), sides)), ...(await compare(pairs.slice(half), sides))];
  }
  if (isRefusal(got)) return [got];
  const wanted = await local(
    probeQuery(
      pairs.map((pair) => pair.local),
      samples,
      duckdb,
    ),
  );
  const [ours, theirs] = [byPosition(wanted), byPosition(got)];
  return probes.flatMap(({ name }, index) =>
    samples.flatMap((sample, position): readonly Difference[] => {
      const [a, b] = [shown(ours.get(position)?.[`p${index}`]), shown(theirs.get(position)?.[`p${index}`])];
      return a === b ? [] : [{ probe: name, sample, wanted: a, got: b }];
    }),
  );
}

function byPosition(rows: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(rows.map((row) => [Number(row["position"]), row]));
}

// A count may come as a number or a bigint.
function shown(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell);
}

function isRefusal(answer: readonly Row[] | Difference): answer is Difference {
  return "probe" in answer;
}

function refused({ name }: Probe, error: unknown): Difference {
  const message = error instanceof Error ? error.message : String(error);
  return { probe: name, sample: undefined, wanted: null, got: message };
}
