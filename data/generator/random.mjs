// Chance that can be repeated: one small generator (sfc32) from a seed. Integer arithmetic only, so every machine draws the same.

/** A source of chance; the same `seed` (an integer) gives the same draws for ever. */
export function random(seed) {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = seed >>> 0;

  const bits = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 16; i++) bits();

  /** At least 0, below 1. */
  const unit = () => bits() / 4294967296;
  /** A whole number, at least `from`, below `to`. */
  const int = (from, to) => from + Math.floor(unit() * (to - from));
  const chance = (p) => unit() < p;
  const pick = (list) => list[int(0, list.length)];
  /** Prefers the front of the list, as names do. */
  const pickFront = (list) => list[Math.floor(list.length * unit() * unit())];
  /** `choices` is a list of [value, weight]. */
  const weighted = (choices) => {
    let left = unit() * choices.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    return choices[choices.length - 1][0];
  };
  /** How often something happened that goes on with probability `p` each time, at most `most`. */
  const times = (p, most) => {
    let n = 0;
    while (n < most && chance(p)) n++;
    return n;
  };
  const shuffle = (list) => {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = int(0, i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  };
  const hex = (digits) => {
    let text = "";
    while (text.length < digits) text += bits().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  };
  return { unit, int, chance, pick, pickFront, weighted, times, shuffle, hex };
}
