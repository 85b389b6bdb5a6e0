import { chunksOf } from "../../src/modules/library/indexing.ts";
import { indexOf } from "../../src/modules/search/index/open.ts";
import { type DeskId, newId } from "../../src/platform/ids.ts";
import type { Platform } from "../../src/platform/platform.ts";
import type { MadeDocument } from "./protocol.ts";

/** Indexes a document as its ingestion would once the text is extracted; answers its number of chunks. */
export async function indexDocument(
  platform: Pick<Platform, "cost" | "env">,
  desk: DeskId,
  { id, title, units }: MadeDocument,
): Promise<number> {
  const library = indexOf(platform, desk);
  const build = newId("job");
  const document = { id, title, author: null, category: null, language: "en", tags: [], version: 1 };
  const texts = units.map(({ heading, text }, at) => ({ index: at, place: { heading }, text, headings: [] }));
  const chunks = chunksOf(id, texts, 0);
  const answers = [
    await library.begin(document, build),
    await library.put(id, build, 0, units.length, chunks),
    await library.publish(id, build, chunks.length),
  ];
  if (answers.some((answer) => answer !== "ok")) throw new Error(`${id} was not indexed: ${answers.join()}`);
  return chunks.length;
}
