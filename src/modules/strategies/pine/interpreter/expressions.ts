import { PineFault } from "./fault.ts";
import type { Argument, Arm, BinaryOperator, Block, Expression } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** From the loosest to the closest. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["or"],
  ["and"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];

/** Words that are no names. */
export const RESERVED = new Set(
  "and or not if else for to by in while switch var varip true false break continue import export type method enum".split(
    " ",
  ),
);

/** Reads expressions; blocks, which `if` and loops hold, are read by who asked for it. */
export class ExpressionParser {
  readonly #reader: TokenReader;
  readonly #block: (mayStandOnLine: boolean) => Block;

  constructor(reader: TokenReader, block: (mayStandOnLine: boolean) => Block) {
    this.#reader = reader;
    this.#block = block;
  }

  expression(): Expression {
    return this.#reader.nested(() => this.#structure() ?? this.#ternary());
  }

  #structure(): Expression | undefined {
    const { line, column } = this.#reader.peek();
    const place = { line, column };
    if (this.#reader.takes("if")) return { kind: "choice", ...place, arms: this.#ifArms() };
    if (this.#reader.takes("switch")) return this.#switch(place);
    if (this.#reader.takes("while")) {
      const test = this.#ternary();
      return { kind: "while", ...place, test, body: this.#block(false) };
    }
    if (!this.#reader.takes("for")) return undefined;
    const name = this.#reader.expectKind("name").text;
    if (!this.#reader.takes("=")) throw this.#reader.surprise("= (loops over arrays are beyond the subset)");
    const from = this.#ternary();
    this.#reader.expect("to");
    const to = this.#ternary();
    const by = this.#reader.takes("by") ? this.#ternary() : undefined;
    return { kind: "for", ...place, name, from, to, by, body: this.#block(false) };
  }

  #ifArms(): Arm[] {
    const arms: Arm[] = [{ test: this.#ternary(), body: this.#block(false) }];
    while (this.#reader.takes("else")) {
      if (!this.#reader.takes("if")) {
        arms.push({ test: undefined, body: this.#block(false) });
        break;
      }
      arms.push({ test: this.#ternary(), body: this.#block(false) });
    }
    return arms;
  }

  #switch(place: { line: number; column: number }): Expression {
    const reader = this.#reader;
    const key = reader.seesKind("newline") ? undefined : this.#ternary();
    reader.expectKind("newline");
    reader.expectKind("indent");
    const arms: Arm[] = [];
    while (!reader.seesKind("dedent")) {
      const test = reader.sees("=>") ? undefined : this.#ternary();
      reader.expect("=>");
      arms.push({ test, body: this.#block(true) });
      while (reader.seesKind("newline")) reader.next();
    }
    reader.next();
    return key === undefined ? { kind: "choice", ...place, arms } : { kind: "switch", ...place, key, arms };
  }

  #ternary(): Expression {
    return this.#reader.nested(() => {
      const test = this.#binary(0);
      if (!this.#reader.takes("?")) return test;
      const yes = this.#ternary();
      this.#reader.expect(":");
      return { kind: "ternary", line: test.line, column: test.column, test, yes, no: this.#ternary() };
    });
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((sign) => this.#reader.sees(sign));
      if (operator === undefined) return left;
      const { line, column } = this.#reader.next();
      left = { kind: "binary", line, column, operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    return this.#reader.nested(() => {
      const { line, column } = this.#reader.peek();
      for (const operator of ["-", "+", "not"] as const)
        if (this.#reader.takes(operator)) return { kind: "unary", line, column, operator, of: this.#unary() };
      let of = this.#primary();
      while (this.#reader.sees("[")) {
        const place = this.#reader.next();
        const by = this.expression();
        this.#reader.expect("]");
        of = { kind: "history", line: place.line, column: place.column, of, by };
      }
      return of;
    });
  }

  #primary(): Expression {
    const reader = this.#reader;
    const token = reader.next();
    const place = { line: token.line, column: token.column };
    if (token.kind === "int" || token.kind === "float")
      return { kind: "number", ...place, value: Number(token.text), isInt: token.kind === "int" };
    if (token.kind === "string" || token.kind === "color")
      return { kind: token.kind, ...place, value: token.text };
    if (token.kind === "symbol" && token.text === "(") {
      const inner = this.expression();
      reader.expect(")");
      return inner;
    }
    if (token.kind === "symbol" && token.text === "[")
      return { kind: "tuple", ...place, items: this.#list("]", () => this.expression()) };
    const isName = token.kind === "name" && (!RESERVED.has(token.text) || /^(true|false)$/.test(token.text));
    if (!isName) throw new PineFault(`${token.text || token.kind} stands where a value is expected`, place);
    if (!reader.takes("(")) return { kind: "name", ...place, name: token.text };
    return { kind: "call", ...place, name: token.text, given: this.#list(")", () => this.#argument()) };
  }

  #argument(): Argument {
    const isNamed = this.#reader.seesKind("name") && this.#reader.sees("=", 1);
    const name = isNamed ? this.#reader.next().text : undefined;
    if (isNamed) this.#reader.next();
    return { name, value: this.expression() };
  }

  #list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    if (this.#reader.takes(end)) return items;
    do items.push(item());
    while (this.#reader.takes(","));
    this.#reader.expect(end);
    return items;
  }
}
