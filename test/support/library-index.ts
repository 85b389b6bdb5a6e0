import { type IndexApi, indexOf } from "../../src/modules/search/index/open.ts";
import type { Build, IndexAnswer, IndexedChunk, IndexQuery } from "../../src/modules/search/index/types.ts";
import { type DeskId, type DocumentId, newId } from "../../src/platform/ids.ts";
import { testPlatform } from "./platform.ts";

/** The index of a desk that nobody else has, spoken to past uploads and jobs. */
export interface TestIndex {
  desk: DeskId;
  index: IndexApi;
}

export function newIndex(): TestIndex {
  const desk = newId("dsk");
  return { desk, index: indexOf(testPlatform(), desk) };
}

export interface TestDocument {
  id: DocumentId;
  title?: string;
  category?: string;
}

/** A chunk for each text, as ingestion would make them; ids of one millisecond differ in their last digits alone. */
export function chunksOfTexts(document: DocumentId, texts: readonly string[]): IndexedChunk[] {
  return texts.map((text, index) => ({
    id: `chk_${document.slice(-20)}${index.toString(16).padStart(12, "0")}`,
    index,
    unit: 0,
    heading: "",
    text,
    locator: { heading: "", start: 0, end: text.length },
    bytes: { start: 0, end: text.length },
  }));
}

/** Indexes a document; a build that others already know may be named. */
export async function addDocument(
  { index }: TestIndex,
  { category, id, title = "" }: TestDocument,
  texts: readonly string[],
  build: Build = newId("job"),
): Promise<void> {
  const metadata = { author: null, category: category ?? null, language: null, tags: [], version: 1 };
  const answers = [
    await index.begin({ id, title, ...metadata }, build),
    await index.put(id, build, 0, 1, chunksOfTexts(id, texts)),
    await index.publish(id, build, texts.length),
  ];
  if (answers.some((answer) => answer !== "ok")) throw new Error(`not indexed: ${answers.join()}`);
}

const PLAIN = { intent: "semantic", confidence: 1, mode: "hybrid", limit: 20, facets: false } as const;

export async function ask(
  { index }: TestIndex,
  query: string,
  more: Partial<IndexQuery> = {},
): Promise<IndexAnswer> {
  return await index.search({ ...PLAIN, filters: {}, neighbours: [], query, ...more });
}

/** The texts of the answer, best first. */
export async function textsFound(...of: Parameters<typeof ask>): Promise<string[]> {
  return (await ask(...of)).hits.map(({ text }) => text);
}
