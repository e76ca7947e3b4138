// A profile for a person: per identifier what it covers, its busiest values and the suspects, then what to add.
import { additionsText } from "../config/edit.ts";
import { visible } from "../diagnostics/text.ts";
import type { IdentifierProfile, ProfileReport, Suspicion, ValueProfile } from "../run/profile.ts";
import type { Remedy } from "../run/proposals.ts";
import { unifiedDiff } from "./diff.ts";
import type { Written } from "./profile-write.ts";

const LONGEST_VALUE = 40;
/** Suspects that are listed of an identifier; JSON has them all. */
const LISTED_SUSPECTS = 20;

/** Ends with a newline. Values are escaped and cut; what to paste is whole. */
export function profileText(report: ProfileReport, isMasked: boolean): string {
  const models = report.recordsByModel.map(({ model, records }) => `${model} ${number(records)}`);
  return [
    `${report.entity}: ${number(report.records)} records  (${models.join(", ")})`,
    ...report.identifiers.flatMap((identifier) => ["", ...identifierLines(identifier, report.records)]),
    "",
    ...additionLines(report, isMasked),
    "",
  ].join("\n");
}

/** What `--write` did: the diff, or that there was nothing to do. A masked report shows no diff, as it has values. */
export function writtenText({ file, before, after, added }: Written, isMasked: boolean): string {
  if (added === 0) return `\n${file}: nothing to add\n`;
  const diff = unifiedDiff({ name: file, text: before }, { name: `${file} now`, text: after });
  const shown = isMasked ? "" : diff.split("\n").map(visible).join("\n");
  const space = shown === "" ? "" : "\n";
  return `\n${shown}${space}${file}: ${added === 1 ? "1 entry" : `${number(added)} entries`} added\n`;
}

function identifierLines(profile: IdentifierProfile, all: number): readonly string[] {
  const { limit, maxRecords, priority } = profile;
  const declared = [
    `priority ${priority}`,
    limit === undefined ? "no limit" : `limit ${limit}`,
    ...(maxRecords === undefined ? [] : [`max_records ${number(maxRecords)}`]),
  ];
  const coverage = profile.coverage.map(({ model, records, of }) => `${model} ${share(records, of)}`);
  const rejected = profile.rejectedValues.map(({ reason, values }) => `${reason} ${number(values)}`);
  const { sharedValues, sharedRecords } = profile;
  const listed = new Set(profile.topByRecords.map(({ value }) => value));
  const isRepeated = profile.topByIdentities.every(({ value }) => listed.has(value));
  return [
    `${profile.identifier}  (${declared.join(", ")})`,
    `  coverage  ${number(profile.records)} of ${number(all)} records (${share(profile.records, all)}): ${coverage.join(", ")}`,
    `  values    ${number(profile.distinctValues)} distinct, ${number(profile.linkingValues)} on two records or more`,
    ...(rejected.length === 0 ? [] : [`  rejected  ${rejected.join(", ")}`]),
    ...(sharedValues === 0
      ? []
      : [`  shared    ${number(sharedValues)} over max_records, on ${number(sharedRecords)} records`]),
    ...table("most records", profile.topByRecords),
    ...(isRepeated ? [] : table("most identities", profile.topByIdentities)),
    ...suspectLines(profile),
  ];
}

function table(title: string, values: readonly ValueProfile[]): readonly string[] {
  if (values.length === 0) return [];
  const rows = values.map((each) => [
    shortened(each.value),
    number(each.records),
    needed(each),
    othersOf(each),
  ]);
  return [
    "",
    ...aligned(
      [title, "records", "identities", "distinct values on the same records (* tells the identities)"],
      rows,
    ),
  ];
}

const SUSPICIONS: Readonly<Record<Suspicion, string>> = {
  word: "looks like a placeholder",
  digits: "repeated or sequential digits",
  crowd: "a crowd",
};

const REMEDIES: Readonly<Record<Remedy, string>> = {
  ignore: "ignore",
  max_records: "max_records",
  too_many: "(too many to list: a decision file can ignore them)",
  no_entry: "(no text normalises to it: ignore it by a decision or a pattern)",
};

function suspectLines({ suspects, suspectsFound }: IdentifierProfile): readonly string[] {
  if (suspects.length === 0) return [];
  const shown = suspects.slice(0, LISTED_SUSPECTS);
  const rows = shown.map((each) => [
    shortened(each.value),
    number(each.records),
    needed(each),
    `${SUSPICIONS[each.suspicion]} → ${REMEDIES[each.remedy]}`,
  ]);
  const rest = suspectsFound - shown.length;
  return [
    "",
    ...aligned(["suspect", "records", "identities", "why → remedy"], rows),
    ...(rest > 0 ? [`  and ${number(rest)} more`] : []),
  ];
}

function additionLines({ additions, identifiers }: ProfileReport, isMasked: boolean): readonly string[] {
  if (additions.length === 0) return ["Nothing to add to identity.yml."];
  const caps = identifiers.flatMap(({ identifier, busiest }) => {
    const cap = additions.find((each) => each.identifier === identifier)?.maxRecords;
    if (cap === undefined) return [];
    return [
      `${identifier}: the busiest value that nothing speaks against has ${number(busiest)} records, far below ${number(cap)}.`,
    ];
  });
  const how = isMasked
    ? "Values are masked. Without --mask the entries can be pasted; --write adds them either way."
    : "`idweave profile --write` adds these entries.";
  return ["To add to identity.yml:", "", additionsText(additions).trimEnd(), "", ...caps, how];
}

/** The first column to the left, numbers to the right, the last column as it is. */
function aligned(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => length(line[column] ?? ""))));
  return lines.map((line) =>
    `  ${line
      .map((cell, column) => {
        const space = " ".repeat((widths[column] ?? 0) - length(cell));
        if (column === 0) return cell + space;
        return column === line.length - 1 ? cell : space + cell;
      })
      .join("  ")}`.trimEnd(),
  );
}

function needed({ identities, countedBy }: ValueProfile): string {
  return countedBy === undefined ? "1" : `≥ ${number(identities)}`;
}

function othersOf({ others, countedBy, isShared }: ValueProfile): string {
  const counts = others.map(
    ({ identifier, values }) => `${identifier} ${number(values)}${identifier === countedBy ? "*" : ""}`,
  );
  return [...(isShared ? ["shared"] : []), ...counts].join(", ");
}

function shortened(value: string): string {
  const characters = Array.from(visible(value));
  return characters.length > LONGEST_VALUE
    ? `${characters.slice(0, LONGEST_VALUE - 1).join("")}…`
    : characters.join("");
}

function length(text: string): number {
  return Array.from(text).length;
}

function share(part: number, of: number): string {
  return of === 0 ? "–" : `${((100 * part) / of).toFixed(1)} %`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
