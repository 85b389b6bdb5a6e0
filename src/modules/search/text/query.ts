import type { Intent } from "./intents.ts";
import { quotedPhrases } from "./phrases.ts";
import { tellingWords, withSplitRuns, wordsOf } from "./words.ts";

/** More words than this add nothing to a ranking and cost a list each. */
const MAX_WORDS = 32;
/** The same once words have been split into their runs. */
const MAX_TERMS = 2 * MAX_WORDS;

/**
 * The FTS5 expression for a query, or undefined where it has no word. Every word stands in quotes, so nothing of
 * what was typed is syntax.
 */
export function matchOf(query: string, intent: Intent): string | undefined {
  const words = wordsOf(query).slice(0, MAX_WORDS);
  if (words.length === 0) return undefined;
  if (intent === "exact") return phrasesOf(query, words);
  const wanted = withSplitRuns(tellingWords(words)).slice(0, MAX_TERMS);
  return wanted.map((word) => `"${word}"`).join(" OR ");
}

/** Each quoted phrase, all of them wanted; the whole query where nothing is quoted. */
function phrasesOf(query: string, words: string[]): string {
  const quoted = quotedPhrases(query).phrases.map((phrase) => wordsOf(phrase).slice(0, MAX_WORDS));
  const phrases = quoted.filter((phrase) => phrase.length > 0);
  return (phrases.length > 0 ? phrases : [words]).map((phrase) => `"${phrase.join(" ")}"`).join(" AND ");
}
