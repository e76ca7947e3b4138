// Rules between parts of a project that need neither files nor a warehouse (config.md, "Rules checked beyond the
// schema"): who maps what, who knows times, which macros exist.
import { diagnose } from "../diagnostics/codes.ts";
import type { ConfigPath, Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { listOf, quote } from "../diagnostics/text.ts";
import { rulesOf } from "./golden-rules.ts";
import type { GoldenAttribute, GoldenGroup, Model, Project } from "./project.ts";
import type { Reader } from "./reader.ts";

/** Warns of identifiers that are declared and mapped by no model; silent where a misspelt mapping may be the cause. */
export function checkUnmapped(reader: Reader, project: Project): void {
  if (reader.diagnostics.some(({ code }) => code === "IDW302")) return;
  const mapped = new Set(
    project.models.flatMap((model) => model.identifiers.map(({ identifier }) => identifier)),
  );
  for (const { name } of project.identifiers) {
    if (mapped.has(name)) continue;
    const hint = "Map it to a column under `identifiers` of a model, or remove it.";
    reader.report(
      "IDW303",
      `no model maps the identifier ${quote(name)}`,
      reader.atKey(["identifiers", name]),
      hint,
    );
  }
}

/** `contested: last`, `most_recent` and `earliest` look at times: none at all is an error, models that have none get a warning. */
export function checkTimes(reader: Reader, project: Project): void {
  for (const { name, contested } of project.identifiers) {
    if (contested !== "last") continue;
    const concerned = project.models.filter((model) =>
      model.identifiers.some(({ identifier }) => identifier === name),
    );
    const span = reader.atValue(["identifiers", name, "contested"]);
    wantTimes(reader, project, concerned, "`contested: last`", span);
  }
  for (const attribute of project.golden.attributes) {
    const { name, source } = attribute;
    const concerned = project.models.filter((model) =>
      source.kind === "identifier"
        ? model.identifiers.some(({ identifier }) => identifier === source.identifier)
        : model.attributes.some((mapped) => mapped.attribute === source.attribute),
    );
    wantTimesOf(reader, project, concerned, attribute, ["golden_record", "attributes", name]);
  }
  for (const group of project.golden.groups) {
    const concerned = project.models.filter((model) =>
      model.attributes.some(({ attribute }) => group.attributes.includes(attribute)),
    );
    wantTimesOf(reader, project, concerned, group, ["golden_record", "groups", group.name]);
  }
}

/** Told once for an attribute or a group, at the first of its rules that goes by time. */
function wantTimesOf(
  reader: Reader,
  project: Project,
  concerned: readonly Model[],
  surviving: GoldenAttribute | GoldenGroup,
  path: ConfigPath,
): void {
  const rule = rulesOf(surviving).find((each) => each === "most_recent" || each === "earliest");
  if (rule === undefined) return;
  const places = [[...path, "survivorship"], ...reader.items([...path, "then"]), [...path, "order"]];
  const place = places.find((each) => reader.text(each) === rule) ?? path;
  wantTimes(reader, project, concerned, quote(rule), reader.atValue(place));
}

function wantTimes(
  reader: Reader,
  project: Project,
  concerned: readonly Model[],
  rule: string,
  span: Span,
): void {
  if (project.models.length > 0 && project.models.every(({ observedAt }) => observedAt === undefined)) {
    const hint = "Name the column with the time of a record: `observed_at: updated_at`.";
    reader.report("IDW306", `${rule} needs a time, and no model has \`observed_at\``, span, hint);
    return;
  }
  const without = concerned
    .filter(({ observedAt }) => observedAt === undefined)
    .map(({ name }) => quote(name));
  if (without.length === 0) return;
  const verb = without.length === 1 ? "has" : "have";
  reader.report(
    "IDW307",
    `${rule} goes by time, and ${listOf(without, "and")} ${verb} no \`observed_at\``,
    span,
    "Records without a time lose against every other.",
  );
}

/** An error for each entry of `normalize` that names no available macro, at the entry. */
export function checkNormalizers(project: Project, available: readonly string[]): readonly Diagnostic[] {
  const known = new Set(available);
  return project.identifiers.flatMap(({ name, normalize }) =>
    normalize.flatMap((macro, index) =>
      known.has(macro)
        ? []
        : diagnose("IDW314", `there is no normaliser ${quote(macro)}`, {
            span: project.places.of(["identifiers", name, "normalize", index]),
            hint: `${didYouMean(macro, available, "Available")} Your own goes to macros/${macro}.sql.`,
          }),
    ),
  );
}
