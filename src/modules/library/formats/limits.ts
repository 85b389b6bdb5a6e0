import { UnreadableDocument } from "./document.ts";

/** More than this is refused before anything is parsed: PDF readers hold the whole file in memory. */
export const MAX_DOCUMENT_BYTES = 40_000_000;

/** The longest unit a section is cut into, at paragraph borders wherever there is one. */
export const MAX_UNIT_CHARS = 20_000;

/** For callers that know the size before they have the bytes. */
export function requireSize(sizeBytes: number): void {
  if (sizeBytes > MAX_DOCUMENT_BYTES) {
    throw new UnreadableDocument(
      "documents.too_large",
      `documents of up to ${MAX_DOCUMENT_BYTES} bytes can be read`,
    );
  }
}
