import { type Format, UnreadableDocument } from "./document.ts";

/** More than this is refused before anything is read: a reader of PDFs or books holds the whole file in memory. */
export const MAX_DOCUMENT_BYTES = 40_000_000;
/** Text is held as bytes, as a string of up to twice their size and as its units, all at once. */
export const MAX_TEXT_BYTES = 16_000_000;

/** The longest unit a section is cut into, at paragraph borders wherever there is one. */
export const MAX_UNIT_CHARS = 20_000;

/** Throws `documents.too_large`; without a format, for callers that know only the size yet. */
export function requireSize(size_bytes: number, format?: Format): void {
  const limit =
    format === undefined || format === "pdf" || format === "epub" ? MAX_DOCUMENT_BYTES : MAX_TEXT_BYTES;
  if (size_bytes <= limit) return;
  throw new UnreadableDocument(
    "documents.too_large",
    `Files of this kind can be read up to ${limit / 1e6} MB.`,
  );
}
