/** English function words that carry no meaning of their own in a query. */
const STOP_WORDS = new Set(
  `a about above after again all also am an and any are as at be because been before being below between both but by
  can could did do does doing down during each few for from further had has have having he her here hers him his how i
  if in into is it its itself just me more most my no nor not now of off on once only or other our out over own same
  she should so some such than that the their them then there these they this those through to too under until up very
  was we were what when where which while who whom why will with would you your`.split(/\s+/),
);

export const INTENTS = ["semantic", "exact", "code", "formula", "strategy", "concept"] as const;
export type Intent = (typeof INTENTS)[number];

/** More words than this add nothing to a ranking and cost a list each. */
const MAX_WORDS = 32;
/** The same once words have been split into their runs. */
const MAX_TERMS = 2 * MAX_WORDS;

/** The words of a text as the index sees them, lower-cased. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** `FY2018` is also found by `FY` and `2018`: runs of letters and digits stand beside the word itself. */
export function withSplitRuns(words: string[]): string[] {
  return words.flatMap((word) => {
    const runs = word.match(/\p{L}+|\p{N}+/gu) ?? [];
    return runs.length > 1 ? [word, ...runs] : [word];
  });
}

/** A quoted query asks for its words in their order. */
export function detectIntent(query: string): Intent {
  return /^\s*(["“«]).+["”»]\s*$/su.test(query) ? "exact" : "semantic";
}

/**
 * The FTS5 expression for a query, or undefined where it has no word. Every word stands in quotes, so nothing of
 * what was typed is syntax.
 */
export function matchOf(query: string, intent: Intent): string | undefined {
  const words = wordsOf(query).slice(0, MAX_WORDS);
  if (words.length === 0) return undefined;
  if (intent === "exact") return `"${words.join(" ")}"`;
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  const wanted = withSplitRuns(telling.length > 0 ? telling : words).slice(0, MAX_TERMS);
  return wanted.map((word) => `"${word}"`).join(" OR ");
}

export interface Span {
  start: number;
  end: number;
}

/** Characters that no cleaned text has, so FTS5 can mark its hits with them. */
export const MARK_START = "\u0001";
export const MARK_END = "\u0002";

/** Where the marked hits stand in the text without its marks. */
export function spansOf(marked: string): Span[] {
  const spans: Span[] = [];
  let removed = 0;
  let start = 0;
  for (let at = 0; at < marked.length; at += 1) {
    if (marked[at] === MARK_START) start = at - removed++;
    else if (marked[at] === MARK_END) spans.push({ start, end: at - removed++ });
  }
  return spans;
}
