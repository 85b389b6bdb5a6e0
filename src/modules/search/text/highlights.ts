import { stemOf } from "./stems.ts";
import { termsOf, unaccented, withSplitRuns } from "./words.ts";

export interface Span {
  start: number;
  end: number;
}

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*/gu;

/** Where words with one of the stems stand in the text, whatever their form; in scripts without spaces, the very signs. */
export function highlightsOf(text: string, stems: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const plain = unaccented(word.toLowerCase());
    const terms = termsOf(plain);
    const isOneWord = terms.length === 1 && terms[0] === plain;
    for (const { end, start } of isOneWord ? wholeWord(word, plain, stems) : within(word, terms, stems)) {
      const last = spans.at(-1);
      if (last && last.end >= index + start && last.start <= index + start) last.end = index + end;
      else spans.push({ start: index + start, end: index + end });
    }
  }
  return spans;
}

function wholeWord(word: string, plain: string, stems: ReadonlySet<string>): Span[] {
  const isMeant = withSplitRuns([plain]).some((form) => stems.has(stemOf(form)));
  return isMeant ? [{ start: 0, end: word.length }] : [];
}

/** Terms come in the order in which they stand, each at or after the place where the one before began. */
function within(word: string, terms: readonly string[], stems: ReadonlySet<string>): Span[] {
  const lower = word.toLowerCase();
  let from = 0;
  return terms.flatMap((term) => {
    const start = lower.indexOf(term, from);
    if (start < 0) return [];
    from = start + 1;
    return stems.has(stemOf(term)) ? [{ start, end: start + term.length }] : [];
  });
}
