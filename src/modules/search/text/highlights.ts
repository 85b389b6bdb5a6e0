import { stemOf } from "./stems.ts";
import { unaccented, withSplitRuns } from "./words.ts";

export interface Span {
  start: number;
  end: number;
}

const WORD = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*/gu;

/** Where words with one of the stems stand in the text, whatever their form. */
export function highlightsOf(text: string, stems: ReadonlySet<string>): Span[] {
  const spans: Span[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const forms = withSplitRuns([unaccented(word.toLowerCase())]);
    if (forms.some((form) => stems.has(stemOf(form)))) spans.push({ start: index, end: index + word.length });
  }
  return spans;
}
