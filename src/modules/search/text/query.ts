import { identifierParts } from "./identifiers.ts";
import type { Intent } from "./intents.ts";
import { mathTokens } from "./mathematics.ts";
import { quotedPhrases } from "./phrases.ts";
import { stemOf } from "./stems.ts";
import { spaced, tellingWords, termsOf, withSplitRuns, wordsOf } from "./words.ts";

/** More words than this add nothing to a ranking and cost a list each. */
const MAX_WORDS = 64;
/** The same once words have been split into their runs; FTS5 takes 256. */
const MAX_TERMS = 2 * MAX_WORDS;

/** A query as the index takes it; what is undefined can match nothing. */
export interface ParsedQuery {
  /** The words that tell something, repeated ones as often as they stand there. */
  words: string[];
  stems: string[];
  /** FTS5 expressions: any of the words by its stem, and the symbols and word forms of code and mathematics. */
  anyStem: string | undefined;
  forms: string | undefined;
  /** What every passage must have, word for word; undefined where nothing is asked for exactly. */
  phrases: string | undefined;
}

/** Every word stands in quotes, so nothing of what was typed is FTS5 syntax. */
export function parseQuery(query: string, intent: Intent): ParsedQuery {
  const words = tellingWords(termsOf(query)).slice(0, MAX_WORDS);
  return {
    words,
    stems: words.map(stemOf),
    anyStem: anyOf(withSplitRuns(words)),
    forms: intent === "code" || intent === "formula" ? anyOf(formsOf(query, intent)) : undefined,
    phrases: intent === "exact" ? phrasesOf(query) : undefined,
  };
}

/** The words that code and mathematics are also found by, besides the ones that stand there. */
export function formsOf(text: string, intent: "code" | "formula"): string[] {
  const words = termsOf(text);
  const forms = intent === "code" ? wordsIn(text).flatMap(identifierParts) : mathTokens(text);
  return tellingWords([...new Set([...words, ...forms])]);
}

/** The words as they were typed: where a case changes tells where an identifier is to be cut. */
function wordsIn(text: string): string[] {
  return text.match(/[\p{L}\p{N}_.]+/gu) ?? [];
}

function anyOf(words: string[]): string | undefined {
  const wanted = words.slice(0, MAX_TERMS).map((word) => `"${spaced(word).trim()}"`);
  return wanted.length > 0 ? wanted.join(" OR ") : undefined;
}

function phrasesOf(query: string): string | undefined {
  const { phrases } = quotedPhrases(query);
  const wanted = (phrases.length > 0 ? phrases : [query]).map((phrase) =>
    wordsOf(spaced(phrase)).slice(0, MAX_WORDS),
  );
  const expressions = wanted.filter((words) => words.length > 0).map((words) => `"${words.join(" ")}"`);
  return expressions.length > 0 ? expressions.join(" AND ") : undefined;
}
