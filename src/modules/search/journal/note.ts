import type { Ctx } from "../../access/context.ts";
import { journalOf } from "./open.ts";
import type { SearchEntry } from "./types.ts";

/**
 * Notes the caller's search in the desk's journal, behind the answer; that it failed is logged and harms no search.
 * What somebody looks for in a borrowed view is not the lender's, and is not noted.
 */
export function noteSearch(ctx: Ctx, search: Omit<SearchEntry, "user" | "at">): void {
  if (ctx.impersonator !== null) return;
  ctx.defer(tellJournal(ctx, { ...search, user: ctx.actor, at: ctx.clock.now() }));
}

async function tellJournal(ctx: Ctx, entry: SearchEntry): Promise<void> {
  await journalOf(ctx, ctx.desk).note(entry);
}
