import { Lexer, type Token, type Tokens } from "marked";
import type { Block } from "./blocks.ts";
import { cleanCharacters, collapse, tidyLines } from "./clean-text.ts";
import { decodeEntities, readHtml } from "./html-text.ts";

/** Nested quotes and lists beyond this are read as plain text: the lexer recurses. */
const MAX_NESTING = 50;
const DEEP_NESTING = new RegExp(`^(?:[ \\t]*>){${MAX_NESTING}}|^(?: {2}|\\t){${MAX_NESTING}}`, "m");
/** A link by reference whose definition stands in another section. */
const REFERENCE_LINK = /!?\[([^\][]+)\]\[[^\][]*\]/g;

/** The readable text of a piece of Markdown, without its marks. Never throws. */
export function readMarkdown(source: string): Block[] {
  const clean = cleanCharacters(source);
  if (DEEP_NESTING.test(clean)) return [{ text: tidyLines(clean) }];
  return blocksOf(lex(clean)).flatMap(({ text, level }) => {
    const tidy = level === undefined ? tidyLines(text) : collapse(text);
    if (tidy === "") return [];
    return [level === undefined ? { text: tidy } : { text: tidy, level }];
  });
}

/** The text of a heading's or a paragraph's inside. */
export function inlineText(source: string): string {
  return collapse(
    readMarkdown(source)
      .map(({ text }) => text)
      .join(" "),
  );
}

function lex(source: string): Token[] {
  try {
    return new Lexer({ gfm: true }).lex(source);
  } catch {
    return [{ type: "code", raw: source, text: source }];
  }
}

function blocksOf(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    if (isType<Tokens.Heading>(token, "heading")) return [{ text: inline(token.tokens), level: token.depth }];
    if (isType<Tokens.Code>(token, "code")) return [{ text: token.text }];
    if (isType<Tokens.Blockquote>(token, "blockquote"))
      return blocksOf(token.tokens).map(({ text }) => ({ text }));
    if (isType<Tokens.List>(token, "list")) return [{ text: listText(token) }];
    if (isType<Tokens.Table>(token, "table")) return [{ text: tableText(token) }];
    if (isType<Tokens.HTML>(token, "html")) return readHtml(token.text).blocks;
    if (token.type === "space" || token.type === "hr" || token.type === "def") return [];
    return [{ text: inline("tokens" in token && token.tokens ? token.tokens : [token]) }];
  });
}

function listText(list: Tokens.List): string {
  const first = typeof list.start === "number" ? list.start : 1;
  return list.items
    .map((item, index) => {
      const mark = list.ordered ? `${first + index}. ` : "- ";
      const body = blocksOf(item.tokens.filter(({ type }) => type !== "checkbox"));
      return (
        mark +
        body
          .map(({ text }) => text.trim())
          .join("\n")
          .replaceAll("\n", "\n  ")
      );
    })
    .join("\n");
}

function tableText(table: Tokens.Table): string {
  const row = (cells: readonly Tokens.TableCell[]) =>
    cells.map(({ tokens }) => collapse(inline(tokens))).join(" | ");
  return [row(table.header), ...table.rows.map(row)].join("\n");
}

function inline(tokens: readonly Token[]): string {
  return tokens.map(inlineToken).join("").replace(REFERENCE_LINK, "$1");
}

function inlineToken(token: Token): string {
  if (token.type === "image" || token.type === "html") return "";
  if (token.type === "br") return "\n";
  if ("tokens" in token && token.tokens && token.tokens.length > 0) return inline(token.tokens);
  if (token.type === "codespan" || token.type === "code") return "text" in token ? String(token.text) : "";
  return decodeEntities("text" in token ? String(token.text) : token.raw).replaceAll("\n", " ");
}

function isType<T extends Token>(token: Token, type: T["type"]): token is T {
  return token.type === type;
}
