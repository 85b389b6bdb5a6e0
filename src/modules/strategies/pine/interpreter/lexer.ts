import { PineFault, type Place } from "./fault.ts";

export type TokenKind =
  | "int"
  | "float"
  | "string"
  | "color"
  | "name"
  | "symbol"
  | "newline"
  | "indent"
  | "dedent"
  | "end";

export interface Token extends Place {
  readonly kind: TokenKind;
  /** As written; of a string, what it stands for. */
  readonly text: string;
}

const INDENT = 4;
const MOST_SOURCE = 200_000;

/** One alternative each: space, comment, number, string, color, dotted name, symbol. */
const PIECE =
  /([ \t]+)|(\/\/.*)|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6})\b)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(:=|=>|==|!=|<=|>=|\+=|-=|\*=|\/=|%=|[-+*/%<>=?:,()[\].])/y;

/** The language version a script is written in. Throws a PineFault without a version comment, or for one but 5 and 6. */
export function versionOf(source: string): 5 | 6 {
  const found = /^[ \t]*\/\/[ \t]*@version=(\d+)[ \t\r]*$/m.exec(source);
  if (found?.[1] === "5") return 5;
  if (found?.[1] === "6") return 6;
  throw new PineFault("a comment //@version=6 or //@version=5 is missing", { line: 1, column: 1 });
}

/**
 * Splits a script into tokens with its blocks marked. A line goes on where a bracket is open, or where the next one is indented
 * by other than a multiple of four.
 */
export function tokensOf(source: string): Token[] {
  if (source.length > MOST_SOURCE)
    throw new PineFault(`a script of more than ${MOST_SOURCE} characters`, { line: 1, column: 1 });
  const tokens: Token[] = [];
  let level = 0;
  let open = 0;
  const lines = source.split(/\r?\n/);
  for (const [at, text] of lines.entries()) {
    const line = at + 1;
    const margin = marginOf(text);
    const body = text.trimStart();
    if (body === "" || body.startsWith("//")) continue;
    const goesOn = tokens.length > 0 && (open > 0 || margin % INDENT !== 0);
    if (!goesOn) {
      const place = { line, column: margin + 1 };
      if (tokens.length > 0) tokens.push({ kind: "newline", text: "", ...place });
      const wanted = margin / INDENT;
      if (!Number.isInteger(wanted) || wanted > level + 1)
        throw new PineFault("a block is indented by four spaces", place);
      for (; level < wanted; level += 1) tokens.push({ kind: "indent", text: "", ...place });
      for (; level > wanted; level -= 1) tokens.push({ kind: "dedent", text: "", ...place });
    }
    open += pushLine(text, line, tokens);
  }
  const end = { line: lines.length, column: 1 };
  tokens.push({ kind: "newline", text: "", ...end });
  for (; level > 0; level -= 1) tokens.push({ kind: "dedent", text: "", ...end });
  tokens.push({ kind: "end", text: "the end", ...end });
  return tokens;
}

function marginOf(text: string): number {
  let margin = 0;
  for (const sign of text) {
    if (sign === " ") margin += 1;
    else if (sign === "\t") margin += INDENT;
    else break;
  }
  return margin;
}

/** How many more brackets the line opens than it closes. */
function pushLine(text: string, line: number, tokens: Token[]): number {
  let opened = 0;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const place = { line, column: PIECE.lastIndex + 1 };
    const [piece, space, comment, num, quoted, color, name] = PIECE.exec(text) ?? [];
    if (piece === undefined) throw new PineFault(`${text[place.column - 1]} is not understood`, place);
    if (space !== undefined || comment !== undefined) continue;
    if (num !== undefined) {
      const kind = /^\d+$/.test(num) ? "int" : "float";
      tokens.push({ kind, text: num, ...place });
    } else if (quoted !== undefined) tokens.push({ kind: "string", text: unquoted(quoted), ...place });
    else if (color !== undefined) tokens.push({ kind: "color", text: color, ...place });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, ...place });
    else {
      if (piece === "(" || piece === "[") opened += 1;
      if (piece === ")" || piece === "]") opened -= 1;
      tokens.push({ kind: "symbol", text: piece, ...place });
    }
  }
  return opened;
}

const unquoted = (text: string): string =>
  text.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign));
