import type { ParsedQuery } from "../text/query.ts";
import { stemsOf } from "../text/stems.ts";
import { wordsOf } from "../text/words.ts";
import { foldIn, type LsaModel } from "../vectors/lsa.ts";
import { embedWords, type WordTable } from "../vectors/word-table.ts";

/** What a passage's vectors are made of. */
export interface PassageText {
  /** The document's title and the headings over the passage. */
  title: string;
  body: string;
}

export function passageTopics(model: LsaModel, { body, title }: PassageText): Float32Array | undefined {
  return foldIn(model, { title: stemsOf(title), body: stemsOf(body) });
}

export function passageWords(table: WordTable, { body, title }: PassageText): Float32Array | undefined {
  return embedWords(table, wordsOf(`${title}\n${body}`));
}

export function queryTopics(model: LsaModel, stems: readonly string[]): Float32Array | undefined {
  return foldIn(model, { title: [], body: stems });
}

export function queryWords(table: WordTable, { words }: ParsedQuery): Float32Array | undefined {
  return embedWords(table, words);
}
