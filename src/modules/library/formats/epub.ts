import { type Block, boundedSections, joinBlocks } from "./blocks.ts";
import { decodeText } from "./decode-text.ts";
import { type OpenDocument, type Unit, UnreadableDocument } from "./document.ts";
import { type Archive, MAX_INFLATED_BYTES, openArchive } from "./epub-archive.ts";
import { readPackage } from "./epub-package.ts";
import { readHtml } from "./html-text.ts";

/** Longer chapters are cut into several units, for which they are read on opening already. */
const LONG_CHAPTER_BYTES = 256 * 1024;

/** Which part of which chapter a unit is; most chapters are one unit, made when it is read. */
interface Slot {
  chapter: number;
  path: string;
  part?: Omit<Unit, "index">;
}

/** An EPUB by chapter, in the order of its spine; a file that the spine names twice is one chapter. */
export async function openEpub(bytes: Uint8Array<ArrayBuffer>): Promise<OpenDocument> {
  const archive = await openArchive(bytes);
  const { metadata, spine, titles } = await readPackage(archive);
  requireModestSize(archive, spine);
  const slots: Slot[] = [];
  for (const [index, path] of spine.entries()) {
    const slot = { chapter: index + 1, path };
    if (archive.sizeOf(path) <= LONG_CHAPTER_BYTES) slots.push(slot);
    else slots.push(...partsOf(slot, await blocksOf(archive, path), titles.get(path)));
  }
  return {
    metadata,
    unitCount: slots.length,
    async read(from, to) {
      const units: Unit[] = [];
      for (let index = Math.max(0, from); index < Math.min(to, slots.length); index++) {
        const slot = slots[index];
        if (slot)
          units.push({ index, ...(slot.part ?? (await chapterOf(archive, slot, titles.get(slot.path)))) });
      }
      return units;
    },
    close: () => archive.close(),
  };
}

async function chapterOf(
  archive: Archive,
  { chapter, path }: Slot,
  title: string | undefined,
): Promise<Omit<Unit, "index">> {
  const { text, headings } = joinBlocks(await blocksOf(archive, path));
  return { place: { chapter, heading: title ?? headings[0]?.title ?? "" }, text, headings };
}

function partsOf({ chapter, path }: Slot, blocks: readonly Block[], title: string | undefined): Slot[] {
  const first = title ?? blocks.find(({ level }) => level !== undefined)?.text ?? "";
  return boundedSections(blocks, []).map(({ above, text, headings }) => {
    return { chapter, path, part: { place: { chapter, heading: first }, text, headings, above } };
  });
}

/** The declared sizes are enforced when a chapter is read, so their sum holds for all slices together. */
function requireModestSize(archive: Archive, spine: readonly string[]): void {
  const total = spine.reduce((sum, path) => sum + archive.sizeOf(path), 0);
  if (total > MAX_INFLATED_BYTES) {
    throw new UnreadableDocument(
      "documents.bomb",
      `the EPUB's chapters inflate to more than ${MAX_INFLATED_BYTES} bytes`,
    );
  }
}

async function blocksOf(archive: Archive, path: string): Promise<Block[]> {
  return readHtml(decodeText(await archive.read(path))).blocks;
}
