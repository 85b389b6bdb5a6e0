import type { Block } from "./blocks.ts";
import { inlineText } from "./markdown-text.ts";

const ATX_HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const SETEXT_UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
const SETEXT_TITLE = /^ {0,3}(?![-*+>|#]|\d+[.)]\s)\S/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const MAX_HEADING_CHARS = 500;

/** The source under a heading, as its paragraphs (a fenced block with its blank lines is one). */
export interface SourceSection {
  headings: Block[];
  paragraphs: string[];
}

/** Finds headings and paragraphs by their lines alone; nothing inside a paragraph is parsed. */
export function sourceSections(source: string): SourceSection[] {
  const scanner = new SectionScanner();
  const lines = source.split("\n");
  lines.forEach((line, index) => {
    scanner.add(line, lines[index + 1] ?? "");
  });
  return scanner.finish();
}

class SectionScanner {
  private readonly sections: SourceSection[] = [];
  private section: SourceSection = { headings: [], paragraphs: [] };
  private paragraph: string[] = [];
  private fence = "";
  private hasBody = false;
  private isUnderline = false;

  add(line: string, next: string): void {
    if (this.isUnderline) {
      this.isUnderline = false;
      this.paragraph.push(line);
      this.endParagraph();
    } else if (this.fence !== "") this.fenced(line);
    else if (line.trim() === "") this.endParagraph();
    else if (!this.heading(line, next)) this.body(line);
  }

  finish(): SourceSection[] {
    this.endParagraph();
    this.sections.push(this.section);
    return this.sections.filter(({ paragraphs }) => paragraphs.length > 0);
  }

  private heading(line: string, next: string): boolean {
    const atx = ATX_HEADING.exec(line);
    if (atx) {
      this.start(atx[1]?.length ?? 1, atx[2] ?? "");
      this.paragraph.push(line);
      this.endParagraph();
      return true;
    }
    const underline = SETEXT_UNDERLINE.exec(next);
    if (!underline || this.paragraph.length > 0 || !SETEXT_TITLE.test(line)) return false;
    this.start(underline[1]?.startsWith("=") ? 1 : 2, line);
    this.paragraph.push(line);
    this.isUnderline = true;
    return true;
  }

  private start(level: number, title: string): void {
    this.endParagraph();
    if (this.hasBody || (this.section.headings.at(-1)?.level ?? 0) >= level) {
      this.sections.push(this.section);
      this.section = { headings: [], paragraphs: [] };
    }
    this.hasBody = false;
    const text = inlineText(title.slice(0, MAX_HEADING_CHARS));
    if (text !== "") this.section.headings.push({ text, level });
  }

  private body(line: string): void {
    this.hasBody = true;
    this.paragraph.push(line);
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && !(mark.startsWith("`") && line.trim().slice(mark.length).includes("`")))
      this.fence = mark;
  }

  private fenced(line: string): void {
    this.paragraph.push(line);
    const mark = line.trim();
    if (mark.startsWith(this.fence) && /^(?:`+|~+)$/.test(mark)) {
      this.fence = "";
      this.endParagraph();
    }
  }

  private endParagraph(): void {
    if (this.paragraph.length > 0) this.section.paragraphs.push(this.paragraph.join("\n"));
    this.paragraph = [];
  }
}
