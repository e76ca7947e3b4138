// A profile without the data of anyone: the numbers stay, and of each value its shape.
import type { ProfileReport, ValueProfile } from "../run/profile.ts";

/** `anna.bell@gmail.com` as `xxxx.xxxx@xxxxx.xxx`; digits of any script become 9, other letters x. */
export function shapeOf(value: string): string {
  return value.replace(/\p{N}/gu, "9").replace(/[\p{L}\p{M}]/gu, "x");
}

export function masked(report: ProfileReport): ProfileReport {
  const shaped = <T extends ValueProfile>(values: readonly T[]): readonly T[] =>
    values.map((each) => ({ ...each, value: shapeOf(each.value) }));
  return {
    ...report,
    identifiers: report.identifiers.map((identifier) => ({
      ...identifier,
      topByRecords: shaped(identifier.topByRecords),
      topByIdentities: shaped(identifier.topByIdentities),
      suspects: shaped(identifier.suspects),
    })),
    additions: report.additions.map((addition) => ({ ...addition, ignore: addition.ignore.map(shapeOf) })),
  };
}
