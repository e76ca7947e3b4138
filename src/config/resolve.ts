// SourceDocument → Project: fills every default and checks what the schema cannot. Reads on where the shape is wrong,
// so that mistakes of shape and of meaning are reported together.
import { type ConfigPath, type Diagnostic, hasErrors, type Result } from "../diagnostics/diagnostic.ts";
import { checkTimes, checkUnmapped } from "./cross-checks.ts";
import { secondsOf } from "./duration.ts";
import { checkNames } from "./names.ts";
import type { Project, RowSource, Scalar } from "./project.ts";
import { Reader } from "./reader.ts";
import { resolveAlerts } from "./resolve-alerts.ts";
import { resolveConfidence } from "./resolve-confidence.ts";
import { resolveGolden } from "./resolve-golden.ts";
import { resolveIdentifiers } from "./resolve-identifiers.ts";
import { resolveModels } from "./resolve-models.ts";
import { resolveTargets } from "./resolve-targets.ts";
import type { SourceDocument } from "./source.ts";

export const DEFAULT_LOCK_TIMEOUT = "1h";

export const DEFAULT_KEEP_RUNS = 5;

/**
 * A Project, unless there are errors here or in `shape` (what validate.ts found). With errors of shape, warnings and
 * what may follow from them alone are left out.
 */
export function resolve(document: SourceDocument, shape: readonly Diagnostic[] = []): Result<Project> {
  const reader = new Reader(document);
  const isSound = !hasErrors(shape);
  checkNames(reader);
  const declared = document.node(["identifiers"])?.kind === "map" ? reader.keys(["identifiers"]) : undefined;
  const targets = resolveTargets(reader);
  const identifiers = resolveIdentifiers(reader);
  const models = resolveModels(reader, declared);
  const project: Project = {
    file: document.file,
    entity: reader.text(["entity"]) ?? "",
    prefix: reader.text(["prefix"]) ?? "",
    defaultCountry: reader.text(["default_country"]),
    targets,
    models,
    identifiers,
    decisions: rowsOf(reader, ["decisions"]),
    importedIds: rowsOf(reader, ["import", "ids"]),
    forget: rowsOf(reader, ["forget"]),
    golden: resolveGolden(reader, models, declared, isSound),
    confidence: resolveConfidence(reader, models, isSound),
    alerts: resolveAlerts(reader, { models, identifiers }, isSound),
    lockTimeoutSeconds: secondsOf(reader.text(["runs", "lock_timeout"]) ?? DEFAULT_LOCK_TIMEOUT),
    keepRuns: reader.integer(["runs", "keep"]) ?? DEFAULT_KEEP_RUNS,
    dbtManifest: reader.text(["dbt", "manifest"]) ?? "target/manifest.json",
    vars: Object.fromEntries(
      reader.keys(["vars"]).map((name): [string, Scalar] => [name, reader.scalar(["vars", name]) ?? null]),
    ),
    places: { of: (path) => document.keySpan(path) },
  };
  if (isSound) {
    checkUnmapped(reader, project);
    checkTimes(reader, project);
  }
  const { diagnostics } = reader;
  if (!isSound) return { diagnostics: diagnostics.filter(({ severity }) => severity === "error") };
  return hasErrors(diagnostics) ? { diagnostics } : { value: project, diagnostics };
}

/** A file, or `{ table: … }`. */
function rowsOf(reader: Reader, at: ConfigPath): RowSource | undefined {
  const path = reader.text(at);
  if (path !== undefined) return { kind: "file", path };
  const table = reader.text([...at, "table"]);
  return table === undefined ? undefined : { kind: "table", table };
}
