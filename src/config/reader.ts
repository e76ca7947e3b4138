// Reads nodes of a SourceDocument without trusting their shape: what has another shape than asked for is skipped, since
// validate.ts has already said so. Collects the diagnostics of resolving.
import { type DiagnosticCode, diagnose } from "../diagnostics/codes.ts";
import type { ConfigPath, Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/text.ts";
import type { ExpressionError } from "./expression.ts";
import type { PatternError } from "./pattern.ts";
import type { Scalar } from "./project.ts";
import type { Range, SourceDocument } from "./source.ts";

export class Reader {
  readonly document: SourceDocument;
  readonly diagnostics: Diagnostic[] = [];

  constructor(document: SourceDocument) {
    this.document = document;
  }

  /** Whether anything stands at a path. */
  has(path: ConfigPath): boolean {
    return this.document.node(path) !== undefined;
  }

  /** The names of a mapping, in the order of the file. */
  keys(path: ConfigPath): readonly string[] {
    const node = this.document.node(path);
    return node?.kind === "map" ? [...node.entries.keys()] : [];
  }

  /** The paths of the items of a list. */
  items(path: ConfigPath): readonly ConfigPath[] {
    const node = this.document.node(path);
    return node?.kind === "list" ? node.items.map((_, index) => [...path, index]) : [];
  }

  scalar(path: ConfigPath): Scalar | undefined {
    const node = this.document.node(path);
    return node?.kind === "scalar" ? node.value : undefined;
  }

  text(path: ConfigPath): string | undefined {
    const value = this.scalar(path);
    return typeof value === "string" ? value : undefined;
  }

  integer(path: ConfigPath): number | undefined {
    const value = this.scalar(path);
    return typeof value === "number" && Number.isInteger(value) ? value : undefined;
  }

  /** One of the allowed words, else undefined. */
  word<Word extends string>(path: ConfigPath, allowed: readonly Word[]): Word | undefined {
    const text = this.text(path);
    return allowed.find((word) => word === text);
  }

  /** A text, or a list of texts, as paths; so that each can be read and pointed at. */
  oneOrMore(path: ConfigPath): readonly ConfigPath[] {
    return this.document.node(path)?.kind === "list" ? this.items(path) : [path];
  }

  /** The texts at these paths; one that is written twice is an error and taken once. */
  distinct(paths: readonly ConfigPath[], what: string): readonly string[] {
    const found = new Set<string>();
    for (const path of paths) {
      const text = this.text(path);
      if (text === undefined) continue;
      if (found.has(text)) {
        this.report(
          "IDW309",
          `${what} ${quote(text)} is named twice`,
          this.document.valueSpan(path),
          "Name it once.",
        );
      }
      found.add(text);
    }
    return [...found];
  }

  atKey(path: ConfigPath): Span {
    return this.document.keySpan(path);
  }

  atValue(path: ConfigPath): Span {
    return this.document.valueSpan(path);
  }

  report(code: DiagnosticCode, message: string, span: Span, hint?: string): void {
    this.diagnostics.push(diagnose(code, message, { span, hint }));
  }

  /** A mistake inside a text, placed at its column where the text stands as it is in the file. */
  reportInside(
    code: DiagnosticCode,
    message: string,
    path: ConfigPath,
    error: Range & Pick<PatternError | ExpressionError, "hint">,
  ): void {
    this.report(code, message, this.document.partSpan(path, error), error.hint);
  }
}
