// Random rules for small projects: limits, policies, caps, priorities and golden rules, and the files of a project that has them.
import type { NamedConfig } from "../reference/configs.ts";
import type { Draw } from "../reference/graphs.ts";
import type { SourceDay } from "../reference/life-types.ts";
import { toLifeProject } from "../scenarios/project.ts";
import type { Folder } from "./run-project.ts";

export type Rules = {
  readonly config: NamedConfig;
  readonly survivorship: string;
  readonly hasShade: boolean;
};

/** One rule is another. */
export function changed({ config, survivorship, hasShade }: Rules, draw: Draw): Rules {
  const chosen = draw(0, config.identifiers.length - 1);
  const other = draw(0, config.identifiers.length - 1);
  const what = draw(0, 5);
  if (what === 4) {
    const all = ["most_recent", "earliest", "most_frequent", "longest", "min", "max", "unanimous"];
    return { config, survivorship: all[draw(0, all.length - 1)] ?? "min", hasShade };
  }
  if (what === 5) return { config, survivorship, hasShade: !hasShade };
  const identifiers = config.identifiers.map((identifier, index) => {
    const { limit: _limit, maxRecords: _maxRecords, ...others } = identifier;
    if (what === 3) {
      const from = index === chosen ? other : index === other ? chosen : index;
      return { ...identifier, priority: config.identifiers[from]?.priority ?? identifier.priority };
    }
    if (index !== chosen) return identifier;
    if (what === 0) {
      const limit = draw(0, 3);
      return {
        ...identifier,
        ...others,
        ...(limit === 0 ? {} : { limit }),
        maxRecords: identifier.maxRecords ?? 9,
      };
    }
    if (what === 1)
      return { ...identifier, contested: (["nobody", "first", "last"] as const)[draw(0, 2)] ?? "first" };
    return { ...identifier, maxRecords: draw(2, 5) };
  });
  return { config: { ...config, identifiers }, survivorship, hasShade };
}

/** Golden records from identifiers, and from two columns that every record has. `model` has more keys of the only model. */
export function write(
  folder: Folder,
  { config, survivorship, hasShade }: Rules,
  day: SourceDay,
  model: object = {},
): void {
  const { files } = toLifeProject(config, day);
  const project = JSON.parse(files["identity.yml"] ?? "{}");
  project.models.m = { ...project.models.m, attributes: ["colour", "shade"], ...model };
  const [first] = config.identifiers;
  project.golden_record = {
    attributes: {
      colour: survivorship,
      ...(hasShade ? { shade: "most_frequent" } : {}),
      best: { identifier: first?.name, survivorship: "most_frequent", provenance: true },
      all: { identifier: first?.name, survivorship: "array", order: "min" },
    },
  };
  const rows = (files["records.ndjson"] ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const row = JSON.parse(line);
      const colour = `c${row.key.length % 3}${JSON.stringify(row).length % 4}`;
      return JSON.stringify({
        ...row,
        colour,
        shade: row.key.endsWith("1") ? null : `s${row.key.length % 5}`,
      });
    });
  folder.write({
    ...files,
    "identity.yml": JSON.stringify(project),
    "records.ndjson": `${rows.join("\n")}\n`,
  });
}
