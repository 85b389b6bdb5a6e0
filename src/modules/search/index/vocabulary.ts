import { WordList } from "../text/word-list.ts";
import { spaced } from "../text/words.ts";
import type { Side } from "./schema.ts";
import { countPassages, readState } from "./state.ts";

/** Up to here, making the vocabulary anew at every change costs little. */
const SMALL = 1_000;
const MIN_LENGTH = 3;
/** In bytes of UTF-8: 56 Latin letters, or 18 Chinese characters, and more are no word that anybody mistypes. */
const MAX_BYTES = 56;
/** Two parts: a value of the object's SQLite holds 2 MB, and so do so many of the longest words with their counts. */
const WORDS_PER_PART = 30_000;
const MAX_WORDS = 2 * WORDS_PER_PART;

/** Whether the vocabulary is made anew after every change; that of a large library is made with its topics. */
export const isVocabularySmall = (sql: SqlStorage): boolean =>
  countPassages(sql, readState(sql).live) <= SMALL;

/**
 * Keeps the desk's words, and how many passages have each, in two rows for did-you-mean and completion. It may be behind
 * a large library by a third: what is suggested is looked up before it is said.
 */
export function makeVocabulary(sql: SqlStorage): void {
  const { live } = readState(sql);
  const words = sql
    .exec<{ term: string; doc: number }>(
      `SELECT term, doc FROM word_counts_${live} WHERE col = 'words'
         AND length(term) >= ${MIN_LENGTH} AND length(CAST(term AS BLOB)) <= ${MAX_BYTES} ORDER BY doc DESC LIMIT ${MAX_WORDS}`,
    )
    .toArray()
    .sort((a, b) => (a.term < b.term ? -1 : 1));
  sql.exec("DELETE FROM vocabulary");
  for (let part = 0; part * WORDS_PER_PART < words.length; part += 1) {
    const slice = words.slice(part * WORDS_PER_PART, (part + 1) * WORDS_PER_PART);
    const text = slice.map(({ doc, term }) => `${term} ${doc}`).join("\n");
    sql.exec("INSERT INTO vocabulary (part, words) VALUES (?, ?)", part, text);
  }
}

/** At most two rows read. */
export function readVocabulary(sql: SqlStorage): WordList {
  const parts = sql.exec<{ words: string }>("SELECT words FROM vocabulary ORDER BY part").toArray();
  return new WordList(parts.flatMap(({ words }) => words.split("\n")));
}

/** Whether a passage of the desk has these words now, side by side and in whatever case; one row read. */
export function stands(sql: SqlStorage, side: Side, words: string): boolean {
  return hasMatch(sql, `forms_${side}`, `words : ${quoted(words)}`);
}

/** The same of a word in whatever form. */
export function stemStands(sql: SqlStorage, side: Side, word: string): boolean {
  return hasMatch(sql, `stems_${side}`, quoted(word));
}

const quoted = (words: string) => `"${spaced(words.replaceAll('"', '""'))}"`;

function hasMatch(sql: SqlStorage, table: string, match: string): boolean {
  return sql.exec(`SELECT 1 FROM ${table} WHERE ${table} MATCH ? LIMIT 1`, match).toArray().length > 0;
}
