import type { Embeddings, Neighbour, Passage } from "../../../src/modules/search/embeddings/types.ts";
import type { ChunkId, DeskId } from "../../../src/platform/ids.ts";
import { bagOfWords, cosine } from "./bag-of-words.ts";

const DIMENSIONS = 512;

/** What the contract of embeddings means, without any service. */
export function inMemoryEmbeddings(): Embeddings {
  const desks = new Map<DeskId, Map<ChunkId, number[]>>();
  const of = (desk: DeskId) => {
    const known = desks.get(desk) ?? new Map<ChunkId, number[]>();
    desks.set(desk, known);
    return known;
  };
  return {
    async upsert(desk: DeskId, passages: Passage[]) {
      for (const { id, text } of passages) of(desk).set(id, bagOfWords(text, DIMENSIONS));
    },
    async remove(desk: DeskId, ids: ChunkId[]) {
      for (const id of ids) of(desk).delete(id);
    },
    async nearest(desk: DeskId, query: string, limit: number): Promise<Neighbour[]> {
      const asked = bagOfWords(query, DIMENSIONS);
      return [...of(desk)]
        .map(([id, vector]) => ({ id, score: cosine(asked, vector) }))
        .sort((a, b) => b.score - a.score)
        .slice(0, Math.min(limit, 100));
    },
  };
}
