// The tree of a template: what Jinja text says, as plain data. parse.ts makes it, evaluate.ts walks it.
import type { Place } from "./error.ts";

export type Literal = string | number | boolean | null;

export type Expression = { readonly place: Place } & (
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "member"; readonly target: Expression; readonly key: Expression }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: Arguments }
  | { readonly kind: "filter"; readonly name: string; readonly args: Arguments }
  | {
      readonly kind: "test";
      readonly name: string;
      readonly subject: Expression;
      readonly args: Arguments;
    }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "compare";
      readonly first: Expression;
      readonly rest: readonly { readonly operator: Comparison; readonly operand: Expression }[];
    }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly chosen: Expression;
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: "capture"; readonly body: readonly Node[] }
);

export type UnaryOperator = "not" | "-" | "+";
export type BinaryOperator = "and" | "or" | "in" | "+" | "-" | "*" | "/" | "//" | "%" | "**" | "~";
export type Comparison = "==" | "!=" | "<" | ">" | "<=" | ">=";

/** The piped value is the first positional argument of a filter. */
export type Arguments = {
  readonly positional: readonly Expression[];
  readonly named: ReadonlyMap<string, Expression>;
};

export type Macro = {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly fallback: Expression | undefined }[];
  readonly body: readonly Node[];
  readonly place: Place;
};

export type Node = { readonly place: Place } & (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "output"; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | {
      readonly kind: "for";
      readonly names: readonly string[];
      readonly items: Expression;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  /** No targets: the value is worked out and dropped (`{% do %}`). */
  | { readonly kind: "set"; readonly targets: readonly Expression[]; readonly value: Expression }
  | { readonly kind: "macro"; readonly macro: Macro }
);
