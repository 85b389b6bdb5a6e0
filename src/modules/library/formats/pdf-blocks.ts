import { type Block, cutText } from "./blocks.ts";
import { collapse } from "./clean-text.ts";
import { type Line, mostCommon } from "./pdf-lines.ts";

/** A page is cut here; no printed page comes near. */
const MAX_BLOCK_CHARS = 20_000;
const MAX_HEADING_CHARS = 160;
const MAX_HEADING_LINES = 4;
/** Type this much larger than the page's own makes a heading; the steps are its levels. */
const HEADING_SIZES: readonly [ratio: number, level: number][] = [
  [1.75, 1],
  [1.35, 2],
  [1.12, 3],
];
const NUMBERED_HEADING = /^(?:(\d{1,2}(?:\.\d{1,3})*)\.?|([IVX]{1,5})\.|[A-Z]\.)\s+\p{Lu}/u;
const IDEOGRAPH = /[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]/;
const DOT_LEADER = /(?:\s?[.·…]){4,}\s?/g;
/** Gaps between baselines, in the page's usual ones, that part paragraphs. */
const PARAGRAPH_GAP = 1.35;
const INDENT = 0.7;

/** The paragraphs and headings of a page's lines; wrapped lines are joined and hyphenated words made whole. */
export function blocksOfLines(lines: readonly Line[]): Block[] {
  if (lines.length === 0) return [];
  const page = measure(lines);
  return groups(lines, page).flatMap((group) => blocksOfGroup(group, page));
}

interface Measures {
  size: number;
  font: string;
  leading: number;
}

function measure(lines: readonly Line[]): Measures {
  const sizes = new Map<number, number>();
  const fonts = new Map<string, number>();
  const gaps = new Map<number, number>();
  lines.forEach((line, index) => {
    sizes.set(line.size, (sizes.get(line.size) ?? 0) + line.text.length);
    fonts.set(line.font, (fonts.get(line.font) ?? 0) + line.text.length);
    const next = lines[index + 1];
    const gap = next ? Math.round((line.y - next.y) * 2) / 2 : 0;
    if (gap > line.size * 0.8 && gap < line.size * 2.5) gaps.set(gap, (gaps.get(gap) ?? 0) + 1);
  });
  const size = mostCommon(sizes);
  return { size, font: mostCommon(fonts), leading: gaps.size > 0 ? mostCommon(gaps) : size * 1.2 };
}

/** Lines that belong together: one paragraph, one heading, or one listing. */
function groups(lines: readonly Line[], page: Measures): Line[][] {
  const all: Line[][] = [];
  lines.forEach((line, index) => {
    const before = lines[index - 1];
    const open = all.at(-1);
    if (before && open && !startsParagraph(before, line, open, page)) open.push(line);
    else all.push([line]);
  });
  return all;
}

function startsParagraph(before: Line, line: Line, open: readonly Line[], page: Measures): boolean {
  const gap = before.y - line.y;
  if (headingLevel(before, page) !== headingLevel(line, page)) return true;
  if (gap > page.leading * PARAGRAPH_GAP * Math.max(1, before.size / page.size)) return true;
  if (gap < -page.leading) return !continuesColumn(before, line);
  const isIndented = line.x - before.x > line.size * INDENT && line.x - before.x < line.size * 6;
  return isIndented && line.font === page.font && isFull(open, before, line);
}

/** A column's end in the middle of a sentence: the next column goes on in lower case. */
function continuesColumn(before: Line, line: Line): boolean {
  return before.size === line.size && /[\p{L},-]$/u.test(before.text) && /^\p{Ll}/u.test(line.text);
}

/** An indent only means a new paragraph where the lines before it were set flush, not in a listing. */
function isFull(open: readonly Line[], before: Line, line: Line): boolean {
  const left = Math.min(...open.slice(-3).map(({ x }) => x));
  return before.x - left < before.size * INDENT && before.right - before.x > (line.right - line.x) * 0.3;
}

function blocksOfGroup(group: readonly Line[], page: Measures): Block[] {
  const [first] = group;
  const level = first && headingLevel(first, page);
  if (level !== undefined && group.length <= MAX_HEADING_LINES) {
    const title = collapse(joinLines(group).replaceAll("\n", " "));
    if (title.length <= MAX_HEADING_CHARS) return [{ text: title, level }];
  }
  const text = joinLines(group);
  return cutText(text, MAX_BLOCK_CHARS).map((piece) => ({ text: piece }));
}

function headingLevel(line: Line, page: Measures): number | undefined {
  if (!/\p{L}{2}/u.test(line.text) || /(?:\s?\.){4,}/.test(line.text)) return undefined;
  const ratio = line.size / page.size;
  const bySize = HEADING_SIZES.find(([least]) => ratio >= least);
  const number = NUMBERED_HEADING.exec(line.text);
  const isSetApart = line.isUniform && line.font !== page.font && ratio >= 1 && line.text.length < 100;
  const standsOut = bySize !== undefined || isSetApart;
  if (number && standsOut) return number[1] ? 1 + number[1].split(".").length : number[2] ? 2 : 3;
  return bySize?.[1];
}

/** A line that was full when it ended was wrapped: it goes on. One that had room left ends there. */
function joinLines(group: readonly Line[]): string {
  let text = "";
  group.forEach((line, index) => {
    const before = group[index - 1];
    if (before === undefined) text = line.text;
    else if (/[a-z]-$/.test(text.slice(-2)) && /^[a-z]/.test(line.text)) text = text.slice(0, -1) + line.text;
    else text += (wraps(before, line, group, index) ? wrapSpace(text, line.text) : "\n") + line.text;
  });
  return text.replace(DOT_LEADER, " … ").trim();
}

/** Chinese and Japanese lines join without a space. */
function wrapSpace(text: string, next: string): string {
  return IDEOGRAPH.test(text.slice(-1)) && IDEOGRAPH.test(next.charAt(0)) ? "" : " ";
}

function wraps(before: Line, line: Line, group: readonly Line[], index: number): boolean {
  if (line.y > before.y) return true;
  const near = group.slice(Math.max(0, index - 6), index + 6);
  const column = near.filter((other) => other.x < before.right && other.right > before.x);
  const right = Math.max(...column.map((other) => other.right));
  const firstWord = line.text.indexOf(" ") > 0 ? line.text.indexOf(" ") : line.text.length;
  const wordWidth = ((line.right - line.x) * (firstWord + 1)) / Math.max(1, line.text.length);
  return before.right + wordWidth * 1.1 > right;
}
