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
  readonly decisions: DecisionSource | undefined;
  readonly golden: Golden;
  readonly confidence: Confidence;
  /** In the order of the file; the defaults when `alerts` is absent. */
  readonly alerts: readonly Alert[];
  readonly lockTimeoutSeconds: number;
  readonly vars: Readonly<Record<string, Scalar>>;
  /** The place of any key of identity.yml (the key itself), for messages that come later than parsing. */
  readonly places: Places;
};

/** Finds the place of a key; falls back to the nearest ancestor that stands in the file. */
export type Places = { readonly of: (path: ConfigPath) => Span | undefined };

export type Scalar = string | number | boolean | null;

export type Target = {
  readonly name: string;
  readonly type: "duckdb";
  /** The database file, relative to the folder of identity.yml. May hold Jinja `env_var()`. */
  readonly path: string;
  readonly schema: string;
  readonly threads: number | undefined;
  /** As DuckDB reads it, e.g. `4GB`. */
  readonly memoryLimit: string | undefined;
};

export type ModelSource =
  | { readonly kind: "sql"; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "table"; readonly table: string };

export type Model = {
  readonly name: string;
  readonly source: ModelSource;
  /** One or more columns. */
  readonly key: readonly string[];
  readonly observedAt: string | undefined;
  readonly onDuplicateKey: "error" | "latest";
  /** One entry per mapped identifier, in the order of the file. */
  readonly identifiers: readonly Mapping[];
  readonly attributes: readonly AttributeColumn[];
  readonly reject: readonly RejectRule[];
};

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

export type DecisionSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "table"; readonly table: string };

export type Survivorship = "most_recent" | "most_frequent" | "source_priority";

export type Golden = {
  /** Every model once: those the user ranked, then the others in the order of the file. */
  readonly modelOrder: readonly string[];
  readonly attributes: readonly GoldenAttribute[];
};

/** In A an attribute comes from the attribute columns of the same name (or of `column`). */
export type GoldenAttribute = {
  readonly name: string;
  /** The attribute of the models that it reads. */
  readonly from: string;
  readonly survivorship: Survivorship;
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
