import { BLOCK_GAP, cutText, enter, joinBlocks, pathAbove } from "./blocks.ts";
import { cleanCharacters, collapse } from "./clean-text.ts";
import { decodeText } from "./decode-text.ts";
import type { DocumentMetadata, OpenDocument, OuterHeading, Unit } from "./document.ts";
import { MAX_UNIT_CHARS } from "./limits.ts";
import { type SourceSection, sourceSections } from "./markdown-sections.ts";
import { readMarkdown } from "./markdown-text.ts";
import { openedDocument } from "./opened.ts";

const FRONT_MATTER = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;

/** A stretch of the source under one heading (or under a bare heading and the deeper one that follows). */
interface Part {
  source: string;
  above: OuterHeading[];
  heading: string;
}

/**
 * Markdown by section. Opening only finds the headings; a section is parsed when it is read, so a slice of a
 * long document costs a slice.
 */
export async function openMarkdown(bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  const source = decodeText(bytes)
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n");
  const front = FRONT_MATTER.exec(source);
  const sections = sourceSections(front ? source.slice(front[0].length) : source);
  const parts = partsOf(sections);
  const metadata = frontMatter(front?.[1] ?? "");
  const title = metadata.title ?? sections.find(({ headings }) => headings.length > 0)?.headings[0]?.text;
  return openedDocument(title ? { ...metadata, title } : metadata, parts.length, (index) =>
    unitOf(parts, index),
  );
}

function unitOf(parts: readonly Part[], index: number): Unit {
  const { source, above, heading } = parts[index] ?? { source: "", above: [], heading: "" };
  return { index, place: { heading }, ...joinBlocks(readMarkdown(source)), above };
}

function partsOf(sections: readonly SourceSection[]): Part[] {
  const path: OuterHeading[] = [];
  return sections.flatMap(({ headings, paragraphs }) => {
    const above = pathAbove(path, headings[0]?.level);
    enter(path, headings);
    const heading = path.at(-1)?.title ?? "";
    const inside = [...path];
    return packParagraphs(paragraphs).map((source, index) => ({
      source,
      above: index === 0 ? above : inside,
      heading,
    }));
  });
}

function packParagraphs(paragraphs: readonly string[]): string[] {
  const parts: string[] = [];
  for (const paragraph of paragraphs.flatMap((text) => cutText(text, MAX_UNIT_CHARS))) {
    const open = parts.at(-1);
    if (open !== undefined && open.length + BLOCK_GAP.length + paragraph.length <= MAX_UNIT_CHARS) {
      parts[parts.length - 1] = open + BLOCK_GAP + paragraph;
    } else parts.push(paragraph);
  }
  return parts;
}

/** The three fields that we show, from the plain `key: value` lines of a YAML preamble. */
function frontMatter(yaml: string): DocumentMetadata {
  const metadata: DocumentMetadata = {};
  for (const line of yaml.split("\n")) {
    const [, key, value] = /^(title|author|lang|language)[ \t]*:[ \t]*(\S.*)$/.exec(line) ?? [];
    const text = collapse(cleanCharacters(value ?? "")).replace(/^(["'])(.*)\1$/, "$2");
    if (text === "" || /^[[{|>]/.test(text)) continue;
    if (key === "title" || key === "author") metadata[key] = text;
    else metadata.language = text;
  }
  return metadata;
}
