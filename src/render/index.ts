// The table of renderers: the kind of a query names the function that writes its SQL.

import { work } from "../plan/names.ts";
import type { AppendedName, Assertion, OutputName, Query } from "../plan/plan.ts";
import { type Fragment, id, sql } from "../sql/fragment.ts";
import * as affected from "./affected.ts";
import { attributes } from "./attributes.ts";
import * as changes from "./changes.ts";
import * as components from "./components.ts";
import * as confidence from "./confidence.ts";
import type { Context } from "./context.ts";
import * as counts from "./counts.ts";
import * as decisions from "./decisions.ts";
import * as delta from "./delta.ts";
import * as erasure from "./erasure.ts";
import * as events from "./events.ts";
import { badOverrides, outputGoldenRecords } from "./golden.ts";
import * as held from "./held.ts";
import * as identities from "./identities.ts";
import * as ids from "./ids.ts";
import * as importing from "./import.ts";
import { metrics } from "./metrics.ts";
import * as phases from "./phases.ts";
import * as records from "./records.ts";
import * as replaced from "./replaced.ts";
import * as rollback from "./rollback.ts";
import * as sample from "./sample.ts";
import * as scope from "./scope.ts";
import { survivors } from "./survivors.ts";
import * as touched from "./touched.ts";
import * as values from "./values.ts";

type Renderers<Kinds extends { readonly kind: string }> = {
  readonly [K in Kinds["kind"]]: (query: Extract<Kinds, { readonly kind: K }>, context: Context) => Fragment;
};

const OUTPUTS: Readonly<
  Record<OutputName | AppendedName, (query: { readonly incremental: boolean }, context: Context) => Fragment>
> = {
  identity_records: identities.outputIdentityRecords,
  record_values: identities.outputRecordValues,
  identities: events.outputIdentities,
  identity_values: identities.outputIdentityValues,
  blocked_merges: identities.outputBlockedMerges,
  golden_records: outputGoldenRecords,
  rejected_records: records.rejectedRecords,
  rejected_values: values.rejectedValues,
  decisions_in_force: decisions.outputDecisions,
  identity_redirects: events.outputIdentityRedirects,
  record_state: delta.outputRecordState,
  withheld_values: values.outputWithheldValues,
  ignored_values: values.outputIgnoredValues,
  identity_anchors: events.outputIdentityAnchors,
  withdrawn_ids: events.outputWithdrawnIds,
  watermarks: delta.outputWatermarks,
  suppressions: erasure.outputSuppressions,
  metric_counts: counts.outputMetricCounts,
  identity_events: events.outputIdentityEvents,
  identity_history: events.outputIdentityHistory,
};

