// A profile: reads and cleans the models as a run does, and reports the values of each identifier, those that look like
// nobody's among them, with the entries of identity.yml that would stop them from linking. Publishes and writes nothing.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Addition } from "../config/edit.ts";
import type { Identifier, Project } from "../config/index.ts";
import { diagnose } from "../diagnostics/codes.ts";
import { type Diagnostic, DiagnosticError, hasErrors } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { profileStages } from "../plan/profile.ts";
import { openDuckdb } from "../warehouse/duckdb.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { checkColumns } from "./columns.ts";
import { explainFailure } from "./errors.ts";
import { execute } from "./execute.ts";
import { checkExpressions } from "./expressions.ts";
import { type Loaded, type LoadOptions, load, type Sources } from "./load.ts";
import { type Found, findValues } from "./profile-values.ts";
import type { OnProgress } from "./progress.ts";
import { propose, type Remedy } from "./proposals.ts";
import { attachForReading, inFolder, setVariables } from "./run.ts";
import { setSecret } from "./secret.ts";
import { describeSources } from "./sources.ts";
import { publishedSecrets, readState, withState } from "./state.ts";

export type ProfileOptions = LoadOptions & {
  /** Names of identifiers; all of them by default. */
  readonly identifiers?: readonly string[] | undefined;
  /** How many values a list shows; 5 by default. */
  readonly top?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly sources?: Sources | undefined;
};

export type ProfileReport = {
  readonly entity: string;
  readonly target: string;
  readonly records: number;
  readonly recordsByModel: readonly { readonly model: string; readonly records: number }[];
  /** By priority. */
  readonly identifiers: readonly IdentifierProfile[];
  /** What it would add to identity.yml; empty when nothing is suspect. */
  readonly additions: readonly Addition[];
  readonly warnings: readonly Diagnostic[];
};

export type IdentifierProfile = {
  readonly identifier: string;
  readonly priority: number;
  readonly limit: number | undefined;
  readonly maxRecords: number | undefined;
  /** Records that carry a value, and each model that maps the identifier: those of its records that do. */
  readonly records: number;
  readonly coverage: readonly { readonly model: string; readonly records: number; readonly of: number }[];
  readonly distinctValues: number;
  /** Values of two or more records. */
  readonly linkingValues: number;
  readonly rejectedValues: readonly { readonly reason: string; readonly values: number }[];
  /** Values over the `max_records` of identity.yml, and their records. */
  readonly sharedValues: number;
  readonly sharedRecords: number;
  readonly topByRecords: readonly ValueProfile[];
  readonly topByIdentities: readonly ValueProfile[];
  /** By records; the first hundreds of `suspectsFound`. */
  readonly suspects: readonly SuspectProfile[];
  readonly suspectsFound: number;
  /** Records of the busiest value that is neither suspect nor shared. */
  readonly busiest: number;
};

export type ValueProfile = {
  readonly value: string;
  readonly records: number;
  /** At least so many identities its records must be, by the limit of `countedBy`; 1 when nothing says more. */
  readonly identities: number;
  readonly countedBy: string | undefined;
  readonly isShared: boolean;
  /** Distinct values of other identifiers among its records, by priority. */
  readonly others: readonly { readonly identifier: string; readonly values: number }[];
};

/** Why a value is suspect: it looks like a placeholder, it is a run of digits of several, or it has very many. */
export type Suspicion = "word" | "digits" | "crowd";

export type SuspectProfile = ValueProfile & { readonly suspicion: Suspicion; readonly remedy: Remedy };

const TOP = 5;

/** Throws DiagnosticError for all that a user can mend. The target is attached read-only; nothing is written to it. */
export async function profile(options: ProfileOptions): Promise<ProfileReport> {
  const { value: loaded, diagnostics } = load(options, options.sources);
  if (loaded === undefined) throw new DiagnosticError(diagnostics);
  const wanted = wantedIdentifiers(loaded.project, options.identifiers);
  options.signal?.throwIfAborted();
  const spill = mkdtempSync(join(tmpdir(), "idweave-profile-"));
  try {
    const { folder, target } = loaded;
    const { threads, memoryLimit } = target;
    const warehouse = await openDuckdb({
      path: ":memory:",
      folder,
      threads,
      memoryLimit,
      temporaryFolder: spill,
    });
    const interrupt = () => warehouse.interrupt();
    options.signal?.addEventListener("abort", interrupt);
    try {
      return await inFolder(loaded, () => profileWith(loaded, warehouse, wanted, options, diagnostics));
    } finally {
      options.signal?.removeEventListener("abort", interrupt);
      warehouse.close();
    }
  } catch (error) {
    if (options.signal?.aborted === true) {
      throw new DiagnosticError([diagnose("IDW706", "The profile was interrupted; nothing was written.")]);
    }
    const explained = error instanceof DiagnosticError ? undefined : explainFailure(error, loaded);
    throw explained === undefined ? error : new DiagnosticError([explained]);
  } finally {
    rmSync(spill, { recursive: true, force: true });
  }
}

