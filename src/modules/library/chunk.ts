import { collapse, safeCut } from "./formats/clean-text.ts";
import type { OuterHeading, Unit } from "./formats/document.ts";

/** A passage of a unit, small enough to be one hit: `unit.text.slice(start, end) === text`. */
export interface Chunk {
  text: string;
  start: number;
  end: number;
  /** The headings over the passage, outermost first, joined with " > "; the document's title isn't one. */
  heading: string;
}

export const HEADING_SEPARATOR = " > ";

const MIN_WORDS = 100;
const TARGET_WORDS = 150;
const FULL_WORDS = 200;
const MAX_WORDS = 300;
/** A shorter rest at the end of a section joins the passage before it. */
const TINY_WORDS = 60;
const WINDOW_WORDS = 120;
const WINDOW_OVERLAP_WORDS = 30;
/** No passage is longer, whatever it is made of: an FTS row and an embedding stay bounded. */
export const MAX_CHUNK_CHARS = 4_000;

/** Scripts without spaces: one character weighs about half a word. */
const CJK_CHARACTER =
  "[\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{323af}]";
const CJK = new RegExp(CJK_CHARACTER, "gu");
const TOKEN = new RegExp(`(${CJK_CHARACTER})|(?:(?!${CJK_CHARACTER})\\S)+`, "gu");
const CJK_WORDS = 0.5;
const MAX_TOKEN_CHARS = 500;

const SENTENCES = new Intl.Segmenter("en", { granularity: "sentence" });

interface Span {
  start: number;
  end: number;
}

/** A piece that is never cut again: a paragraph, a sentence, or a part of a sentence that is too long. */
interface Atom extends Span {
  words: number;
  opensParagraph: boolean;
}

/**
 * Cuts a unit into passages of 150 to 200 words (300 at most) at paragraph borders, else at sentence borders; a
 * section of up to 300 words stays whole. None reaches over a heading. They cover all text but white space, in order and without overlap, except where
 * text has no structure at all: that becomes windows which overlap by a quarter.
 */
export function chunkUnit(unit: Unit): Chunk[] {
  const { text } = unit;
  return segmentsOf(unit).flatMap(({ span, heading }) =>
    passagesOf(text, span).map(({ start, end }) => ({ text: text.slice(start, end), start, end, heading })),
  );
}

/** Words in the sense of the limits here: runs of non-space, and CJK characters at half a word each. */
export function countWords(text: string): number {
  const cjk = text.match(CJK)?.length ?? 0;
  const rest = cjk > 0 ? text.replace(CJK, " ") : text;
  return cjk * CJK_WORDS + (rest.match(/\S+/g)?.length ?? 0);
}

interface Segment {
  span: Span;
  heading: string;
}

/** The stretches between headings; a heading without text stays with the deeper one that follows. */
function segmentsOf(unit: Unit): Segment[] {
  const { text, headings } = unit;
  const segments: Segment[] = [];
  const path: OuterHeading[] = [...(unit.above ?? [])];
  let start = 0;
  headings.forEach((heading, index) => {
    const previous = headings[index - 1];
    const joins =
      previous !== undefined &&
      previous.level < heading.level &&
      text.slice(previous.start + previous.title.length, heading.start).trim() === "";
    if (heading.start > start && !joins) {
      segments.push({ span: { start, end: heading.start }, heading: headingPath(unit, path) });
      start = heading.start;
    }
    while ((path.at(-1)?.level ?? 0) >= heading.level) path.pop();
    path.push(heading);
  });
  segments.push({ span: { start, end: text.length }, heading: headingPath(unit, path) });
  return segments;
}

function headingPath({ place }: Unit, headings: readonly OuterHeading[]): string {
  const titles = headings.map(({ title }) => title);
  // A table of contents may leave out the number that the chapter's own heading has.
  const own =
    "heading" in place && !titles.some((title) => title.endsWith(place.heading)) ? [place.heading] : [];
  const path = [...own, ...titles].map(collapse).filter((title) => title !== "");
  return path.filter((title, index) => title !== path[index - 1]).join(HEADING_SEPARATOR);
}

function passagesOf(text: string, segment: Span): Span[] {
  const whole = trimmed(text, segment.start, segment.end);
  if (whole === undefined) return [];
  if (isSmall(text, whole, MAX_WORDS)) return [whole];
  return isShapeless(text, whole) ? windows(text, whole) : pack(atomsOf(text, whole));
}

/** Greedy: fills up to the target, ends at a paragraph where it can, and never leaves a tiny rest if it fits. */
function pack(atoms: readonly Atom[]): Span[] {
  const passages: Atom[] = [];
  for (const atom of atoms) {
    const open = passages.at(-1);
    if (open === undefined || isComplete(open, atom)) passages.push({ ...atom });
    else extend(open, atom);
  }
  const last = passages.at(-1);
  const before = passages.at(-2);
  if (last && before && last.words < TINY_WORDS && fits(before, last)) extend(before, passages.pop() ?? last);
  return passages;
}

