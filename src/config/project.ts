// The Project: what identity.yml means, every default filled in and no YAML left. Plain data; knows no dialect.
import type { ConfigPath, Span } from "../diagnostics/diagnostic.ts";
import type { MetricName } from "./metrics.ts";

export type Project = {
  /** identity.yml as the user named it, for messages. */
  readonly file: string;
  readonly entity: string;
  /** In front of every relation; may be empty. */
  readonly prefix: string;
  readonly defaultCountry: string | undefined;
  /** In the order of the file; the first is the default. */
  readonly targets: readonly Target[];
  /** In the order of the file. */
  readonly models: readonly Model[];
  /** By ascending priority. */
  readonly identifiers: readonly Identifier[];
  readonly decisions: RowSource | undefined;
  /** Ids of a system that is being replaced: columns record_key and identity_id. */
  readonly importedIds: RowSource | undefined;
  /** Requests to forget somebody, read by every run. */
  readonly forget: RowSource | undefined;
  readonly golden: Golden;
  readonly confidence: Confidence;
  /** In the order of the file; the defaults when `alerts` is absent. */
  readonly alerts: readonly Alert[];
  readonly lockTimeoutSeconds: number;
  /** How many earlier runs a rollback can return to. */
  readonly keepRuns: number;
  /** The manifest of the dbt project whose models `ref` names, relative to the folder of identity.yml. */
  readonly dbtManifest: string;
  readonly vars: Readonly<Record<string, Scalar>>;
  /** The place of any key of identity.yml (the key itself), for messages that come later than parsing. */
  readonly places: Places;
};

/** Finds the place of a key; falls back to the nearest ancestor that stands in the file. */
export type Places = { readonly of: (path: ConfigPath) => Span | undefined };

export type Scalar = string | number | boolean | null;

/** `type` is the name of the dialect. Texts may hold Jinja `env_var()`. */
export type Target = DuckdbTarget | WarehouseTarget;

export type DuckdbTarget = {
  readonly kind: "file";
  readonly name: string;
  readonly type: "duckdb";
  /** The database file, relative to the folder of identity.yml. */
  readonly path: string;
  readonly schema: string;
  readonly threads: number | undefined;
  /** As DuckDB reads it, e.g. `4GB`. */
  readonly memoryLimit: string | undefined;
};

/** Warehouses that compute by themselves; the types of their targets. */
export const WAREHOUSE_TYPES = ["snowflake", "bigquery", "postgres"] as const;

export type WarehouseType = (typeof WAREHOUSE_TYPES)[number];

export type WarehouseTarget = {
  readonly kind: "warehouse";
  readonly name: string;
  readonly type: WarehouseType;
  /** Where the rest is to be read in dbt's profiles.yml. */
  readonly profile: { readonly name: string; readonly target: string | undefined } | undefined;
  /** The texts of the keys that are spelled out (`account`, `dataset` …), as they stand in the file. */
  readonly settings: Readonly<Record<string, string>>;
};

export type ModelSource =
  | { readonly kind: "sql"; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "table"; readonly table: string }
  /** A model of the user's dbt project, by its name. */
  | { readonly kind: "ref"; readonly ref: string };

export type Model = {
  readonly name: string;
  readonly source: ModelSource;
  /** One or more columns. */
  readonly key: readonly string[];
  readonly observedAt: string | undefined;
  readonly onDuplicateKey: "error" | "latest";
  /** The boolean column that says that the record is to be forgotten. */
  readonly erased: string | undefined;
  readonly changes: Changes;
  /** One entry per mapped identifier, in the order of the file. */
  readonly identifiers: readonly Mapping[];
  readonly attributes: readonly AttributeColumn[];
  readonly reject: readonly RejectRule[];
};

/** How an incremental run finds what changed. */
export type Changes =
  | { readonly kind: "scan" }
  | { readonly kind: "watermark"; readonly column: string; readonly lookbackSeconds: number };

export type Mapping =
  | {
      readonly kind: "columns";
      readonly identifier: string;
      readonly columns: readonly string[];
      /** Column that holds the country of a phone number. */
      readonly country: string | undefined;
    }
  | { readonly kind: "all_of"; readonly identifier: string; readonly columns: readonly string[] };

