import { z } from "zod";
import type { EmbeddingModel } from "../../../env.ts";
import type { Cost } from "../../../platform/cost.ts";
import { type ChunkId, type DeskId, isId } from "../../../platform/ids.ts";
import { MAX_CALL_TEXTS, MODEL_TERMS } from "./models.ts";
import type { Embeddings, Neighbour, Passage } from "./types.ts";

/** Half of what one call takes (1,000), so that a thousand-dimensional batch stays at about 10 MB on its way. */
const UPSERT_VECTORS = 500;
/** Vectorize refuses more with error 40007; its page of limits doesn't say so. */
const DELETE_IDS = 100;
/** The most results of a query that asks for neither values nor metadata. */
const MAX_RESULTS = 100;

interface Services {
  ai: Ai;
  vectorize: Vectorize;
  model: EmbeddingModel;
  cost: Cost;
}

/**
 * Vectors made by Workers AI and kept in Vectorize, a namespace per desk. The desk is in each vector's id as well, for
 * deletion knows no namespaces. Throws whatever a call throws; every call may be repeated.
 */
export function workersAiEmbeddings({ ai, cost, model, vectorize }: Services): Embeddings {
  const terms = MODEL_TERMS[model];

  async function vectorsOf(texts: string[], signal?: AbortSignal): Promise<number[][]> {
    const vectors: number[][] = [];
    const cut = texts.map((text) => text.slice(0, terms.text_characters).toWellFormed());
    for (const batch of callsOf(cut, terms.call_characters)) {
      cost.ai_runs += 1;
      const answer = await ai.run(model, { text: batch, ...terms.options }, signal ? { signal } : {});
      vectors.push(...parsedVectors(answer, batch.length, terms.dimensions));
    }
    return vectors;
  }

  return {
    async upsert(desk: DeskId, passages: Passage[]): Promise<void> {
      for (const batch of slicesOf(passages, UPSERT_VECTORS)) {
        const vectors = await vectorsOf(batch.map(({ text }) => text));
        cost.vectorize_calls += 1;
        await vectorize.upsert(
          batch.map(({ id }, at) => ({ id: vectorId(desk, id), namespace: desk, values: vectors[at] ?? [] })),
        );
      }
    },

    async remove(desk: DeskId, ids: ChunkId[]): Promise<void> {
      for (const batch of slicesOf(ids, DELETE_IDS)) {
        cost.vectorize_calls += 1;
        await vectorize.deleteByIds(batch.map((id) => vectorId(desk, id)));
      }
    },

    async nearest(desk, query, limit, signal): Promise<Neighbour[]> {
      const [vector] = await vectorsOf([terms.query_prefix + query], signal);
      signal?.throwIfAborted();
      if (vector === undefined) return [];
      cost.vectorize_calls += 1;
      const topK = Math.min(limit, MAX_RESULTS);
      const { matches } = await vectorize.query(vector, { topK, namespace: desk });
      return matches.flatMap(({ id, score }) => {
        const chunk = chunkOf(desk, id);
        return chunk === undefined ? [] : [{ id: chunk, score }];
      });
    },
  };
}

/** The digits of both ids, 64 bytes: as many as Vectorize allows. */
const vectorId = (desk: DeskId, chunk: ChunkId) => `${digitsOf(desk)}${digitsOf(chunk)}`;

const digitsOf = (id: DeskId | ChunkId) => id.slice(4);

function chunkOf(desk: DeskId, vector: string): ChunkId | undefined {
  const chunk = `chk_${vector.slice(32)}`;
  return vector.startsWith(digitsOf(desk)) && isId("chk", chunk) ? chunk : undefined;
}

const embeddingAnswer = z.object({ data: z.array(z.array(z.number())) });

function parsedVectors(answer: unknown, count: number, dimensions: number): number[][] {
  const { data } = embeddingAnswer.parse(answer);
  if (data.length !== count || data.some((vector) => vector.length !== dimensions))
    throw new Error(
      `the model gave ${data.length} vectors for ${count} texts, or not of ${dimensions} numbers`,
    );
  return data;
}

/** Texts in the batches that one call to the model takes. */
function callsOf(texts: string[], characters: number): string[][] {
  const calls: string[][] = [];
  let room = 0;
  for (const text of texts) {
    const last = calls.at(-1);
    if (last === undefined || last.length === MAX_CALL_TEXTS || text.length > room) {
      calls.push([text]);
      room = characters - text.length;
    } else {
      last.push(text);
      room -= text.length;
    }
  }
  return calls;
}

function slicesOf<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}