const QUERIES: Renderers<Query> = {
  source: records.source,
  judged: records.judged,
  staged: records.staged,
  records: records.records,
  was: ({ output }, context) => context.was(output),
  now: changes.now,
  read: delta.read,
  all_rows: delta.allRows,
  seen: delta.seen,
  erased: erasure.erased,
  given_requests: erasure.givenRequests,
  requests: erasure.requests,
  forgotten: erasure.forgotten,
  suppressed_rows: erasure.suppressedRows,
  suppressed_carriers: erasure.suppressedCarriers,
  carriers_to_erase: erasure.carriersToErase,
  delta_but_suppressed: erasure.deltaButSuppressed,
  rows_but_suppressed: erasure.rowsButSuppressed,
  of_records_left: erasure.ofRecordsLeft,
  purged_records: erasure.purgedRecords,
  purged_values: erasure.purgedValues,
  purged_identities: erasure.purgedIdentities,
  delta: delta.delta,
  all_known: () => sql`select record_key from ${id(work.records)}`,
  known: delta.known,
  decided: decisions.decided,
  decision_changes: affected.decisionChanges,
  delta_values: affected.deltaValues,
  reread: affected.reread,
  shifts: affected.shifts,
  touched_values: affected.touchedValues,
  carriers: affected.carriers,
  flips: affected.flips,
  suspects: affected.suspects,
  judged_values: affected.judgedValues,
  judged_scope: affected.judgedScope,
  judged_withheld: affected.outputWithheldValues,
  touched_records: touched.touchedRecords,
  all_touched_records: () => sql`select record_key from ${id(work.was("identity_records"))}`,
  touched_identities: touched.touchedIdentities,
  all_touched_identities: () => sql`select identity_id from ${id(work.was("identities"))}`,
  working_scope: touched.workingScope,
  replaced_records: touched.replacedRecords,
  replaced_state: replaced.replacedState,
  delta_before: () => sql`select record_key from ${id(work.delta)} where change <> 'new'`,
  all_replaced_records: () => sql`select * from ${id(work.was("identity_records"))}`,
  replaced_values: replaced.replacedValues,
  replaced_counts: counts.replacedCounts,
  earlier: replaced.earlier,
  scoped_records: scope.scopedRecords,
  given: scope.given,
  scoped_dictionary: scope.scopedDictionary,
  scoped_carried: scope.scopedCarried,
  scoped_value_counts: scope.scopedValueCounts,
  scoped_values: scope.scopedValues,
  outside: scope.outside,
  attributes: attributes,
  issued: sample.issued,
  sample_spans: sample.sampleSpans,
  sample_places: sample.samplePlaces,
  sample_homes: sample.sampleHomes,
  sample_links: sample.sampleLinks,
  sampled_components: sample.sampledComponents,
  sampled_ids: sample.sampledIds,
  sampled_keys: sample.sampledKeys,
  sampled_decisions: sample.sampledDecisions,
  sampled_withheld: sample.sampledWithheld,
  sample_size: sample.sampleSize,
  sampled_values: sample.sampledValues,
  of_sample: sample.ofSample,
  sampled_judged: sample.sampledJudged,
  sampled_state: sample.sampledState,
  sampled_counts: sample.sampledCounts,
  all_of: ({ relation }) => sql`select * from ${id(relation)}`,
  importing: importing.importing,
  given_ids: importing.givenIds,
  imported: importing.imported,
  imported_records: importing.importedRecords,
  imported_identities: importing.importedIdentities,
  imported_was: importing.importedWas,
  nothing: rollback.nothing,
  unchanged: rollback.unchanged,
  returned: rollback.returned,
  returned_records: rollback.returnedRecords,
  state_records: rollback.stateRecords,
  state_attributes: rollback.stateAttributes,
  standing_decisions: rollback.standingDecisions,
  standing_links: rollback.standingLinks,
  standing_components: rollback.standingComponents,
  returning_holders: rollback.returningHolders,
  earlier_ids: rollback.earlierIds,
  returned_statuses: rollback.returnedStatuses,
  returned_blocked_merges: rollback.returnedBlockedMerges,
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
  profiles: identities.profiles,
  former: ids.former,
  flows: ids.flows,
  claims: ids.claims,
  heirs: ids.heirs,
  keepers: ids.keepers,
  revivals: ids.revivals,
  anchors: ids.anchors,
  descents: ids.descents,
  settled: identities.settled,
  ties: confidence.ties,
  held: confidence.held,
  agreement: confidence.agreement,
  confidence: confidence.confidence,
  metrics,
  survivors,
  held_golden_records: held.heldGoldenRecords,
  held_identity_anchors: held.heldIdentityAnchors,
  output: ({ output, incremental }, context) => OUTPUTS[output]({ incremental }, context),
  before: changes.before,
  drop: changes.drop,
  put: changes.put,
};

const ASSERTIONS: Renderers<Assertion> = {
  null_keys: records.nullKeys,
  duplicate_keys: records.duplicateKeys,
  bad_times: records.badTimes,
  bad_decisions: (_assertion, context) => decisions.badDecisions(context),
  bad_imports: () => importing.badImports(),
  bad_overrides: (_assertion, context) => badOverrides(context),
  bad_requests: (_assertion, context) => erasure.badRequests(context),
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