function wantedIdentifiers(project: Project, names: readonly string[] = []): readonly Identifier[] {
  const known = project.identifiers.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new DiagnosticError(
      unknown.map((name) =>
        diagnose("IDW302", `There is no identifier \`${name}\`.`, {
          span: project.places.of(["identifiers"]),
          hint: didYouMean(name, known, "Identifiers"),
        }),
      ),
    );
  }
  return project.identifiers.filter(({ name }) => names.length === 0 || names.includes(name));
}

async function profileWith(
  loaded: Loaded,
  warehouse: Warehouse,
  wanted: readonly Identifier[],
  options: ProfileOptions,
  warnings: readonly Diagnostic[],
): Promise<ProfileReport> {
  const onProgress = options.onProgress ?? (() => undefined);
  const [sources, ...others] = profileStages(loaded.plans.full);
  const reader = await attachForReading(loaded, warehouse);
  const state = await readState(loaded, warehouse, reader.exists, { full: true, attributes: [] });
  // Nothing that a profile reads is written with the number of a run.
  await setVariables(warehouse, loaded.context, 0, new Date(), new Date());
  onProgress({ kind: "stage", number: 1, of: others.length + 2, title: sources?.title ?? "" });
  const described = await describeSources(loaded, warehouse);
  const context = withState(described.context, loaded, state);
  const suppressions = await publishedSecrets(context, warehouse);
  await setSecret(loaded, warehouse, options.env ?? process.env, suppressions, {
    asks: false,
    isKept: false,
  });
  const { columns } = described;
  const problems = checkColumns(loaded.project, columns);
  if (hasErrors(problems)) throw new DiagnosticError(problems);
  const refused = await checkExpressions(context, warehouse);
  if (hasErrors(refused)) throw new DiagnosticError(refused);

  await execute(others, context, warehouse, onProgress, options.signal);
  const stages = others.length + 2;
  onProgress({ kind: "stage", number: stages, of: stages, title: "Weighing the values" });
  const found = await findValues(context, warehouse, options.top ?? TOP, options.signal);
  const profiles = wanted.map((identifier) => profileOf(identifier, loaded.project, found));
  return {
    entity: loaded.project.entity,
    target: loaded.target.name,
    records: found.recordsByModel.reduce((sum, { records }) => sum + records, 0),
    recordsByModel: found.recordsByModel,
    identifiers: profiles.map(({ profile }) => profile),
    additions: profiles
      .map(({ addition }) => addition)
      .filter(({ ignore, maxRecords }) => ignore.length > 0 || maxRecords !== undefined),
    warnings: [...warnings, ...problems],
  };
}

function profileOf(
  { name, priority, limit, maxRecords }: Identifier,
  project: Project,
  found: Found,
): { readonly profile: IdentifierProfile; readonly addition: Addition } {
  const coverage = project.models
    .filter((model) => model.identifiers.some(({ identifier }) => identifier === name))
    .map(({ name: model }) => ({
      model,
      records: found.coverage.get(name)?.get(model) ?? 0,
      of: found.recordsByModel.find((each) => each.model === model)?.records ?? 0,
    }));
  const totals = found.totals.get(name);
  const suspects = found.suspects.get(name) ?? [];
  const proposal = propose(suspects, totals?.busiest ?? 0, maxRecords);
  const profile: IdentifierProfile = {
    identifier: name,
    priority,
    limit,
    maxRecords,
    records: coverage.reduce((sum, { records }) => sum + records, 0),
    coverage,
    distinctValues: totals?.distinctValues ?? 0,
    linkingValues: totals?.linkingValues ?? 0,
    rejectedValues: found.rejected.get(name) ?? [],
    sharedValues: totals?.sharedValues ?? 0,
    sharedRecords: totals?.sharedRecords ?? 0,
    topByRecords: found.topByRecords.get(name) ?? [],
    topByIdentities: found.topByIdentities.get(name) ?? [],
    suspects: suspects.map(({ entry: _entry, ...suspect }, index) => ({
      ...suspect,
      remedy: proposal.remedies[index] ?? "no_entry",
    })),
    suspectsFound: totals?.suspects ?? 0,
    busiest: totals?.busiest ?? 0,
  };
  return {
    profile,
    addition: { identifier: name, ignore: proposal.ignore, maxRecords: proposal.maxRecords },
  };
}
