import { deflate, utf8 } from "./bytes.ts";
import { type Chapter, HANDBOOK, HANDBOOK_AUTHOR, HANDBOOK_TITLE } from "./handbook.ts";
import { literal, type PageContent, writePages } from "./pdf-writer.ts";

const PAGE = { width: 420, height: 595, left: 48, right: 372, top: 530, bottom: 60 };
const BODY = { size: 10, leading: 12.5 };
const GUTTER = 18;
/** Times Roman, thousandths of the type size, for the characters from space to tilde. */
const WIDTHS =
  `250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 500 500 278 278 564
  564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 556 722 667 556 611 722 722 944 722 722
  611 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 500 500 333 389 278 500 500
  722 500 500 444 480 200 480 541`
    .trim()
    .split(/\s+/)
    .map(Number);

/** The handbook as a PDF: a chapter to a page with running heads, justified and hyphenated, chapter 3 in two columns. */
export async function makeSamplePdf(): Promise<Uint8Array<ArrayBuffer>> {
  const pages: PageContent[] = [];
  for (const [index, chapter] of HANDBOOK.entries()) {
    const stream = await deflate(utf8(pageOf(chapter, index + 1)));
    pages.push({ stream, dictionary: "/Filter /FlateDecode" });
  }
  return writePages(pages, `/Title ${literal(HANDBOOK_TITLE)} /Author ${literal(HANDBOOK_AUTHOR)}`);
}

function pageOf(chapter: Chapter, number: number): string {
  const pen = new Pen();
  pen.show("F3", 8, PAGE.left, 562, HANDBOOK_TITLE);
  pen.show("F3", 8, PAGE.right - 30, 562, `Page ${number}`);
  pen.show("F2", 18, PAGE.left, PAGE.top, chapter.title);
  pen.show("F3", 8, PAGE.left, 34, "For training on the desk only");
  const columns = chapter.columns ?? 1;
  const width = (PAGE.right - PAGE.left - GUTTER * (columns - 1)) / columns;
  let column = 0;
  let y = PAGE.top - 30;
  const room = (height: number) => {
    if (y - height >= PAGE.bottom || column + 1 >= columns) return;
    column++;
    y = PAGE.top - 30;
  };
  for (const section of chapter.sections) {
    room(60);
    const left = () => PAGE.left + column * (width + GUTTER);
    pen.show("F2", 12, left(), y, section.title);
    y -= 18;
    for (const paragraph of section.paragraphs) {
      for (const line of wrap(paragraph, width)) {
        room(BODY.leading);
        pen.line(left(), y, line, width);
        y -= BODY.leading;
      }
      y -= 7;
    }
    y -= 8;
  }
  return pen.operators.join("\n");
}

interface WrappedLine {
  text: string;
  isLast: boolean;
}

class Pen {
  readonly operators: string[] = [];

  show(font: string, size: number, x: number, y: number, text: string): void {
    this.operators.push(`BT /${font} ${size} Tf ${x} ${y} Td ${literal(text)} Tj ET`);
  }

  /** A line of body text, its spaces stretched to the full width unless it ends its paragraph. */
  line(x: number, y: number, { text, isLast }: WrappedLine, width: number): void {
    const spaces = text.split(" ").length - 1;
    const stretch = isLast || spaces === 0 ? 0 : (width - widthOf(text)) / spaces;
    this.operators.push(
      `BT /F1 ${BODY.size} Tf ${stretch.toFixed(3)} Tw ${x} ${y} Td ${literal(text)} Tj ET`,
    );
  }
}

/** Greedy lines; a word with a soft hyphen is parted there when its first half still fits. */
function wrap(paragraph: string, width: number): WrappedLine[] {
  const lines: string[] = [];
  let line = "";
  const words = paragraph.split(" ");
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const whole = word.replaceAll("\u00ad", "");
    const before = line === "" ? "" : `${line} `;
    const [head = "", tail] = word.split("\u00ad");
    if (widthOf(before + whole) <= width) line = before + whole;
    else if (tail !== undefined && widthOf(`${before}${head}-`) <= width) {
      lines.push(`${before}${head}-`);
      line = tail;
    } else {
      lines.push(line);
      line = whole;
    }
  }
  return [...lines.map((text) => ({ text, isLast: false })), { text: line, isLast: true }];
}

function widthOf(text: string): number {
  let width = 0;
  for (let at = 0; at < text.length; at++) width += WIDTHS[text.charCodeAt(at) - 32] ?? 500;
  return (width * BODY.size) / 1000;
}
