// The two orders of the resolution: text by its UTF-8 bytes, and times with NULL last (resolution.md §1, §3).

/** Negative, zero or positive, by UTF-8 bytes: neither UTF-16 units nor a locale. */
export function compareText(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, "utf8"), Buffer.from(right, "utf8"));
}

/** A rank: the smaller comes first, NULL comes last. */
export type Rank = number | null;

export function compareRank(left: Rank, right: Rank): number {
  if (left === null || right === null) {
    return (left === null ? 1 : 0) - (right === null ? 1 : 0);
  }
  return left - right;
}

/** The rank that sorts first; NULL for none. */
export function bestRank(ranks: readonly Rank[]): Rank {
  return [...ranks].sort(compareRank)[0] ?? null;
}
