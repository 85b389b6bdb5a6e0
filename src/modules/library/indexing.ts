import { createHash } from "node:crypto";
import type { ChunkId, DocumentId } from "../../platform/ids.ts";
import type { IndexedChunk, Locator } from "../search/index/types.ts";
import { chunkUnit } from "./chunk.ts";
import type { Place, Unit } from "./formats/document.ts";

/** The chunks of some units, numbered from `first`. The same units and number give the same chunks and ids. */
export function chunksOf(document: DocumentId, units: Unit[], first: number): IndexedChunk[] {
  const cut = units.flatMap((unit) => chunkUnit(unit).map((chunk) => ({ unit, chunk })));
  return cut.map(({ chunk, unit }, offset) => {
    const index = first + offset;
    return {
      id: chunkId(document, index, chunk.text),
      index,
      unit: unit.index,
      heading: chunk.heading,
      text: chunk.text,
      locator: locatorOf(unit.place, chunk),
    };
  });
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
