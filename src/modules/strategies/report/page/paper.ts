import PDFDocument from "pdfkit";
import { toBytes } from "pdfkit/output";
import { legible } from "./legible.ts";
import { COLOURS, COLUMN, PAGE, STYLES, type Style } from "./style.ts";

/** The report's typeface as TrueType files, whose characters `legible` knows. */
export interface ReportFonts {
  regular: Uint8Array;
  semibold: Uint8Array;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Place = Pick<Box, "x" | "y" | "width">;
type Align = "left" | "right" | "center";
type Element = ReturnType<PDFKit.PDFDocument["struct"]>;

interface About {
  title: string;
  author: string;
  subject: string;
  generatedAt: number;
}

/**
 * A document of A4 pages that is written from top to bottom, tagged in reading order. Text goes through `line` and `block`, which
 * show any string; everything else is drawn on `pdf`. Same calls, same bytes: its only date is the one that it is given.
 */
export class Paper {
  readonly pdf: PDFKit.PDFDocument;
  /** Where the next thing goes. */
  y: number = PAGE.top;
  readonly #root: Element;
  readonly #bytes: Promise<Uint8Array>;

  constructor(fonts: ReportFonts, { author, generatedAt, subject, title }: About) {
    this.pdf = new PDFDocument({
      ...{ size: [PAGE.width, PAGE.height], margin: 0, autoFirstPage: false, bufferPages: true },
      ...{ pdfVersion: "1.7", tagged: true, lang: "en-GB", displayTitle: true },
      // No default font: that would be Helvetica, which needs a file of its own.
      font: "",
      info: {
        ...{ Title: title.toWellFormed(), Author: author.toWellFormed(), Subject: subject.toWellFormed() },
        ...{ Creator: "Bourse", Producer: "Bourse", CreationDate: new Date(generatedAt) },
      },
    });
    this.#bytes = toBytes(this.pdf);
    this.pdf.registerFont("regular", fonts.regular);
    this.pdf.registerFont("semibold", fonts.semibold);
    this.#root = this.pdf.struct("Document");
    this.pdf.addStructure(this.#root);
  }

  startPage(): void {
    this.pdf.addPage();
    this.y = PAGE.top;
  }

  /** Starts a page where the current one has no room for so much. */
  ensure(height: number): void {
    if (this.y + height > PAGE.bottom) this.startPage();
  }

  /** Adds an element of the document's structure with what `draw` draws as its content, within one page. */
  tag(type: string, draw: () => void, options: { alt?: string } = {}, parent: Element = this.#root): void {
    parent.add(this.pdf.struct(type, options, draw));
  }

  /** Adds an element that holds others. */
  group(type: string, parent: Element = this.#root): Element {
    const element = this.pdf.struct(type);
    parent.add(element);
    return element;
  }

  /** What is on the page but is not read, such as running heads. */
  artifact(draw: () => void): void {
    this.pdf.markContent("Artifact", { type: "Pagination" });
    draw();
    this.pdf.endMarkedContent();
  }

  widthOf(text: string, style: Style): number {
    return this.#styled(style).widthOfString(legible(text));
  }

  /** One line, cut with an ellipsis to its width. */
  line(text: string, style: Style, { width, x, y }: Place, align: Align = "left"): void {
    const pdf = this.#styled(style);
    const shown = this.#fitted(legible(text), width);
    const free = align === "left" ? 0 : width - pdf.widthOfString(shown);
    // Lines stand in the middle of their leading.
    const top = y + (style.leading - pdf.currentLineHeight(true)) / 2;
    pdf.text(shown, x + (align === "center" ? free / 2 : free), top, { lineBreak: false });
  }

  /** A wrapped text of at most so many lines; returns its height. */
  block(text: string, style: Style, { width, x, y }: Place, lines = 12): number {
    const broken = this.broken(text, style, width, lines);
    for (const [at, line] of broken.entries())
      this.line(line, style, { x, y: y + at * style.leading, width: width + 1 });
    return broken.length * style.leading;
  }

  /** The lines of a text in a width; what is longer than `lines` ends with an ellipsis. */
  broken(text: string, style: Style, width: number, lines = 12): string[] {
    const pdf = this.#styled(style);
    const whole = legible(text);
    if (pdf.widthOfString(whole) <= width) return [whole];
    const broken: string[] = [];
    let line = "";
    for (const word of whole.split(" ").flatMap((long) => this.#pieces(long, width))) {
      const longer = line === "" ? word : `${line} ${word}`;
      if (line !== "" && pdf.widthOfString(longer) > width) {
        broken.push(line);
        line = word;
      } else line = longer;
    }
    broken.push(line);
    if (broken.length <= lines) return broken;
    const last = this.#fitted(`${broken.slice(lines - 1).join(" ")}`, width);
    return [...broken.slice(0, lines - 1), last];
  }

  /** A paragraph over the whole column, of at most so many lines. */
  paragraph(text: string, style: Style = STYLES.body, after = 6, lines = 3): void {
    const height = this.broken(text, style, COLUMN, lines).length * style.leading;
    this.ensure(height);
    this.tag("P", () => this.block(text, style, { x: PAGE.left, y: this.y, width: COLUMN }, lines));
    this.y += height + after;
  }

  rule(y: number, colour: string = COLOURS.rule, width = 0.5, { x, width: length } = COLUMN_BOX): void {
    this.pdf
      .moveTo(x, y)
      .lineTo(x + length, y)
      .lineWidth(width)
      .strokeColor(colour)
      .stroke();
  }

  /** Calls for each page with its number and their count, then ends the document and returns it. */
  async finish(decorate: (page: number, pages: number) => void): Promise<Uint8Array> {
    const { count } = this.pdf.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.pdf.switchToPage(page);
      decorate(page + 1, count);
    }
    this.pdf.end();
    return await this.#bytes;
  }

  #styled({ colour, font, size }: Style): PDFKit.PDFDocument {
    return this.pdf.font(font).fontSize(size).fillColor(colour);
  }

  #fitted(text: string, width: number): string {
    if (this.pdf.widthOfString(text) <= width) return text;
    let [least, most] = [0, text.length];
    while (least < most) {
      const middle = (least + most + 1) >> 1;
      if (this.pdf.widthOfString(`${text.slice(0, middle)}…`) <= width) least = middle;
      else most = middle - 1;
    }
    return `${text.slice(0, least).trimEnd()}…`;
  }

  /** A word in parts that fit into the width. */
  #pieces(word: string, width: number): string[] {
    const pieces: string[] = [];
    let rest = word;
    while (rest.length > 1 && this.pdf.widthOfString(rest) > width) {
      let length = Math.max(1, Math.floor((rest.length * width) / this.pdf.widthOfString(rest)));
      while (length > 1 && this.pdf.widthOfString(rest.slice(0, length)) > width) length -= 1;
      pieces.push(rest.slice(0, length));
      rest = rest.slice(length);
    }
    return [...pieces, rest];
  }
}

const COLUMN_BOX: Pick<Box, "x" | "width"> = { x: PAGE.left, width: COLUMN };
