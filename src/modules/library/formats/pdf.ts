import { getDocumentProxy } from "unpdf";
import { joinBlocks } from "./blocks.ts";
import { cleanCharacters, collapse } from "./clean-text.ts";
import { type DocumentMetadata, type OpenDocument, type Unit, UnreadableDocument } from "./document.ts";
import { blocksOfLines } from "./pdf-blocks.ts";
import { type Line, linesOf } from "./pdf-lines.ts";
import { type PdfProxy, readOutline } from "./pdf-outline.ts";
import { NEIGHBOUR_PAGES, withoutRunningLines } from "./pdf-running.ts";

export const MAX_PAGES = 10_000;

/**
 * A PDF by page. The text of a page depends on it and `NEIGHBOUR_PAGES` on either side alone, so any way of
 * slicing gives the same. Pages without text (scans) are empty units. Detaches `bytes`; run `guardPdf` first.
 */
export async function openPdf(bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  const pdf = await openProxy(bytes);
  const pages = new PageLines(pdf);
  const unitCount = pdf.numPages;
  const outline = await readOutline(pdf);
  return {
    unitCount,
    metadata: await metadataOf(pdf),
    async read(from, to) {
      const units: Unit[] = [];
      for (let index = Math.max(0, from); index < Math.min(to, unitCount); index++) {
        units.push(outline.place(await unitOf(pages, index, unitCount)));
      }
      return units;
    },
    close: () => pdf.loadingTask.destroy(),
  };
}

async function unitOf(pages: PageLines, index: number, pageCount: number): Promise<Unit> {
  const neighbours: Line[][] = [];
  const first = Math.max(0, index - NEIGHBOUR_PAGES);
  pages.forgetBefore(first);
  for (let other = first; other <= Math.min(pageCount - 1, index + NEIGHBOUR_PAGES); other++) {
    if (other !== index) neighbours.push(await pages.at(other));
  }
  const lines = withoutRunningLines(await pages.at(index), neighbours);
  return { index, place: { page: index + 1 }, ...joinBlocks(blocksOfLines(lines)) };
}

/** Lines of the pages that were read last: a slice reads each page once, and a few neighbours. */
class PageLines {
  private readonly pdf: PdfProxy;
  private readonly known = new Map<number, Line[]>();

  constructor(pdf: PdfProxy) {
    this.pdf = pdf;
  }

  async at(index: number): Promise<Line[]> {
    const known = this.known.get(index);
    if (known) return known;
    const lines = await readLines(this.pdf, index + 1);
    this.known.set(index, lines);
    return lines;
  }

  forgetBefore(index: number): void {
    for (const page of this.known.keys()) {
      if (page < index || page > index + 2 * NEIGHBOUR_PAGES) this.known.delete(page);
    }
  }
}

/** A single broken page is an empty one; the rest of the document can still be read. */
async function readLines(pdf: PdfProxy, pageNumber: number): Promise<Line[]> {
  try {
    const page = await pdf.getPage(pageNumber);
    const { items } = await page.getTextContent();
    page.cleanup();
    return linesOf(items.filter((item) => "str" in item));
  } catch {
    return [];
  }
}

async function openProxy(bytes: Uint8Array<ArrayBuffer>): Promise<PdfProxy> {
  let pdf: PdfProxy;
  try {
    pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  } catch (error) {
    throw asUnreadable(error);
  }
  if (pdf.numPages > MAX_PAGES) {
    await pdf.loadingTask.destroy();
    throw new UnreadableDocument("documents.bomb", `the PDF claims more than ${MAX_PAGES} pages`);
  }
  return pdf;
}

function asUnreadable(error: unknown): UnreadableDocument {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === "PasswordException") {
    return new UnreadableDocument("documents.encrypted", "the PDF needs a password to be read");
  }
  return new UnreadableDocument("documents.corrupt", `the PDF is broken: ${message}`);
}

async function metadataOf(pdf: PdfProxy): Promise<DocumentMetadata> {
  try {
    const { info } = await pdf.getMetadata();
    const field = (name: string) => (name in info ? plain(Reflect.get(info, name)) : "");
    const [title, author, language] = [field("Title"), field("Author"), field("Language")];
    return { ...(title ? { title } : {}), ...(author ? { author } : {}), ...(language ? { language } : {}) };
  } catch {
    return {};
  }
}

function plain(value: unknown): string {
  return typeof value === "string" ? collapse(cleanCharacters(value)) : "";
}
