// Test files → Suite: records, decisions and days, with every mistake at its place. What must hold is read in
// read-expectations.ts; which columns and names there are, the project says.
import { type Project, Reader, readTests, type SourceDocument } from "../config/index.ts";
import type { ConfigPath, Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/format.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import { quote } from "../diagnostics/text.ts";
import { parseCsv } from "./csv.ts";
import { readExpectations } from "./read-expectations.ts";
import { readRecord } from "./read-records.ts";
import type { Day, Erasure, GivenDecision, GivenRecord, Suite, TestCase, Value } from "./suite.ts";

export type TestFile = {
  /** As messages show it. */
  readonly file: string;
  readonly text: string;
  /** The text of a file beside it; undefined when there is none. */
  readonly beside: (path: string) => string | undefined;
};

/** The tests of all files, or every mistake in any of them. */
export function readSuite(files: readonly TestFile[], project: Project): Result<Suite> {
  const diagnostics: Diagnostic[] = [];
  const cases: TestCase[] = [];
  const types = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const file of files) {
    const read = readTests(file.text, file.file);
    diagnostics.push(...read.diagnostics);
    if (read.value === undefined) continue;
    texts.set(file.file, read.value.text);
    const reader = new FileReader(read.value, file, project);
    cases.push(...reader.cases());
    for (const [column, type] of reader.types()) types.set(column, type);
    diagnostics.push(...reader.diagnostics);
  }
  const sorted = sortDiagnostics(diagnostics);
  if (hasErrors(sorted)) return { diagnostics: sorted };
  return { value: { cases, types, texts }, diagnostics: sorted };
}

/** Reads one file. Also what its parts share: the project, the names of the case, defaults. */
export class FileReader extends Reader {
  readonly project: Project;
  readonly file: TestFile;
  /** The names that stand for records of the case, with the records they stand for. */
  names = new Map<string, readonly string[]>();
  /** The model of each record of the case. */
  models = new Map<string, string>();

  constructor(document: SourceDocument, file: TestFile, project: Project) {
    super(document);
    this.file = file;
    this.project = project;
  }

