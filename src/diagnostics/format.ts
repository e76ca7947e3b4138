// Diagnostics as text for people, JSON for machines and annotations for GitHub. Where they are written to, and what
// the exit code is, the CLI decides.
import type { Diagnostic } from "./diagnostic.ts";
import { frame, linesOf } from "./frame.ts";
import { visible } from "./text.ts";

export type DiagnosticFormat = "text" | "json" | "github";

/** The text of each file a span may name, by the name in the span; a file that is missing here gets no frame. */
export type Sources = ReadonlyMap<string, string>;

/** By file (as first met), line and column; without a place last. What is said twice at one place is said once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = new Map<string, number>();
  const unique = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, message, span } = diagnostic;
    if (span !== undefined && !files.has(span.file)) files.set(span.file, files.size);
    const identity = JSON.stringify([code, message, span?.file, span?.line, span?.column]);
    if (!unique.has(identity)) unique.set(identity, diagnostic);
  }
  const place = ({ span }: Diagnostic): readonly [number, number, number] =>
    span === undefined ? [files.size, 0, 0] : [files.get(span.file) ?? 0, span.line, span.column];
  return [...unique.values()].sort((left, right) => {
    const a = place(left);
    const b = place(right);
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  });
}

/** All of them in source order; ends with a newline unless there are none (JSON always prints). */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  options: { readonly sources?: Sources; readonly color?: boolean } = {},
): string {
  const sorted = sortDiagnostics(diagnostics);
  switch (format) {
    case "text": {
      const named = new Set(sorted.map(({ span }) => span?.file));
      const shown = [...(options.sources ?? [])].filter(([file]) => named.has(file));
      const lines = new Map(shown.map(([file, text]) => [file, linesOf(text)]));
      return sorted.map((each) => textOf(each, lines, options.color ?? false)).join("\n");
    }
    case "json":
      return `${JSON.stringify({ diagnostics: sorted.map(diagnosticToJson) }, null, 2)}\n`;
    case "github":
      return sorted.map((each) => `${annotationOf(each)}\n`).join("");
  }
}

/** "2 errors, 1 warning"; "no problems" when there are none. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const count = (number: number, noun: string) => (number === 1 ? `1 ${noun}` : `${number} ${noun}s`);
  const parts = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(warnings > 0 ? [count(warnings, "warning")] : []),
  ];
  return parts.length === 0 ? "no problems" : parts.join(", ");
}

/** One diagnostic as flat JSON: always code, severity and message; the place and the hint when there are any. */
export function diagnosticToJson({ code, severity, message, span, hint }: Diagnostic): object {
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(span === undefined
      ? {}
      : {
          file: span.file,
          line: span.line,
          column: span.column,
          end_line: span.endLine,
          end_column: span.endColumn,
        }),
  };
}

function textOf(
  { code, severity, message, span, hint }: Diagnostic,
  sources: ReadonlyMap<string, readonly string[]>,
  color: boolean,
): string {
  const paint = (style: string, text: string) => (color ? `\u001b[${style}m${text}\u001b[0m` : text);
  const strong = severity === "error" ? "1;31" : "1;33";
  const place =
    span === undefined ? "" : `${paint("1", visible(`${span.file}:${span.line}:${span.column}`))}: `;
  const lines = [`${place}${paint(strong, `${severity} ${code}`)}: ${visible(message)}`];
  const source = span === undefined ? undefined : sources.get(span.file);
  if (span !== undefined && source !== undefined) {
    const rows = frame(source, span);
    lines.push(...rows.map((row, index) => paint(index === rows.length - 1 ? strong : "2", row)));
  }
  if (hint !== undefined) {
    for (const line of hint.split("\n")) lines.push(`  ${paint("36", "=")} ${visible(line)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** A workflow command, escaped as GitHub's runner wants it (`%`, line ends; in properties also `:` and `,`). */
function annotationOf({ code, severity, message, span, hint }: Diagnostic): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const place =
    span === undefined
      ? []
      : [
          `file=${property(span.file)}`,
          `line=${span.line}`,
          `col=${span.column}`,
          `endLine=${span.endLine}`,
          `endColumn=${span.endColumn}`,
        ];
  const properties = [...place, `title=${code}`].join(",");
  return `::${severity} ${properties}::${data(hint === undefined ? message : `${message}\n${hint}`)}`;
}
