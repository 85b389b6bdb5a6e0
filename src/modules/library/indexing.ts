import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { ChunkId, DocumentId } from "../../platform/ids.ts";
import type { IndexedChunk, Locator } from "../search/index/types.ts";
import { chunkUnit } from "./chunk.ts";
import type { Place, Unit } from "./formats/document.ts";

/** The chunks of some units, numbered from `first`. The same units and number give the same chunks and ids. */
export function chunksOf(document: DocumentId, units: Unit[], first: number): IndexedChunk[] {
  const cut = units.flatMap((unit) => {
    const byteAt = byteOffsets(unit.text);
    return chunkUnit(unit).map((chunk) => ({
      unit,
      chunk,
      bytes: { start: byteAt(chunk.start), end: byteAt(chunk.end) },
    }));
  });
  return cut.map(({ bytes, chunk, unit }, offset) => {
    const index = first + offset;
    return {
      id: chunkId(document, index, chunk.text),
      index,
      unit: unit.index,
      heading: chunk.heading,
      text: chunk.text,
      locator: locatorOf(unit.place, chunk),
      bytes,
    };
  });
}

/** Turns offsets in a text into those in its UTF-8, in one pass as long as they come in order. */
function byteOffsets(text: string): (offset: number) => number {
  let before = { offset: 0, bytes: 0 };
  return (offset) => {
    if (offset < before.offset) before = { offset: 0, bytes: 0 };
    const bytes = before.bytes + Buffer.byteLength(text.slice(before.offset, offset));
    before = { offset, bytes };
    return bytes;
  };
}

function locatorOf(
  place: Place,
  { end, heading, start }: { heading: string; start: number; end: number },
): Locator {
  if ("chapter" in place) return { chapter: place.chapter, heading: heading || place.heading, start, end };
  return { ...place, start, end };
}

/** Stable across ingestions while the text at that number stays the same. */
function chunkId(document: DocumentId, index: number, text: string): ChunkId {
  const digest = createHash("sha256").update(`${document}\n${index}\n${text}`).digest("hex");
  return `chk_${digest.slice(0, 32)}`;
}
