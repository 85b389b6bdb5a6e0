export interface QuotedPhrases {
  /** What stood between quotes, in order, without the quotes. */
  phrases: string[];
  /** The query without its phrases, in single spaces. */
  rest: string;
}

/** More phrases than this stay in the rest of the query, so that a query is never a hundred phrase searches. */
const MAX_PHRASES = 8;

/** What closes a phrase, by what opens it: straight, English, German, French, Swiss and Japanese quotes. */
const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "“": '”“"',
  "”": "”",
  "„": '“”"',
  "‘": "’",
  "‚": "‘’",
  "«": "»",
  "»": "«",
  "‹": "›",
  "›": "‹",
  "「": "」",
  "『": "』",
};
/** Straight quotes are inch and minute marks, and single ones apostrophes, inside or behind a word. */
const AFTER_A_WORD = new Set(['"', "'", "’", "‘"]);
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** Behind `df[` and `print(` a quote is a string of a program. */
const WORD_BEFORE = /[\p{L}\p{N}\])]$|[\p{L}\p{N}_][[(]$/u;
const WORD_BEHIND = /^[\p{L}\p{N}]/u;

/**
 * The phrases that a query quotes, and the rest of it. A quote that is never closed, an apostrophe and an inch mark
 * are no quotes; nothing of what was typed is lost between the two parts but quotes and white space.
 */
export function quotedPhrases(query: string): QuotedPhrases {
  const phrases: string[] = [];
  const closing = new Closing(query);
  let rest = "";
  let at = 0;
  while (at < query.length) {
    const end = phrases.length < MAX_PHRASES ? closing.of(at) : undefined;
    const phrase = end === undefined ? "" : query.slice(at + 1, end).trim();
    if (end === undefined || !LETTER_OR_DIGIT.test(phrase)) {
      rest += query[at];
      at += 1;
    } else {
      phrases.push(phrase);
      rest += " ";
      at = end + 1;
    }
  }
  return { phrases, rest: rest.replace(/\s+/g, " ").trim() };
}

/** Finds closing quotes; each kind is looked for once along the whole query, however many quotes are left open. */
class Closing {
  private readonly query: string;
  private readonly next = new Map<string, number>();

  constructor(query: string) {
    this.query = query;
  }

  /** Where the phrase that opens at `at` ends, or undefined where none opens or it is never closed. */
  of(at: number): number | undefined {
    const opener = this.query[at] ?? "";
    const closers = CLOSERS[opener];
    if (closers === undefined || !this.opens(opener, at)) return undefined;
    const known = this.next.get(opener);
    if (known !== undefined && known > at) return known < this.query.length ? known : undefined;
    let end = at + 1;
    while (end < this.query.length && !this.closes(closers, end)) end += 1;
    this.next.set(opener, end);
    return end < this.query.length ? end : undefined;
  }

  private opens(opener: string, at: number): boolean {
    return !AFTER_A_WORD.has(opener) || !WORD_BEFORE.test(this.query.slice(Math.max(0, at - 2), at));
  }

  private closes(closers: string, at: number): boolean {
    const quote = this.query[at] ?? "";
    if (!closers.includes(quote)) return false;
    return (quote !== "'" && quote !== "’") || !WORD_BEHIND.test(this.query.slice(at + 1, at + 3));
  }
}
