import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { type ApiKey, selectKeys } from "../directory/key-store.ts";

const SORT = "-created_at";

/** The desk's keys that nobody has revoked, expired ones too, the newest first. */
export async function listKeys(
  ctx: Ctx,
  { cursor, limit }: { limit: number; cursor?: string | undefined },
): Promise<Page<ApiKey>> {
  requirePermission(ctx, "api_keys:read");
  const rows = await selectKeys(ctx.db, ctx.desk, decodeCursor(SORT, cursor), limit + 1);
  return pageOf(rows, limit, SORT, ({ created_at, id }) => [created_at, id]);
}
