import type { Format, OpenDocument } from "./document.ts";
import { openEpub } from "./epub.ts";
import { openHtml } from "./html.ts";
import { requireSize } from "./limits.ts";
import { openMarkdown } from "./markdown.ts";
import { openNotebook } from "./notebook.ts";
import { openPdf } from "./pdf.ts";
import { openText } from "./text.ts";

const OPENERS: Record<Format, (bytes: Uint8Array<ArrayBuffer>) => Promise<OpenDocument>> = {
  pdf: openPdf,
  epub: openEpub,
  notebook: openNotebook,
  markdown: openMarkdown,
  html: openHtml,
  text: openText,
};

/**
 * Opens a document for reading unit by unit. Takes the bytes over: a PDF's are detached. Throws
 * `UnreadableDocument` with the reason; `guardPdf` is not part of it.
 */
export async function openDocument(format: Format, bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  requireSize(bytes.length, format);
  return OPENERS[format](bytes);
}