  types(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const model of this.keys(["types"])) {
      this.checkModel(model, ["types", model]);
      for (const column of this.keys(["types", model])) {
        const type = this.text(["types", model, column]);
        if (type !== undefined) found.set(`${model}.${column}`, type);
      }
    }
    return found;
  }

  cases(): readonly TestCase[] {
    for (const model of this.keys(["defaults"])) this.checkModel(model, ["defaults", model]);
    return this.keys(["tests"]).flatMap((name) => {
      const path = ["tests", name];
      this.names = new Map();
      this.models = new Map();
      const isLong = this.has([...path, "days"]);
      const paths = isLong ? this.items([...path, "days"]) : [path];
      const days = paths.map((each, index) => this.#day(each, index + 1));
      if (isLong) this.#outside(path);
      if (!days.some(({ expectations }) => expectations.length > 0)) {
        const hint = "Say what must hold: `together`, `apart`, `partition`, `golden`, `events` and others.";
        this.report("IDW803", `the test ${quote(name)} expects nothing`, this.atKey(path), hint);
      }
      return { name, file: this.file.file, span: this.atKey(path), days };
    });
  }

  checkModel(name: string, path: ConfigPath): boolean {
    const models = this.project.models.map((model) => model.name);
    if (models.includes(name)) return true;
    this.report(
      "IDW310",
      `there is no model ${quote(name)}`,
      this.atKey(path),
      didYouMean(name, models, "Models"),
    );
    return false;
  }

  /** A scalar as it is written, so that `02139` keeps its zero; lists of them; null. */
  value(path: ConfigPath): Value {
    if (this.document.node(path)?.kind === "list") {
      return this.items(path).flatMap((item) => this.written(item) ?? []);
    }
    return this.written(path) ?? null;
  }

  written(path: ConfigPath): string | undefined {
    const node = this.document.node(path);
    if (node?.kind !== "scalar" || node.value === null) return undefined;
    if (typeof node.value === "string") return node.value;
    return this.document.text.slice(node.range.start, node.range.end).trim();
  }

  /** The records that a name stands for; one that stands for none is an error at `path`. */
  recordsOf(path: ConfigPath, written: string | undefined = this.written(path)): readonly string[] {
    const found = this.names.get(written ?? "");
    if (found !== undefined) return found;
    const hint = didYouMean(written ?? "", [...this.names.keys()], "Records of this test");
    this.report("IDW801", `this test has no record ${quote(written ?? "")}`, this.atValue(path), hint);
    return [];
  }

  /** A record of which there is one. */
  recordOf(path: ConfigPath, written?: string): string {
    const found = this.recordsOf(path, written);
    if (found.length > 1) {
      const hint = `One of them is wanted: ${quote(found[0] ?? "")}, for example.`;
      this.report("IDW801", `this stands for ${found.length} records`, this.atValue(path), hint);
    }
    return found[0] ?? "";
  }

  csv(path: ConfigPath): readonly (readonly string[])[] {
    const name = this.text(path) ?? "";
    const text = this.file.beside(name);
    if (text !== undefined) return parseCsv(text);
    this.report("IDW401", `there is no file ${name} beside ${this.file.file}`, this.atValue(path));
    return [];
  }

  #day(path: ConfigPath, number: number): Day {
    const records: GivenRecord[] = [];
    for (const item of this.items([...path, "records"])) records.push(...readRecord(this, item));
    const decisions = this.items([...path, "decisions"]).map((item, index) =>
      this.#decision(item, `d${number}.${index + 1}`),
    );
    return {
      records,
      remove: this.items([...path, "remove"]).flatMap((item) => this.recordsOf(item)),
      erase: this.items([...path, "erase"]).flatMap((item) => this.#erasure(item)),
      decisions,
      withdraw: this.items([...path, "withdraw"]).flatMap((item) => this.written(item) ?? []),
      asOf: this.#time([...path, "as_of"]),
      expectations: readExpectations(this, path, number),
    };
  }

  // What belongs to a day cannot stand beside the days.
  #outside(path: ConfigPath): void {
    for (const key of this.keys(path)) {
      if (key === "days") continue;
      const hint = "Move it into one of the `days`.";
      this.report("IDW206", `${quote(key)} stands beside \`days\``, this.atKey([...path, key]), hint);
    }
  }

  #decision(path: ConfigPath, id: string): GivenDecision {
    if (this.project.decisions === undefined) {
      const hint = "Add `decisions: decisions.csv` to identity.yml.";
      this.report("IDW614", "identity.yml has no `decisions`", this.atKey(path), hint);
    }
    const columns = new Map<string, string>();
    for (const column of this.keys(path)) {
      const at = [...path, column];
      const value = this.written(at);
      if (value === undefined || column === "id") continue;
      columns.set(column, column === "a" || column === "b" ? this.recordOf(at) : value);
    }
    return { id: this.written([...path, "id"]) ?? id, span: this.atKey(path), columns };
  }

  #erasure(path: ConfigPath): readonly Erasure[] {
    if (this.document.node(path)?.kind !== "map") {
      return this.recordsOf(path).map((record) => ({ kind: "record", record }));
    }
    const identifier = this.text([...path, "identifier"]) ?? "";
    this.checkIdentifier(identifier, [...path, "identifier"]);
    return [{ kind: "value", identifier, value: this.written([...path, "value"]) ?? "" }];
  }

  checkIdentifier(name: string, path: ConfigPath): void {
    const known = this.project.identifiers.map((identifier) => identifier.name);
    if (known.includes(name)) return;
    const hint = didYouMean(name, known, "Identifiers");
    this.report("IDW302", `there is no identifier ${quote(name)}`, this.atKey(path), hint);
  }

  #time(path: ConfigPath): Date | undefined {
    const text = this.text(path);
    if (text === undefined) return undefined;
    const time = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) || !text.includes("T") ? text : `${text}Z`);
    if (!Number.isNaN(time.getTime())) return time;
    this.report(
      "IDW609",
      `${quote(text)} is no time`,
      this.atValue(path),
      "Expected ISO 8601: `2026-01-31T12:00:00Z`.",
    );
    return undefined;
  }
}
