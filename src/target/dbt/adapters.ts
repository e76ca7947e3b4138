// What dbt's adapters ask of what is written for them, a warehouse each.
import { bytesOf, DEFAULT_SCHEMA } from "../../config/index.ts";
import type { Target, WarehouseTarget } from "../../config/project.ts";

export type Adapter = {
  /** How a run is sent, where the warehouse has loops of its own. */
  readonly sending?: Sending;
  /** Names of relations are written bare and mean upper case. */
  readonly foldsNames?: true;
  /** What an output of profiles.yml has of its own beside the keys of a target, which are dbt's too. */
  readonly output?: (settings: WarehouseTarget["settings"]) => Readonly<Record<string, string>>;
};

/** One of a warehouse that is sent scripts. */
export type Scripted = Adapter & { readonly sending: Sending };

export type Sending = {
  /** What dbt's session needs first, as lines of a macro. */
  readonly before: readonly string[];
  /** The variable `script` of a macro as one statement of dbt's. */
  readonly framed: string;
};

/** Undefined where no dbt project is written. */
export const ADAPTERS: Readonly<Record<Target["type"], Adapter | undefined>> = {
  duckdb: {},
  snowflake: {
    sending: {
      before: ["{% do run_query('use schema ' ~ this.include(identifier=false)) %}"],
      // dbt cuts at semicolons, but for those in a text; the text may have dollars itself.
      framed: `{% if '$$' in script -%}
execute immediate '{{ script | replace('\\\\', '\\\\\\\\') | replace("'", "''") }}'
{%- else -%}
execute immediate $$
{{ script }}$$
{%- endif %}`,
    },
    foldsNames: true,
    output: () => ({ schema: DEFAULT_SCHEMA }),
  },
  bigquery: {
    sending: { before: [], framed: "{{ script }}" },
    output: ({ keyfile }) => ({
      method: keyfile === undefined ? "oauth" : "service-account",
      dataset: DEFAULT_SCHEMA,
    }),
  },
  postgres: undefined,
};

export function isScripted(adapter: Adapter | undefined): adapter is Scripted {
  return adapter?.sending !== undefined;
}

/** The types of targets for which projects are written. */
export const DBT_TYPES: readonly string[] = Object.entries(ADAPTERS).flatMap(([type, adapter]) =>
  adapter === undefined ? [] : [type],
);

/** An output of profiles.yml; `fromProject` makes a path of identity.yml one of dbt's. Its texts are Jinja in both. */
export function warehouseOutput(
  { type, settings }: WarehouseTarget,
  fromProject: (path: string) => string,
): Readonly<Record<string, string | number>> {
  const given = Object.entries(settings).map(([key, text]) => {
    switch (key) {
      case "maximum_bytes_billed":
        return [key, bytesOf(text) ?? text];
      case "keyfile":
      case "private_key_path":
        return [key, fromProject(text)];
      default:
        return [key, text];
    }
  });
  return { type, ...ADAPTERS[type]?.output?.(settings), ...Object.fromEntries(given), threads: 1 };
}
