import { isIdentifier } from "./identifiers.ts";
import { unaccented } from "./words.ts";

/** A word where it stands in a query, and as the index sees it. */
export interface TypedWord {
  word: string;
  start: number;
  end: number;
}

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*/gu;
const AROUND = /^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_()]+$/gu;

/** The words of a query in their order, but for those inside of names of programs, such as `np.where`. */
export function typedWords(query: string): TypedWord[] {
  return [...query.matchAll(/\S+/g)].flatMap(({ 0: piece, index: at }) => {
    if (isIdentifier(piece.replace(AROUND, ""))) return [];
    return [...piece.matchAll(WORD)].map(({ 0: typed, index }) => ({
      word: unaccented(typed.toLowerCase()),
      start: at + index,
      end: at + index + typed.length,
    }));
  });
}
