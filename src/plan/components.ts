// Connected components of the links (a, b) in `idw_links`, as rounds of SQL; what came out is `idw_roots` (node, root).
//
//  1. Every node picks the neighbour that is smallest in this round's shuffle; of two that picked each other one
//     becomes a root; two jumps along the picks shorten the paths. The shuffle must change every round: under any
//     fixed order there are chains that need thousands of rounds.
//  2. The nodes that were not roots are noted with their round (a hop).
//  3. Links are renamed to roots; those inside one root vanish. Again from 1 until no link is left.
//  4. The hops are composed backwards: the last round's first. Two jumps may end at a node that hops itself; then its name
//     stands for other nodes from the next round on, which changes nothing in what is connected.
//
// The partition is unique, so neither shuffle nor ties can show in an answer.
import { work } from "./names.ts";
import type { Step } from "./plan.ts";
import { append, create } from "./steps.ts";

/** Consumes `idw_links`; `name` tells the loops of a run apart in progress and logs. */
export function components(name: string): readonly Step[] {
  return [
    create({
      relation: work.hops,
      query: { kind: "no_hops" },
      grain: "a node that stopped being a root, and its round",
    }),
    {
      kind: "repeat",
      name,
      rowsIn: work.links,
      counter: "idw_round",
      body: [
        create({
          relation: work.picks,
          query: { kind: "picks" },
          grain: "a node that still has links, and its root in this round",
        }),
        append({
          relation: work.hops,
          query: { kind: "hops" },
          grain: "a node that stopped being a root in this round",
        }),
        create({ relation: work.links, query: { kind: "shorter_links" }, grain: "a link between two roots" }),
      ],
    },
    create({
      relation: work.roots,
      query: { kind: "no_roots" },
      grain: "a node that is not the root of its component",
    }),
    {
      kind: "countdown",
      name: `${name}, backwards`,
      counter: "idw_round",
      body: [
        create({
          relation: work.roots,
          query: { kind: "roots" },
          grain: "a node that is not the root of its component",
        }),
      ],
    },
  ];
}
