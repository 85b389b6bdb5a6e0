import { sectionsOf, unitsOf } from "./blocks.ts";
import { decodeText } from "./decode-text.ts";
import type { OpenDocument } from "./document.ts";
import { readHtml } from "./html-text.ts";
import { openedUnits } from "./opened.ts";

/** HTML by section: a unit per heading. */
export async function openHtml(bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  const { blocks, metadata } = readHtml(decodeText(bytes));
  const units = unitsOf(sectionsOf(blocks), ({ heading }) => ({ heading }));
  return openedUnits(metadata, units);
}
