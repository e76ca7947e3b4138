// The shapes of random graphs: which value, by index, stands on which record. Texts, keys and times are given to them
// in graphs.ts.
import type { Draw } from "./graphs.ts";
import type { ReferenceConfig } from "./types.ts";

/** By record, then by identifier in the order of the configuration: indexes of values. */
type ValueIndexes = readonly (readonly (readonly number[])[])[];

export type Shape = (config: ReferenceConfig, size: number, draw: Draw) => ValueIndexes;

/** Nothing but chance; few values, so that they meet. */
const dense: Shape = (config, size, draw) => {
  const pools = config.identifiers.map(() => draw(1, Math.max(2, Math.ceil(size / 2))));
  return Array.from({ length: size }, () => pools.map((pool) => some(pool, draw)));
};

/** Every record carries few values of many: identities meet rarely, and at odd places. */
const sparse: Shape = (config, size, draw) =>
  Array.from({ length: size }, () =>
    config.identifiers.map(() => (draw(0, 1) === 0 ? [] : some(size, draw))),
  );

/** Neighbours share a value of one identifier; some records know more. */
const chain: Shape = (config, size, draw) => {
  const along = draw(0, config.identifiers.length - 1);
  return Array.from({ length: size }, (_, at) =>
    config.identifiers.map((_, which) => {
      if (which === along) return [at, at + 1];
      return draw(0, 3) === 0 ? [draw(0, 3)] : [];
    }),
  );
};

/** Nearly all records share a value of one identifier: a kiosk, a family phone. */
const hub: Shape = (config, size, draw) => {
  const centre = draw(0, config.identifiers.length - 1);
  return Array.from({ length: size }, () =>
    config.identifiers.map((_, which) => {
      if (which === centre && draw(0, 6) > 0) return draw(0, 2) === 0 ? [0, draw(1, size)] : [0];
      return draw(0, 2) === 0 ? [] : some(Math.ceil(size / 2), draw);
    }),
  );
};

/** People with their own values of every identifier, and a few records that carry those of two. */
const people: Shape = (config, size, draw) => {
  const count = Math.max(2, Math.ceil(size / 3));
  return Array.from({ length: size }, () => {
    const own = draw(0, count - 1);
    const other = draw(0, 4) === 0 ? draw(0, count - 1) : own;
    return config.identifiers.map((_, which) => {
      if (draw(0, 1) === 0) return [];
      return which % 2 === 0 ? [own] : [own, other];
    });
  });
};

/** Parties that bring several values of the stronger identifiers to one value where all meet; later some meet again. */
const parties: Shape = (config, size, draw) => {
  const last = config.identifiers.length - 1;
  const meeting = draw(Math.min(1, last), last);
  const pool = draw(3, Math.max(4, size));
  return Array.from({ length: size }, () =>
    config.identifiers.map((_, which) => {
      if (which < meeting) return Array.from({ length: draw(0, 3) }, () => draw(0, pool - 1));
      if (which === meeting) return draw(0, 4) === 0 ? [draw(1, 2)] : [0];
      return draw(0, 1) === 0 ? [] : [draw(0, Math.ceil(size / 2))];
    }),
  );
};

export const SHAPES: readonly [Shape, ...Shape[]] = [dense, dense, sparse, chain, hub, people, parties];

/** None, one, or several of a pool. */
function some(pool: number, draw: Draw): readonly number[] {
  const count = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3][draw(0, 9)] ?? 1;
  return Array.from({ length: count }, () => draw(0, pool - 1));
}
