import type { Place } from "./fault.ts";

export type UnaryOperator = "-" | "+" | "not";
export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "<"
  | "<="
  | ">"
  | ">="
  | "=="
  | "!="
  | "and"
  | "or";

export interface Argument {
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface Arm {
  /** None for the arm that holds otherwise. */
  readonly test: Expression | undefined;
  readonly body: Block;
}

export type Expression = Place &
  (
    | { readonly kind: "number"; readonly value: number; readonly isInt: boolean }
    | { readonly kind: "string" | "color"; readonly value: string }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly of: Expression }
    | {
        readonly kind: "binary";
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: "ternary";
        readonly test: Expression;
        readonly yes: Expression;
        readonly no: Expression;
      }
    | { readonly kind: "call"; readonly name: string; readonly given: readonly Argument[] }
    | { readonly kind: "history"; readonly of: Expression; readonly by: Expression }
    | { readonly kind: "tuple"; readonly items: readonly Expression[] }
    /** Tests of `if`, `else if` and `else`, or of a `switch` without a key. */
    | { readonly kind: "choice"; readonly arms: readonly Arm[] }
    | { readonly kind: "switch"; readonly key: Expression; readonly arms: readonly Arm[] }
    | {
        readonly kind: "for";
        readonly name: string;
        readonly from: Expression;
        readonly to: Expression;
        readonly by: Expression | undefined;
        readonly body: Block;
      }
    | { readonly kind: "while"; readonly test: Expression; readonly body: Block }
  );

export type DeclarationMode = "plain" | "var" | "varip";

export interface Parameter {
  readonly name: string;
  /** `float`, `simple int`, …; none where the call decides. */
  readonly type: string | undefined;
  readonly default: Expression | undefined;
}

export interface FunctionDefinition extends Place {
  readonly kind: "function";
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
}

export type Statement =
  | FunctionDefinition
  | (Place &
      (
        | {
            readonly kind: "declare";
            readonly mode: DeclarationMode;
            readonly type: string | undefined;
            readonly name: string;
            readonly value: Expression;
          }
        | { readonly kind: "unpack"; readonly names: readonly string[]; readonly value: Expression }
        | {
            readonly kind: "assign";
            readonly name: string;
            readonly operator: "+" | "-" | "*" | "/" | "%" | undefined;
            readonly value: Expression;
          }
        | { readonly kind: "expression"; readonly value: Expression }
        | { readonly kind: "break" | "continue" }
      ));

/** Its last statement gives its value. */
export type Block = readonly Statement[];
