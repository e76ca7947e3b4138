// The project as tests run it: its models read fixtures, and its values carry the tag of their case (tags.ts). All that
// identity.yml says of records, values, limits and golden records stays as it is.
import {
  type Identifier,
  type IgnoreEntry,
  type Model,
  type Pattern,
  type Project,
  printPattern,
} from "../config/index.ts";
import type { Context } from "../render/context.ts";
import { lit, print, sql } from "../sql/fragment.ts";
import type { Warehouse } from "../warehouse/warehouse.ts";
import { carriersOf, DECISIONS_TABLE, fixtureTable, TAG_COLUMN, taggedColumn } from "./fixture.ts";
import { TAG_WIDTH } from "./tags.ts";

/** `tags` are those of the cases that run together; one empty tag when a case runs alone. */
export function variantOf(project: Project, tags: readonly string[]): Project {
  const alone = isAlone(tags);
  return {
    ...project,
    targets: [
      {
        kind: "file",
        name: "test",
        type: "duckdb",
        path: "test.duckdb",
        schema: "identity",
        threads: undefined,
        memoryLimit: undefined,
      },
    ],
    prefix: "",
    models: project.models.map((model) => modelOf(model, alone)),
    identifiers: alone
      ? project.identifiers
      : project.identifiers.map((identifier) => ({
          ...identifier,
          valid: identifier.valid === undefined ? undefined : withTag(identifier.valid),
          ignore: identifier.ignore.flatMap((entry) =>
            entry.kind === "pattern" ? [{ kind: "pattern", pattern: withTag(entry.pattern) }] : [],
          ),
        })),
    decisions: project.decisions === undefined ? undefined : { kind: "table", table: DECISIONS_TABLE },
    importedIds: undefined,
    forget: undefined,
    alerts: [],
  };
}

/**
 * The context in which values keep their tags through their normalisers. Entries of `ignore` are cleaned here, once, and
 * become patterns that any tag may stand before: an entry for each tag would be cleaned by every statement.
 */
export async function variantContext(
  context: Context,
  project: Project,
  tags: readonly string[],
  warehouse: Warehouse,
): Promise<Context> {
  if (isAlone(tags)) return context;
  const { texts } = context;
  const identifiers: Identifier[] = [];
  for (const identifier of context.project.identifiers) {
    const entries = project.identifiers
      .filter(({ name }) => name === identifier.name)
      .flatMap(({ ignore }) => ignore.flatMap((entry) => (entry.kind === "value" ? [entry.value] : [])));
    const cleaned: IgnoreEntry[] = [];
    for (const entry of entries) {
      const expression = texts.normalised(identifier, lit(entry), undefined);
      const [row] = await warehouse.query(print(sql`select ${expression} as entry`, context.dialect.lexical));
      const value = row?.["entry"];
      if (typeof value === "string" && value !== "") {
        cleaned.push({ kind: "pattern", pattern: withTag(literally(value)) });
      }
    }
    identifiers.push({ ...identifier, ignore: [...identifier.ignore, ...cleaned] });
  }
  return {
    ...context,
    project: { ...context.project, identifiers },
    texts: {
      ...texts,
      normalised: (identifier, value, country) => {
        const tag = sql`substr(${value}, 1, ${lit(TAG_WIDTH)})`;
        const bare = texts.normalised(identifier, sql`substr(${value}, ${lit(TAG_WIDTH + 1)})`, country);
        // What the normalisers leave empty is empty.
        return sql`nullif(${tag} || ${bare}, ${tag})`;
      },
    },
  };
}

function literally(text: string): string {
  const of = Array.from(
    text,
    (character): Pattern => ({
      kind: "literal",
      codePoint: character.codePointAt(0) ?? 0,
    }),
  );
  return printPattern({ kind: "sequence", of });
}

function isAlone(tags: readonly string[]): boolean {
  return tags.length === 1 && tags[0] === "";
}

function modelOf(model: Model, alone: boolean): Model {
  const source = { kind: "table", table: `"${fixtureTable(model.name)}"` } as const;
  const changes = { kind: "scan" } as const;
  if (alone) return { ...model, source, changes };
  const carriers = carriersOf(model);
  return {
    ...model,
    source,
    changes,
    key: [TAG_COLUMN, ...model.key],
    identifiers: model.identifiers.map((mapping) =>
      mapping.kind === "all_of"
        ? { ...mapping, columns: [TAG_COLUMN, ...mapping.columns] }
        : {
            ...mapping,
            columns: mapping.columns.map((name) => (carriers.includes(name) ? taggedColumn(name) : name)),
          },
    ),
  };
}

const ANY_TAG = "t[0-9]{5}\\|";

// Patterns are canonical by now (config/pattern-print.ts), and so is this one.
function withTag(pattern: string): string {
  return `${ANY_TAG}(${pattern})`;
}
