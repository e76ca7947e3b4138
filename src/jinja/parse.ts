// Turns Jinja text into a tree of our own, with the place of every node. The tokens and the grammar are nunjucks';
// its code generator is never reached, because it can be made to emit code of the template's choosing (decision 0002).
import parser from "nunjucks/src/parser.js";
import { convertBody } from "./convert.ts";
import { JinjaError } from "./error.ts";
import type { Node } from "./tree.ts";

/** `{% do expression %}`, which dbt has and nunjucks lacks: an assignment to nothing. */
const DO_TAG = {
  tags: ["do"],
  parse(tokens: ParserInside, nodes: NodesInside): unknown {
    const tag = tokens.nextToken();
    const value = tokens.parseExpression();
    tokens.advanceAfterBlockEnd(tag.value);
    return new nodes.Set(tag.lineno, tag.colno, [], value);
  },
};

type ParserInside = {
  nextToken(): { readonly lineno: number; readonly colno: number; readonly value: string };
  parseExpression(): unknown;
  advanceAfterBlockEnd(name: string): void;
};
type NodesInside = { Set: new (line: number, column: number, targets: unknown[], value: unknown) => unknown };

/** The statements of a template. Throws a JinjaError (IDW402) at the place where the text is no Jinja. */
export function parseTemplate(file: string, text: string): readonly Node[] {
  try {
    return convertBody(parser.parse(text, [DO_TAG], {}), file);
  } catch (error) {
    throw error instanceof JinjaError ? error : syntaxError(error, file, text);
  }
}

function syntaxError(error: unknown, file: string, text: string): JinjaError {
  const { message, lineno, colno } = error as { message?: string; lineno?: number; colno?: number };
  const end = text.trimEnd().split("\n");
  // The parser counts from 0 but its errors from 1; at the end of the text it forgets the place and, at times, trips.
  const atEnd = lineno === undefined || colno === undefined || error instanceof TypeError;
  const line = atEnd ? end.length : lineno;
  const column = atEnd ? (end.at(-1) ?? "").length + 1 : colno;
  const said =
    error instanceof TypeError ? "the text ends inside a tag" : (message ?? "").replace(/^parse\w+: /, "");
  return new JinjaError("IDW402", `This is not Jinja: ${said}.`, { file, line, column, length: 1 });
}
