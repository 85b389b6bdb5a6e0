import type { DocumentId } from "../../../platform/ids.ts";
import { isTelling, wordsOf } from "../text/words.ts";
import { countedSql } from "./counted-sql.ts";
import type { KnownWords } from "./known-words.ts";
import type { Side } from "./schema.ts";
import { readState } from "./state.ts";
import { stands } from "./vocabulary.ts";

/** A completion reads 12 rows at most: the state, the vocabulary's two where they are not in memory, and these. */
const MAX_TITLES = 5;
const MAX_TERMS = 4;
/** Of the words in memory so many are looked at: function words and the typed word itself are no completion. */
const LOOKED_AT = 60;
/** More words before the last one find no title that fewer don't. */
const MAX_WORDS = 16;

export interface Completions {
  titles: { text: string; document_id: DocumentId }[];
  /** What was typed, its last word completed by one that stands in a passage now; the commonest word first. */
  terms: string[];
  rows_read: number;
}

/** What the desk's own titles and words make of the beginning of a query. */
export function complete(object: SqlStorage, known: KnownWords, typed: string, limit: number): Completions {
  const { rows, sql } = countedSql(object);
  const side = readState(sql).live;
  const titles = titlesWith(sql, side, typed, Math.min(limit, MAX_TITLES));
  const terms = termsFor({ known, side, sql }, typed, Math.min(limit, MAX_TERMS));
  return { titles, terms, rows_read: rows() };
}

const WORDS = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*/gu;
const LAST_WORD = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*$/u;

/** Titles of published documents with all the words, the last one as the beginning of a word; the newest first. */
function titlesWith(sql: SqlStorage, side: Side, typed: string, limit: number): Completions["titles"] {
  // As they were typed, for titles stand in their table as they are.
  const words = typed.match(WORDS) ?? [];
  if (words.length === 0) return [];
  const isOpen = LAST_WORD.test(typed);
  const whole = words.slice(0, isOpen ? -1 : undefined).slice(0, MAX_WORDS);
  const match = whole.map((word) => `"${word}"`);
  if (isOpen) match.push(`"${words.at(-1)}" *`);
  return sql
    .exec<Completions["titles"][number]>(
      `SELECT title AS text, document_id FROM titles_${side} WHERE titles_${side} MATCH ? ORDER BY rowid DESC LIMIT ?`,
      ...[`title : (${match.join(" AND ")})`, limit],
    )
    .toArray();
}

function termsFor(
  { known, side, sql }: { known: KnownWords; side: Side; sql: SqlStorage },
  typed: string,
  limit: number,
): string[] {
  const last = LAST_WORD.exec(typed);
  const [beginning] = wordsOf(last?.[0] ?? "");
  if (last === null || beginning === undefined) return [];
  const words = known.list(sql).startingWith(beginning, LOOKED_AT);
  return words
    .filter((word) => word !== beginning && isTelling(word))
    .slice(0, limit)
    .filter((word) => stands(sql, side, word))
    .map((word) => typed.slice(0, last.index) + word);
}
