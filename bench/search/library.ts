import { chunksOf } from "../../src/modules/library/indexing.ts";
import { indexOf } from "../../src/modules/search/index/open.ts";
import { learnTopics } from "../../src/modules/search/train.ts";
import { encodeModel } from "../../src/modules/search/vectors/lsa-format.ts";
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

/** Learns the topics of the desk's library, as the job does that follows its growth; answers their dimensions, or 0. */
export async function learnLibrary(platform: Platform, desk: DeskId): Promise<number> {
  const index = indexOf(platform, desk);
  const topics = await learnTopics(platform, desk);
  if (topics === undefined) return 0;
  const model = await index.offerTopics(encodeModel(topics));
  if (model === undefined) throw new Error("A rebuild came between.");
  for (;;) {
    const placed = await index.placeBlock(model);
    if (placed === "adopted") return topics.dimensions;
    if (placed === "gone") throw new Error("Other topics came between.");
  }
}
