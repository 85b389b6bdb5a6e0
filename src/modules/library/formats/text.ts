import { type Block, sectionsOf, unitsOf } from "./blocks.ts";
import { cleanCharacters, collapse, tidyLines } from "./clean-text.ts";
import { decodeText } from "./decode-text.ts";
import type { OpenDocument } from "./document.ts";
import { openedUnits } from "./opened.ts";

const MAX_HEADING_CHARS = 80;
const UNDERLINE = /^(={3,}|-{3,}|~{3,}|\*{3,})$/;
const UNDERLINE_LEVELS: Record<string, number> = { "=": 1, "*": 1, "-": 2, "~": 3 };
const NUMBERED =
  /^(?:(\d{1,3}(?:\.\d{1,3})*)\.?|[IVXLC]{1,7}\.|(?:chapter|part|section|appendix)\s+[\dA-Z]+[.:]?)(?:\s+\S|$)/i;
/** One line in capitals may be a shout; a text that is made of sections has several headings. */
const MIN_GUESSED_HEADINGS = 2;

/**
 * Plain text by heading where it plainly has some (underlined, numbered or capital lines that stand alone),
 * otherwise in parts at paragraph borders.
 */
export async function openText(bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  const blocks = readText(decodeText(bytes));
  return openedUnits(
    {},
    unitsOf(sectionsOf(blocks), ({ heading }) => ({ heading })),
  );
}

export function readText(source: string): Block[] {
  const paragraphs = cleanCharacters(source)
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map(tidyLines)
    .filter((text) => text !== "");
  const guessed = paragraphs.filter((text) => guessedLevel(text) !== undefined).length;
  const guesses = guessed >= MIN_GUESSED_HEADINGS && guessed < paragraphs.length;
  return paragraphs.flatMap(
    (text) => underlined(text) ?? [withLevel(text, guesses ? guessedLevel(text) : undefined)],
  );
}

function withLevel(text: string, level: number | undefined): Block {
  return level === undefined ? { text } : { text: collapse(text), level };
}

/** A title with a line of marks below it, and the text that follows without a gap. */
function underlined(paragraph: string): Block[] | undefined {
  const [title = "", marks = "", ...rest] = paragraph.split("\n");
  const mark = UNDERLINE.exec(marks.trim())?.[1];
  if (mark === undefined || title.length > MAX_HEADING_CHARS || !/[\p{L}\p{N}]/u.test(title))
    return undefined;
  const heading = { text: collapse(title), level: UNDERLINE_LEVELS[mark.charAt(0)] ?? 1 };
  const body = tidyLines(rest.join("\n"));
  return body === "" ? [heading] : [heading, { text: body }];
}

function guessedLevel(paragraph: string): number | undefined {
  if (paragraph.length > MAX_HEADING_CHARS || paragraph.includes("\n") || /[.,;:!?]$/.test(paragraph))
    return undefined;
  const numbered = NUMBERED.exec(paragraph);
  if (numbered && /\p{L}/u.test(paragraph)) return numbered[1]?.split(".").length ?? 1;
  const letters = paragraph.match(/\p{L}/gu)?.length ?? 0;
  return letters >= 4 && /\p{Lu}/u.test(paragraph) && !/\p{Ll}/u.test(paragraph) ? 1 : undefined;
}
