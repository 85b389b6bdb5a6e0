import { type ChunkId, isId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { passageNotFound } from "./errors.ts";
import { indexOf } from "./index/open.ts";
import type { SimilarPassages, SimilarQuery } from "./index/similar.ts";

/**
 * The passages of the desk that are nearest to one of its own, by topics, or by the meaning of words where the library
 * has no topics yet. 404 where the desk has no such passage.
 */
export async function similar(
  ctx: Ctx,
  { chunk_id, ...asked }: Omit<SimilarQuery, "chunk"> & { chunk_id: string },
): Promise<SimilarPassages & { chunk_id: ChunkId }> {
  requirePermission(ctx, "search:query");
  if (!isId("chk", chunk_id)) throw passageNotFound();
  const found = await indexOf(ctx, ctx.desk).similar({ chunk: chunk_id, ...asked });
  if (found === undefined) throw passageNotFound();
  return { chunk_id, ...found };
}
