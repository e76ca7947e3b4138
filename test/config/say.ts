// What a user reads for a text of identity.yml; and a small right project of which a test changes one part.
import { readProject } from "../../src/config/index.ts";
import { formatDiagnostics } from "../../src/diagnostics/format.ts";

const FILE = "identity.yml";

/** All diagnostics of a text, as printed to a terminal without colour. */
export function say(text: string): string {
  const { diagnostics } = readProject(text, FILE);
  return formatDiagnostics(diagnostics, "text", { sources: new Map([[FILE, text]]) });
}

type Parts = {
  readonly targets?: string;
  readonly models?: string;
  readonly identifiers?: string;
  readonly more?: string;
};

/** A project without mistakes, some of its blocks replaced. */
export function project(parts: Parts = {}): string {
  return `version: 1
entity: customer
targets:
${parts.targets ?? "  dev: { type: duckdb, path: customer.duckdb }"}
models:
${parts.models ?? "  crm: { file: crm.csv, key: id, observed_at: at, identifiers: { email: email }, attributes: [city] }"}
identifiers:
${parts.identifiers ?? "  email: { priority: 1, limit: 3 }"}
${parts.more ?? ""}`;
}
