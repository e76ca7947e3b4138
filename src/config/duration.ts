// Durations of identity.yml, such as `1h` or `3 days`. The schema says which texts are durations.

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds; 0 for what is no duration. */
export function secondsOf(duration: string): number {
  const [, amount, unit] = /^(\d+) ?([smhd])/.exec(duration) ?? [];
  return Number(amount ?? 0) * (SECONDS[unit ?? ""] ?? 0);
}
