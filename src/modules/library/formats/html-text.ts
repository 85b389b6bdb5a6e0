import { Parser } from "htmlparser2";
import type { Block } from "./blocks.ts";
import { cleanCharacters, collapse, tidyLines } from "./clean-text.ts";
import type { DocumentMetadata } from "./document.ts";

const DROPPED = new Set(
  "script style nav template svg iframe object audio video canvas select button textarea datalist rt rp".split(
    " ",
  ),
);
const BLOCK = new Set(
  `address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
  footer form header hgroup hr html legend main menu ol p pre section summary table tbody tfoot thead ul`.split(
    /\s+/,
  ),
);
const BULLET = "-";
const HEADING = /^h([1-6])$/;
/** A longer one is a paragraph: headings stand over every passage of theirs. */
const MAX_HEADING_CHARS = 500;

export interface HtmlText {
  blocks: Block[];
  metadata: DocumentMetadata;
}

/**
 * The readable text of HTML or XHTML: blocks, headings with their levels, list items and table rows on lines of
 * their own. Reads in one pass whatever the nesting; never throws on bad markup.
 */
export function readHtml(source: string): HtmlText {
  const reader = new HtmlReader();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      onclosetag: (name) => reader.close(name),
      ontext: (text) => reader.add(text),
    },
    { recognizeSelfClosing: true, recognizeCDATA: true, decodeEntities: true },
  );
  parser.end(source);
  return reader.finish();
}

/** Decodes the entities of a text that holds no markup. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  let decoded = "";
  const parser = new Parser({ ontext: (part) => (decoded += part) }, { decodeEntities: true });
  parser.end(text.replaceAll("<", "&lt;"));
  return decoded;
}

class HtmlReader {
  private readonly blocks: Block[] = [];
  private readonly metadata: DocumentMetadata = {};
  private lines: string[] = [];
  private line = "";
  private title = "";
  private level: number | undefined;
  private preDepth = 0;
  private inCell = false;
  private inTitle = false;
  /** The open element whose content is dropped, once per open element of that name. */
  private dropped: string[] = [];

  open(name: string, attributes: Record<string, string>): void {
    if (this.dropped.length > 0) {
      if (this.dropped.at(-1) === name) this.dropped.push(name);
      return;
    }
    if (name === "title") this.inTitle = this.title === "";
    else if (name === "meta") this.meta(attributes);
    else if (name === "html") this.language(attributes);
    if (DROPPED.has(name) || (name === "a" && attributes.class?.includes("headerlink")))
      this.dropped.push(name);
    else this.border(name, true);
  }

  close(name: string): void {
    if (this.dropped.length > 0) {
      if (this.dropped.at(-1) === name) this.dropped.pop();
      return;
    }
    if (name === "title") this.inTitle = false;
    else this.border(name, false);
  }

  add(text: string): void {
    if (this.inTitle) this.title += text;
    else if (this.dropped.length === 0) this.line += this.preDepth > 0 ? text : text.replace(/\s+/g, " ");
  }

  finish(): HtmlText {
    this.flush();
    const title = collapse(cleanCharacters(this.title));
    if (title !== "") this.metadata.title = title;
    return { blocks: this.blocks, metadata: this.metadata };
  }

  private border(name: string, opens: boolean): void {
    const heading = HEADING.exec(name);
    if (heading && !this.inCell) {
      this.flush();
      this.level = opens ? Number(heading[1]) : undefined;
    } else if (name === "br") this.endLine(opens);
    else if (name === "tr") this.endRow();
    else if (name === "td" || name === "th") this.cell(opens);
    else if (name === "li") this.item(opens);
    else if (BLOCK.has(name)) this.block(name, opens);
  }

  private block(name: string, opens: boolean): void {
    if (name === "table") this.inCell = false;
    if (this.inCell) this.line += " ";
    else if (this.line.trim() !== BULLET) this.flush();
    if (name === "pre") this.preDepth = Math.max(0, this.preDepth + (opens ? 1 : -1));
  }

  private endLine(opens: boolean): void {
    if (!opens) return;
    this.lines.push(this.line);
    this.line = "";
  }

  private endRow(): void {
    this.inCell = false;
    this.endLine(true);
  }

  private cell(opens: boolean): void {
    this.inCell = opens;
    if (!opens) this.line += " | ";
  }

  private item(opens: boolean): void {
    if (this.inCell) this.line += " ";
    else if (opens) {
      this.endLine(true);
      this.line = `${BULLET} `;
    }
  }

  private flush(): void {
    this.lines.push(this.line);
    const text = this.preDepth > 0 ? tidyLines(cleanCharacters(this.lines.join("\n"))) : this.flowing();
    this.lines = [];
    this.line = "";
    if (text === "") return;
    const { level } = this;
    const isHeading = level !== undefined && text.length <= MAX_HEADING_CHARS;
    this.blocks.push(isHeading ? { text: collapse(text), level } : { text });
  }

  private flowing(): string {
    const lines = cleanCharacters(this.lines.join("\n")).split("\n");
    const tidy = lines.map((line) => collapse(line).replace(/(?: \|)+$/, ""));
    return tidy.filter((line) => line !== "" && line !== BULLET).join("\n");
  }

  private meta({ name, content }: Record<string, string>): void {
    if (name?.toLowerCase() !== "author" || !content) return;
    this.metadata.author = collapse(cleanCharacters(content));
  }

  private language(attributes: Record<string, string>): void {
    const language = attributes.lang ?? attributes["xml:lang"];
    if (language) this.metadata.language = language;
  }
}
