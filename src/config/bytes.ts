// Amounts of data of identity.yml, such as `50GB` or `1.5 TiB`. The schema says which texts are amounts.

const PREFIXES = ["", "K", "M", "G", "T", "P"];

/** Bytes, rounded down; 1 GB is 10⁹, 1 GiB is 2³⁰. Undefined for what is no amount. */
export function bytesOf(amount: string): number | undefined {
  const [, number, prefix = "", binary] = /^(\d+(?:\.\d+)?)(?: ?([KMGTP]?)(i?)B)?$/.exec(amount.trim()) ?? [];
  if (number === undefined) return undefined;
  return Math.floor(Number(number) * (binary === "i" ? 1024 : 1000) ** PREFIXES.indexOf(prefix));
}
