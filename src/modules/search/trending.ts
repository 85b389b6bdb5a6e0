import { type Ctx, requirePermission } from "../access/context.ts";
import { journalOf } from "./journal/open.ts";
import type { Window } from "./journal/policy.ts";
import type { Trends } from "./journal/types.ts";

/** What the desk searches for, by how many people do, and what they found nothing for. */
export async function getTrending(
  ctx: Ctx,
  { limit, window }: { window: Window; limit: number },
): Promise<Trends> {
  requirePermission(ctx, "search:query");
  return await journalOf(ctx, ctx.desk).trends(window, ctx.actor, limit, ctx.clock.now());
}
