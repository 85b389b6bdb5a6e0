import { stemmer } from "stemmer";
import { isTelling, termsOf } from "./words.ts";

/** Stems that were made lately; a library's words come back all the time. */
const known = new Map<string, string>();
const MAX_KNOWN = 50_000;
/** FTS5 leaves longer words as they are. */
const MAX_LETTERS = 64;

/** The Porter stem of a lower-case word, as FTS5's `porter` tokenizer makes it of words in ASCII. */
export function stemOf(word: string): string {
  if (word.length > MAX_LETTERS) return word;
  const before = known.get(word);
  if (before !== undefined) return before;
  const stem = stemmer(word);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(word, stem);
  return stem;
}

/** The stems of a text's words in their order, without function words. */
export function stemsOf(text: string): string[] {
  return termsOf(text).filter(isTelling).map(stemOf);
}
