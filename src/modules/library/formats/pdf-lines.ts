import { cleanCharacters, collapse } from "./clean-text.ts";

/** What pdf.js says of a run of glyphs; `transform` places it, `hasEOL` ends its line. */
export interface TextItem {
  str: string;
  transform: readonly number[];
  width: number;
  height: number;
  fontName: string;
  hasEOL: boolean;
}

/** A printed line in page units: `y` is the baseline and grows upwards. */
export interface Line {
  text: string;
  x: number;
  right: number;
  y: number;
  size: number;
  font: string;
  /** Whether nearly all of it is in that font: a title that runs into its text isn't. */
  isUniform: boolean;
}

/** No printed page comes near; what a page holds beyond it is left out. */
const MAX_LINES = 20_000;
const MAX_PAGE_CHARS = 200_000;
/** Superscripts and fractions stand this share of the type size off the baseline and belong to its line. */
const SAME_LINE_SHIFT = 0.6;
/** A gap of this many type sizes on one baseline parts columns. */
const COLUMN_GAP = 2.5;

/** A full stop or a formula in another font doesn't count. */
const UNIFORM_SHARE = 0.9;

interface OpenLine extends Omit<Line, "isUniform"> {
  fonts: Map<string, number>;
  sizes: Map<number, number>;
}

/** Joins the runs of a page to its lines, in reading order as pdf.js gives it (column by column). */
export function linesOf(items: readonly TextItem[]): Line[] {
  const lines: OpenLine[] = [];
  let ended = true;
  let chars = 0;
  for (const item of items) {
    chars += item.str.length;
    if (chars > MAX_PAGE_CHARS) break;
    const open = lines.at(-1);
    if (item.str.trim() === "") {
      if (open && !ended && item.str !== "") open.text += " ";
    } else if (open && (!ended ? isNear(open, item) : isContinued(open, item))) append(open, item);
    else if (lines.length < MAX_LINES) lines.push(begin(item));
    ended = item.hasEOL || (ended && item.str.trim() === "");
  }
  return lines.map(finish).filter(({ text }) => text !== "");
}

/** Whether a run that follows without a line end is on the same line all the same: columns may abut. */
function isNear(line: OpenLine, item: TextItem): boolean {
  const size = Math.max(line.size, sizeOf(item));
  return Math.abs(yOf(item) - line.y) <= size * 1.2 && xOf(item) - line.right <= size * COLUMN_GAP * 4;
}

/** pdf.js ends the line at every shift of the baseline; a shift by less than a line goes on where it was. */
function isContinued(line: OpenLine, item: TextItem): boolean {
  const size = Math.max(line.size, sizeOf(item));
  const gap = xOf(item) - line.right;
  return Math.abs(yOf(item) - line.y) <= size * SAME_LINE_SHIFT && gap > -size * 0.3 && gap < size;
}

function begin(item: TextItem): OpenLine {
  const size = sizeOf(item);
  return {
    text: item.str,
    x: xOf(item),
    right: xOf(item) + item.width,
    y: yOf(item),
    size,
    font: item.fontName,
    fonts: new Map([[item.fontName, item.str.length]]),
    sizes: new Map([[size, item.str.length]]),
  };
}

function append(line: OpenLine, item: TextItem): void {
  const size = sizeOf(item);
  if (xOf(item) - line.right > size * 0.15 && !line.text.endsWith(" ")) line.text += " ";
  line.text += item.str;
  line.right = Math.max(line.right, xOf(item) + item.width);
  if (size > line.size) line.y = yOf(item);
  line.size = Math.max(line.size, size);
  line.fonts.set(item.fontName, (line.fonts.get(item.fontName) ?? 0) + item.str.length);
  line.sizes.set(size, (line.sizes.get(size) ?? 0) + item.str.length);
}

function finish({ text, x, right, y, fonts, sizes }: OpenLine): Line {
  const font = mostCommon(fonts);
  const chars = [...fonts.values()].reduce((sum, count) => sum + count, 0);
  const isUniform = (fonts.get(font) ?? 0) >= chars * UNIFORM_SHARE;
  return { text: collapse(cleanCharacters(text)), x, right, y, size: mostCommon(sizes), font, isUniform };
}

/** The key with the greatest weight; the first of equals, so that it never depends on chance. */
export function mostCommon<T>(weights: ReadonlyMap<T, number>): T {
  const [first, ...rest] = weights;
  if (first === undefined) throw new RangeError("no weights");
  return rest.reduce((best, entry) => (entry[1] > best[1] ? entry : best), first)[0];
}

function sizeOf({ transform, height }: TextItem): number {
  const size = Math.hypot(transform[2] ?? 0, transform[3] ?? 0) || height || 1;
  return Math.round(size * 10) / 10;
}

function xOf({ transform }: TextItem): number {
  return transform[4] ?? 0;
}

function yOf({ transform }: TextItem): number {
  return transform[5] ?? 0;
}
