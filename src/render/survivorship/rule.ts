// What a survivorship rule is: how an attribute of an identity comes out of the rows of its records.

import type { Dialect } from "../../dialect/dialect.ts";
import type { Fragment } from "../../sql/fragment.ts";

/**
 * `pick` is an aggregate over the rows of one identity in the relation `ranked`, which has the attribute as a column and
 * the orders `recency` (observed last first) and `trust` (model order first): 1, 2, 3 … without ties in an identity.
 * A rule that counts equal values says so in `counts`; its rows then carry how many records have the same value.
 */
export type SurvivorshipRule = {
  readonly counts: boolean;
  readonly pick: (attribute: Fragment, count: Fragment, dialect: Dialect) => Fragment;
};