export type AttributeColumn = { readonly attribute: string; readonly column: string };

/** `when` is one SQL expression with Jinja, not yet rendered. */
export type RejectRule = { readonly when: string; readonly reason: string };

export type Policy = "nobody" | "first" | "last";

export type Identifier = {
  readonly name: string;
  readonly priority: number;
  readonly limit: number | undefined;
  /** Names of macros, applied in order. */
  readonly normalize: readonly string[];
  /** A pattern on the whole value, in the canonical form of config/pattern.ts (valid RE2). */
  readonly valid: string | undefined;
  readonly ignore: readonly IgnoreEntry[];
  readonly maxRecords: number | undefined;
  readonly contested: Policy;
};

export type IgnoreEntry =
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "pattern"; readonly pattern: string };

/** Rows that people write: decisions, requests to forget. */
export type RowSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "table"; readonly table: string };

/** Rules that put candidates in an order and take the first; they also serve `then` and `order`. */
export type OrderRule =
  | "most_recent"
  | "earliest"
  | "most_frequent"
  | "source_priority"
  | "longest"
  | "shortest"
  | "min"
  | "max";

/** Rules that make one value of all candidates. */
export type FoldRule = "sum" | "count" | "count_distinct" | "any_true" | "all_true" | "array" | "unanimous";

export type Survivorship = OrderRule | FoldRule;

/** Order rules that say something of a whole record: only these can make several attributes survive together. */
export type GroupRule = "most_recent" | "earliest" | "most_frequent" | "source_priority";

export type Golden = {
  /** Every model once: those the user ranked, then the others in the order of the file. */
  readonly modelOrder: readonly string[];
  readonly attributes: readonly GoldenAttribute[];
  readonly groups: readonly GoldenGroup[];
};

/** What attributes and groups have in common. */
export type Surviving = {
  readonly name: string;
  /** One SQL expression with Jinja, not yet rendered: which records take part. */
  readonly where: string | undefined;
  /** Models that alone supply values while they have one. */
  readonly authority: readonly string[];
  readonly provenance: boolean;
};

export type GoldenAttribute = Surviving & {
  readonly source: AttributeSource;
  readonly survivorship: Survivorship;
  /** Further rules for a tie, in turn; empty for folds. */
  readonly ties: readonly OrderRule[];
  /** How the values of an `array` are ordered. */
  readonly order: OrderRule;
  /** How many values an `array` keeps; all when undefined. */
  readonly maxValues: number | undefined;
};

export type AttributeSource =
  | { readonly kind: "attribute" /** Of the models. */; readonly attribute: string }
  | { readonly kind: "identifier"; readonly identifier: string };

/** Attributes of the models that survive together from one record, under their own names. */
export type GoldenGroup = Surviving & {
  readonly attributes: readonly string[];
  readonly survivorship: GroupRule;
  readonly ties: readonly GroupRule[];
};

/** What the confidence of an identity is made of (docs/confidence.md); at least one weight is above 0. */
export type Confidence = {
  readonly weights: Readonly<Record<ConfidencePart, number>>;
  /** Attributes of the models, each once, whose disagreement counts. */
  readonly attributes: readonly string[];
};

export type ConfidencePart = "corroboration" | "agreement" | "breadth" | "pressure";

/** One alarm: it fires when all of its conditions hold for a value of the metric. */
export type Alert = {
  readonly metric: MetricName;
  /** Undefined means the run as a whole, or every dimension of a metric that has no whole. */
  readonly dimension: string | undefined;
  readonly conditions: readonly AlertCondition[];
  readonly on: "warn" | "fail";
  /** Its key in identity.yml; undefined for a default. */
  readonly path: ConfigPath | undefined;
};

/** A bound, or a change against the last run: of so much, or of so many per cent of what it was. */
export type AlertCondition =
  | { readonly kind: "above" | "below"; readonly bound: number }
  | { readonly kind: "rises_by" | "falls_by"; readonly by: number; readonly unit: "number" | "percent" };
