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
