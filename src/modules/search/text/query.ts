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
  const typed = tellingWords(termsOf(query)).slice(0, MAX_WORDS);
  const words = intent === "formula" ? withoutSigns(typed) : typed;
  return {
    words,
    stems: words.map(stemOf),
    anyStem: anyOf(withSplitRuns(words)),
    forms: formsOf(query, intent),
    phrases: intent === "exact" ? phrasesOf(query) : undefined,
  };
}

/** What else code and formulas are found by: the parts of names, and signs of mathematics that stand together. */
function formsOf(query: string, intent: Intent): string | undefined {
  const words = new Set(tellingWords(termsOf(query)));
  if (intent === "code") return anyOf([...words.union(new Set(wordsIn(query).flatMap(identifierParts)))]);
  if (intent !== "formula") return undefined;
  const signs = mathTokens(query);
  const together = signs.slice(1).map((sign, at) => `${signs[at]} ${sign}`);
  return anyOf([...new Set([...together, ...withoutSigns([...words, ...signs])])]);
}

/** Letters and digits that stand alone are in every formula; they are left where there is nothing else. */
function withoutSigns(words: string[]): string[] {
  const longer = words.filter((word) => word.length > 1);
  return longer.length > 0 ? longer : words;
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