function isComplete(open: Atom, next: Atom): boolean {
  if (!fits(open, next)) return true;
  if (open.words >= TARGET_WORDS && next.opensParagraph) return true;
  return open.words >= MIN_WORDS && open.words + next.words > FULL_WORDS;
}

function fits(open: Atom, next: Atom): boolean {
  return open.words + next.words <= MAX_WORDS && next.end - open.start <= MAX_CHUNK_CHARS;
}

function extend(open: Atom, next: Atom): void {
  open.end = next.end;
  open.words += next.words;
}

function atomsOf(text: string, span: Span): Atom[] {
  return split(text, span, /\n[ \t]*\n/g).flatMap((paragraph) => {
    const parts = isSmall(text, paragraph)
      ? [paragraph]
      : sentencesOf(text, paragraph).flatMap((s) => bounded(text, s));
    return parts.map((part, index) => ({ ...part, words: wordsIn(text, part), opensParagraph: index === 0 }));
  });
}

/** A sentence that is too long on its own is cut at line ends, and a line at words. */
function bounded(text: string, sentence: Span): Span[] {
  if (isSmall(text, sentence)) return [sentence];
  return split(text, sentence, /\n/g).flatMap((line) =>
    isSmall(text, line) ? [line] : wordWindows(tokensOf(text, line), 0),
  );
}

function sentencesOf(text: string, span: Span): Span[] {
  // A single line end is no border: the lines of a paragraph are wrapped. Replacing it keeps the offsets.
  const flowing = text.slice(span.start, span.end).replace(/\n/g, " ");
  const sentences: Span[] = [];
  for (const { index, segment } of SENTENCES.segment(flowing)) {
    const sentence = trimmed(text, span.start + index, span.start + index + segment.length);
    if (sentence) sentences.push(sentence);
  }
  return sentences;
}

function isShapeless(text: string, span: Span): boolean {
  const isOneLine = !text.slice(span.start, span.end).includes("\n");
  return isOneLine && wordsIn(text, span) > MAX_WORDS && sentencesOf(text, span).length === 1;
}

function windows(text: string, span: Span): Span[] {
  return wordWindows(tokensOf(text, span), WINDOW_OVERLAP_WORDS);
}

function wordWindows(tokens: readonly Atom[], overlapWords: number): Span[] {
  const spans: Span[] = [];
  let from = 0;
  while (from < tokens.length) {
    let to = from;
    let words = 0;
    for (; to < tokens.length; to++) {
      const token = tokens[to];
      const first = tokens[from];
      if (!token || !first || (to > from && token.end - first.start > MAX_CHUNK_CHARS)) break;
      if (to > from && words + token.words > WINDOW_WORDS) break;
      words += token.words;
    }
    spans.push({ start: tokens[from]?.start ?? 0, end: tokens[to - 1]?.end ?? 0 });
    if (to >= tokens.length) break;
    from = Math.max(from + 1, stepBack(tokens, to, overlapWords));
  }
  return spans;
}

function stepBack(tokens: readonly Atom[], to: number, words: number): number {
  let at = to;
  for (let left = words; at > 0 && left > 0; left -= tokens[at - 1]?.words ?? 0) at--;
  return at;
}

/** Words, single CJK characters, and slices of what is longer than any word. */
function tokensOf(text: string, span: Span): Atom[] {
  const tokens: Atom[] = [];
  const push = (start: number, end: number, words: number) =>
    tokens.push({ start, end, words, opensParagraph: false });
  for (const match of text.slice(span.start, span.end).matchAll(TOKEN)) {
    const start = span.start + match.index;
    const end = start + match[0].length;
    if (match[1] !== undefined) push(start, end, CJK_WORDS);
    else {
      for (let from = start; from < end; ) {
        const to = end - from > MAX_TOKEN_CHARS ? safeCut(text, from + MAX_TOKEN_CHARS) : end;
        push(from, to, 1);
        from = to;
      }
    }
  }
  return tokens;
}

function split(text: string, span: Span, border: RegExp): Span[] {
  const parts: Span[] = [];
  let from = span.start;
  for (const match of text.slice(span.start, span.end).matchAll(border)) {
    const part = trimmed(text, from, span.start + match.index);
    if (part) parts.push(part);
    from = span.start + match.index + match[0].length;
  }
  const rest = trimmed(text, from, span.end);
  if (rest) parts.push(rest);
  return parts;
}

function trimmed(text: string, start: number, end: number): Span | undefined {
  const part = text.slice(start, end);
  const core = part.trim();
  if (core === "") return undefined;
  const from = start + part.length - part.trimStart().length;
  return { start: from, end: from + core.length };
}

function isSmall(text: string, span: Span, words = FULL_WORDS): boolean {
  return span.end - span.start <= MAX_CHUNK_CHARS && wordsIn(text, span) <= words;
}

function wordsIn(text: string, { start, end }: Span): number {
  return countWords(text.slice(start, end));
}
