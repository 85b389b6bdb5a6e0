import { PineFault } from "./fault.ts";
import type { Token, TokenKind } from "./lexer.ts";

/** Nested deeper than any script that people write. */
const MOST_DEPTH = 200;

/** Goes through tokens one by one. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new PineFault("the script is empty", { line: 1, column: 1 });
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  /** Whether a symbol or word comes next. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === "symbol" || token.kind === "name");
  }

  seesKind(kind: TokenKind, ahead = 0): boolean {
    return this.peek(ahead).kind === kind;
  }

  /** Takes a symbol or word where it comes next. */
  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): Token {
    if (!this.sees(text)) throw this.surprise(text);
    return this.next();
  }

  expectKind(kind: TokenKind): Token {
    if (!this.seesKind(kind)) throw this.surprise(kind);
    return this.next();
  }

  surprise(wanted: string): PineFault {
    const token = this.peek();
    return new PineFault(`${token.text || token.kind} stands where ${wanted} is expected`, token);
  }

  /** Reads something that may hold itself, to a limit. */
  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH) throw new PineFault("nested too deeply", this.peek());
    const found = read();
    this.#depth -= 1;
    return found;
  }
}
