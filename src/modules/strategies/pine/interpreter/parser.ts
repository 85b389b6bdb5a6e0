import { ExpressionParser, RESERVED } from "./expressions.ts";
import { PineFault } from "./fault.ts";
import { type Token, tokensOf } from "./lexer.ts";
import type { Block, DeclarationMode, Parameter, Statement } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

const ASSIGNMENTS = { ":=": undefined, "+=": "+", "-=": "-", "*=": "*", "/=": "/", "%=": "%" } as const;
const isAssignment = (text: string): text is keyof typeof ASSIGNMENTS => Object.hasOwn(ASSIGNMENTS, text);

/** The statements of a script. Throws a PineFault where it is none, or goes beyond the subset. */
export function parse(source: string): Block {
  return new StatementParser(tokensOf(source)).script();
}

class StatementParser {
  readonly #reader: TokenReader;
  readonly #expressions: ExpressionParser;

  constructor(tokens: readonly Token[]) {
    this.#reader = new TokenReader(tokens);
    this.#expressions = new ExpressionParser(this.#reader, (mayStandOnLine) => this.#block(mayStandOnLine));
  }

  script(): Block {
    const statements: Statement[] = [];
    while (!this.#reader.seesKind("end")) {
      if (this.#reader.seesKind("newline")) this.#reader.next();
      else statements.push(this.#line());
    }
    return statements;
  }

  /** What is indented under a line, or what follows on it. */
  #block(mayStandOnLine: boolean): Block {
    if (mayStandOnLine && !this.#reader.seesKind("newline")) return [this.#statement()];
    this.#reader.expectKind("newline");
    this.#reader.expectKind("indent");
    const statements: Statement[] = [];
    while (!this.#reader.seesKind("dedent")) {
      if (this.#reader.seesKind("newline")) this.#reader.next();
      else statements.push(this.#line());
    }
    this.#reader.next();
    return statements;
  }

  /** A statement that ends where its line ends. */
  #line(): Statement {
    const statement = this.#statement();
    const endsBlock = this.#reader.seesKind("dedent") || this.#reader.seesKind("end");
    const wasBlock = ["choice", "switch", "for", "while"].includes(innermost(statement));
    if (this.#reader.seesKind("newline")) this.#reader.next();
    else if (!endsBlock && !wasBlock) throw this.#reader.surprise("the end of the line");
    return statement;
  }

  #statement(): Statement {
    const reader = this.#reader;
    const token = reader.peek();
    const place = { line: token.line, column: token.column };
    if (reader.takes("break")) return { kind: "break", ...place };
    if (reader.takes("continue")) return { kind: "continue", ...place };
    for (const word of ["import", "export", "type", "method", "enum"])
      if (reader.sees(word)) throw new PineFault(`${word} is beyond the subset`, place);
    const mode = this.#mode();
    if (mode === "plain") {
      if (this.#seesFunction()) return this.#function();
      if (this.#seesUnpacking()) return this.#unpacking();
      const operator = reader.peek(1).text;
      if (reader.seesKind("name") && reader.seesKind("symbol", 1) && isAssignment(operator)) {
        const name = reader.next().text;
        reader.next();
        return {
          ...{ kind: "assign", ...place, name, operator: ASSIGNMENTS[operator] },
          value: this.#expressions.expression(),
        };
      }
    }
    const words = this.#wordsBeforeEquals();
    if (words === 0) {
      if (mode !== "plain") throw reader.surprise("a declaration");
      return { kind: "expression", ...place, value: this.#expressions.expression() };
    }
    const type = Array.from({ length: words - 1 }, () => reader.next().text).join(" ") || undefined;
    const name = this.#newName();
    reader.expect("=");
    return { kind: "declare", ...place, mode, type, name, value: this.#expressions.expression() };
  }

  #mode(): DeclarationMode {
    if (this.#reader.takes("var")) return "var";
    return this.#reader.takes("varip") ? "varip" : "plain";
  }

  /** How many words stand before a single `=`: a name, with its type before it. */
  #wordsBeforeEquals(): number {
    let words = 0;
    while (this.#reader.seesKind("name", words) && !RESERVED.has(this.#reader.peek(words).text)) words += 1;
    return words > 0 && this.#reader.sees("=", words) ? words : 0;
  }

  #newName(): string {
    const { text, ...place } = this.#reader.expectKind("name");
    if (RESERVED.has(text) || text.includes(".")) throw new PineFault(`${text} cannot be a name`, place);
    return text;
  }

  /** Whether the bracket that comes next is closed before `sign`. */
  #closesBefore(sign: string, from: number): boolean {
    let depth = 0;
    for (let ahead = from; ; ahead += 1) {
      const { kind, text } = this.#reader.peek(ahead);
      if (kind === "end" || kind === "newline") return false;
      if (kind !== "symbol") continue;
      if (text === "(" || text === "[") depth += 1;
      else if (text === ")" || text === "]") depth -= 1;
      if (depth === 0) return this.#reader.sees(sign, ahead + 1);
    }
  }

  #seesFunction(): boolean {
    return this.#reader.seesKind("name") && this.#reader.sees("(", 1) && this.#closesBefore("=>", 1);
  }

  #function(): Statement {
    const reader = this.#reader;
    const { line, column } = reader.peek();
    const name = this.#newName();
    const parameters: Parameter[] = [];
    reader.expect("(");
    while (!reader.takes(")")) {
      let words = 1;
      while (reader.seesKind("name", words)) words += 1;
      const type = Array.from({ length: words - 1 }, () => reader.next().text).join(" ") || undefined;
      const parameter = this.#newName();
      const byDefault = reader.takes("=") ? this.#expressions.expression() : undefined;
      parameters.push({ name: parameter, type, default: byDefault });
      if (!reader.sees(")")) reader.expect(",");
    }
    reader.expect("=>");
    return { kind: "function", line, column, name, parameters, body: this.#block(true) };
  }

  #seesUnpacking(): boolean {
    return this.#reader.sees("[") && this.#closesBefore("=", 0);
  }

  #unpacking(): Statement {
    const { line, column } = this.#reader.next();
    const names: string[] = [];
    do names.push(this.#newName());
    while (this.#reader.takes(","));
    this.#reader.expect("]");
    this.#reader.expect("=");
    return { kind: "unpack", line, column, names, value: this.#expressions.expression() };
  }
}

/** The kind of what a line ends with: blocks end their line themselves. */
function innermost(statement: Statement): string {
  if (statement.kind === "function") {
    const last = statement.body.at(-1);
    return last !== undefined && last.line === statement.line ? innermost(last) : "choice";
  }
  return "value" in statement ? statement.value.kind : statement.kind;
}
