import { safeCut } from "./clean-text.ts";
import type { Heading, OuterHeading, Place, Unit } from "./document.ts";
import { MAX_UNIT_CHARS } from "./limits.ts";

/** A paragraph, or a heading when it has a level. `text` is clean and not empty. */
export interface Block {
  text: string;
  level?: number;
}

/** The text and headings of a unit, and the headings above its beginning, outermost first. */
export interface Section {
  above: OuterHeading[];
  heading: string;
  text: string;
  headings: Heading[];
}

export const BLOCK_GAP = "\n\n";

/** Blocks as one text, a blank line between each two, with the headings' places in it. */
export function joinBlocks(blocks: readonly Block[]): { text: string; headings: Heading[] } {
  const headings: Heading[] = [];
  let text = "";
  for (const block of blocks) {
    if (text !== "") text += BLOCK_GAP;
    if (block.level !== undefined)
      headings.push({ level: block.level, title: block.text, start: text.length });
    text += block.text;
  }
  return { text, headings };
}

/**
 * One section per heading, cut where it is longer than a unit may be. A heading without text of its own joins
 * the deeper one that follows it.
 */
export function sectionsOf(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  const path: OuterHeading[] = [];
  let held: Block[] = [];
  let hasBody = false;
  const flush = () => {
    sections.push(...boundedSections(held, pathAbove(path, held[0]?.level)));
    enter(path, held);
    held = [];
    hasBody = false;
  };
  for (const block of blocks) {
    if (block.level === undefined) hasBody = true;
    else if (held.length > 0 && (hasBody || (held.at(-1)?.level ?? 0) >= block.level)) flush();
    held.push(block);
  }
  if (held.length > 0) flush();
  return sections;
}

/** Cuts blocks into parts that fit a unit; a part knows the headings that are in force where it begins. */
export function boundedSections(blocks: readonly Block[], above: readonly OuterHeading[]): Section[] {
  const path: OuterHeading[] = [];
  return packBlocks(blocks).map((part) => {
    const { text, headings } = joinBlocks(part);
    const over = [...above, ...pathAbove(path, part[0]?.level)];
    enter(path, part);
    return { above: over, heading: path.at(-1)?.title ?? "", text, headings };
  });
}

/** Groups of blocks of at most `MAX_UNIT_CHARS` each, in order; a longer block is cut. */
export function packBlocks(blocks: readonly Block[]): Block[][] {
  const parts: Block[][] = [];
  let part: Block[] = [];
  let length = 0;
  for (const block of blocks.flatMap(cutBlock)) {
    if (part.length > 0 && length + BLOCK_GAP.length + block.text.length > MAX_UNIT_CHARS) {
      parts.push(part);
      part = [];
      length = 0;
    }
    part.push(block);
    length += BLOCK_GAP.length + block.text.length;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function cutBlock(block: Block): Block[] {
  if (block.text.length <= MAX_UNIT_CHARS) return [block];
  if (block.level !== undefined) return cutBlock({ text: block.text });
  return cutText(block.text, MAX_UNIT_CHARS).map((text) => ({ text }));
}

/** Pieces of at most `max` characters, cut at the last line end, else the last space, else anywhere whole. */
export function cutText(text: string, max: number): string[] {
  const pieces: string[] = [];
  let from = 0;
  while (text.length - from > max) {
    const window = text.slice(from, from + max);
    const border = [window.lastIndexOf("\n"), window.lastIndexOf(" ")].find((at) => at > max / 2);
    const to = border === undefined ? safeCut(text, from + max) : from + border;
    pieces.push(text.slice(from, to).trim());
    from = to;
  }
  pieces.push(text.slice(from).trim());
  return pieces.filter((piece) => piece !== "");
}

/** Numbers sections as units; the heading path above each is kept for the chunks' titles. */
export function unitsOf(sections: readonly Section[], place: (section: Section) => Place): Unit[] {
  return sections.map((section, index) => ({
    index,
    place: place(section),
    text: section.text,
    headings: section.headings,
    above: section.above,
  }));
}

/** The headings that stay in force over something of this level; over a plain paragraph, all of them. */
export function pathAbove(path: readonly OuterHeading[], level = Number.POSITIVE_INFINITY): OuterHeading[] {
  return path.filter((heading) => heading.level < level);
}

/** Keeps `path` the headings in force after these blocks. */
export function enter(path: OuterHeading[], blocks: readonly Block[]): void {
  for (const { level, text } of blocks) {
    if (level === undefined) continue;
    while ((path.at(-1)?.level ?? 0) >= level) path.pop();
    path.push({ level, title: text });
  }
}
