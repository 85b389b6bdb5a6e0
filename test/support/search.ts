import { indexOf } from "../../src/modules/search/index/open.ts";
import type { IndexedChunk, IndexedDocument } from "../../src/modules/search/index/types.ts";
import { isId, newId } from "../../src/platform/ids.ts";
import { call } from "./desk.ts";
import { testPlatform } from "./platform.ts";

export interface Hit {
  id: string;
  document_id: string;
  document_version: number;
  title: string;
  text: string;
  score: number;
  locator: { page?: number; chapter?: number; cell?: number; heading?: string; start: number; end: number };
  highlights: { start: number; end: number }[];
}

export interface SearchAnswer {
  query: string;
  intent: string;
  results: Hit[];
  total: number;
}

export async function search(token: string, request: Record<string, unknown>): Promise<SearchAnswer> {
  const answer = await call("/v1/search", { token, json: request });
  if (answer.status !== 200) throw new Error(`search: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}

/** The words of a hit that its highlights point at. */
export function highlighted({ highlights, text }: Hit): string[] {
  return highlights.map(({ end, start }) => text.slice(start, end));
}

/** Puts a document of these texts, a page each, into a desk's index past the library, as its jobs would. */
export async function indexTexts(
  desk: string,
  texts: string[],
  described: Partial<IndexedDocument> = {},
): Promise<IndexedDocument> {
  if (!isId("dsk", desk)) throw new Error("no desk");
  const index = indexOf(testPlatform(), desk);
  const unnamed = { title: "Notes", author: null, category: null, language: null, tags: [], version: 1 };
  const document = { id: newId("doc"), ...unnamed, ...described };
  const build = newId("job");
  await index.begin(document, build);
  for (let from = 0; from < texts.length; from += 1_000) {
    const chunks = texts.slice(from, from + 1_000).map((text, at): IndexedChunk => {
      const place = { unit: from + at, locator: { page: from + at + 1, start: 0, end: text.length } };
      const bytes = { start: 0, end: Buffer.byteLength(text) };
      return { id: newId("chk"), index: from + at, heading: "", text, bytes, ...place };
    });
    await index.put(document.id, build, from, from + chunks.length, chunks);
  }
  const published = await index.publish(document.id, build, texts.length);
  if (published !== "ok") throw new Error(`publish: ${published}`);
  return document;
}
