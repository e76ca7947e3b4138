// Cursors of the change feed: the place of a row in its order, as a text that a reader keeps and hands back.

/** In the order in which they stand within a run. */
export const FEED_KINDS = ["events", "golden", "records"] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** In front of the names of golden attributes, so that none of them hides a column of ours. */
export const GOLDEN_PREFIX = "golden_";

export type Cursor = {
  readonly run: number;
  readonly kind: FeedKind;
  readonly keys: readonly [string, string, string];
};

export function cursorOf({ run, kind, keys }: Cursor): string {
  return Buffer.from(JSON.stringify([run, kind, ...keys])).toString("base64url");
}

/** Undefined for a text that is no cursor. */
export function readCursor(text: string): Cursor | undefined {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(read) || read.length !== 5) return undefined;
  const [run, kindName, ...rest] = read as readonly unknown[];
  const kind = FEED_KINDS.find((each) => each === kindName);
  const [first, second, third] = rest;
  const isText = (value: unknown): value is string => typeof value === "string";
  if (typeof run !== "number" || !Number.isSafeInteger(run) || kind === undefined) return undefined;
  if (!isText(first) || !isText(second) || !isText(third)) return undefined;
  return { run, kind, keys: [first, second, third] };
}
