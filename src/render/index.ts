// The table of renderers: the kind of a query names the function that writes its SQL.

import type { Assertion, OutputName, Query } from "../plan/plan.ts";
import type { Fragment } from "../sql/fragment.ts";
import * as components from "./components.ts";
import type { Context } from "./context.ts";
import * as decisions from "./decisions.ts";
import { outputGoldenRecords } from "./golden.ts";
import * as identities from "./identities.ts";
import * as phases from "./phases.ts";
import * as records from "./records.ts";
import * as values from "./values.ts";

type Renderers<Kinds extends { readonly kind: string }> = {
  readonly [K in Kinds["kind"]]: (query: Extract<Kinds, { readonly kind: K }>, context: Context) => Fragment;
};

const OUTPUTS: Readonly<Record<OutputName, (query: object, context: Context) => Fragment>> = {
  identity_records: identities.outputIdentityRecords,
  record_values: identities.outputRecordValues,
  identities: identities.outputIdentities,
  identity_values: identities.outputIdentityValues,
  blocked_merges: identities.outputBlockedMerges,
  golden_records: outputGoldenRecords,
  rejected_records: records.rejectedRecords,
  rejected_values: values.rejectedValues,
  decisions_in_force: decisions.outputDecisions,
};

const QUERIES: Renderers<Query> = {
  source: records.source,
  judged: records.judged,
  staged: records.staged,
  records: records.records,
  given_decisions: decisions.givenDecisions,
  decisions: decisions.decisions,
  ignored: values.ignored,
  candidates: values.candidates,
  several: values.several,
  dictionary: values.dictionary,
  carried: values.carried,
  value_counts: values.valueCounts,
  contested_values: values.contestedValues,
  values: values.values,
  decision_holders: decisions.decisionHolders,
  must_links: decisions.mustLinks,
  linked: decisions.linked,
  class_links: decisions.classLinks,
  classes: components.classes,
  no_hops: components.noHops,
  picks: components.picks,
  hops: components.hops,
  shorter_links: components.shorterLinks,
  no_roots: components.noRoots,
  roots: components.roots,
  nodes: components.nodes,
  value_links: components.valueLinks,
  components: components.components,
  broken: components.broken,
  first_holders: phases.firstHolders,
  value_ranks: phases.valueRanks,
  constrained_values: phases.constrainedValues,
  no_statuses: phases.noStatuses,
  no_blocked: phases.noBlocked,
  first_load: decisions.firstLoad,
  kept: phases.kept,
  over_limit: phases.overLimit,
  limited_load: phases.limitedLoad,
  contenders: phases.contenders,
  holder_links: phases.holderLinks,
  groups: components.groups,
  loud: phases.loud,
  loud_contenders: phases.loudContenders,
  phase_load: phases.phaseLoad,
  loud_moves: phases.loudMoves,
  no_refusals: phases.noRefusals,
  verdicts: phases.verdicts,
  refusals: phases.refusals,
  renames: phases.renames,
  next_contenders: phases.nextContenders,
  next_phase_load: phases.nextPhaseLoad,
  next_moves: phases.nextMoves,
  quiet_moves: phases.quietMoves,
  contested_statuses: phases.contestedStatuses,
  blocked: phases.blocked,
  next_holders: phases.nextHolders,
  next_load: phases.nextLoad,
  resolved: identities.resolved,
  anchors: identities.anchors,
  settled: identities.settled,
  output: ({ output }, context) => OUTPUTS[output]({}, context),
};

const ASSERTIONS: Renderers<Assertion> = {
  null_keys: records.nullKeys,
  duplicate_keys: records.duplicateKeys,
  bad_times: records.badTimes,
  bad_decisions: (_assertion, context) => decisions.badDecisions(context),
  duplicate_ids: () => identities.duplicateIds(),
};

/** The SELECT of a step. */
export function renderQuery(query: Query, context: Context): Fragment {
  return (QUERIES[query.kind] as (query: Query, context: Context) => Fragment)(query, context);
}

/** The SELECT that must return no row. */
export function renderAssertion(assertion: Assertion, context: Context): Fragment {
  return (ASSERTIONS[assertion.kind] as (assertion: Assertion, context: Context) => Fragment)(
    assertion,
    context,
  );
}
