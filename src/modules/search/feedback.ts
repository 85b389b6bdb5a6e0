import type { ChunkId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { passageNotFound } from "./errors.ts";
import { indexOf } from "./index/open.ts";

/**
 * Keeps what the caller thinks of a passage as the answer to a query, in place of what they thought before. 404 where
 * the desk has no such passage.
 */
export async function giveFeedback(
  ctx: Ctx,
  { chunk_id, query, rating }: { chunk_id: ChunkId; query: string; rating: number },
): Promise<void> {
  requirePermission(ctx, "search:feedback");
  const isKept = await indexOf(ctx, ctx.desk).vote({ chunk: chunk_id, query, rating, user: ctx.actor });
  if (!isKept) throw passageNotFound();
}
