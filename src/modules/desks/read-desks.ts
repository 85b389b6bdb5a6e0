import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { onDesk } from "../access/on-desk.ts";
import { selectDesksOf } from "../directory/desk-store.ts";
import { type MemberProfile, selectMembers } from "../directory/member-store.ts";
import type { OwnDesk } from "./views.ts";

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
}

const SORT = "joined_at";

/** The desks that the caller is on, in the order of joining; a key sees its own alone. */
export async function listDesks(ctx: Ctx, { cursor, limit }: ListQuery): Promise<Page<OwnDesk>> {
  requirePermission(ctx, "desks:read");
  const only = ctx.credential.kind === "key" ? ctx.desk : undefined;
  const rows = await selectDesksOf(ctx.db, ctx.actor, only, decodeCursor(SORT, cursor), limit + 1);
  return pageOf(rows, limit, SORT, ({ id, joined_at }) => [joined_at, id]);
}

/** One of the caller's desks and the version that `If-Match` wants; the active one costs no look-up. */
export async function getDesk(ctx: Ctx, { id }: { id: string }): Promise<OwnDesk & { version: number }> {
  const on = await onDesk(ctx, id);
  requirePermission(on, "desks:read");
  const { desk_created_at, desk_name, desk_version } = on.profile;
  return {
    id: on.desk,
    name: desk_name,
    plan: on.plan,
    role: on.role,
    created_at: desk_created_at,
    version: desk_version,
  };
}

/** The members of a desk in the order of joining. */
export async function listMembers(
  ctx: Ctx,
  { cursor, id, limit }: ListQuery & { id: string },
): Promise<Page<MemberProfile>> {
  const on = await onDesk(ctx, id);
  requirePermission(on, "members:read");
  const rows = await selectMembers(on.db, on.desk, decodeCursor(SORT, cursor), limit + 1);
  return pageOf(rows, limit, SORT, ({ joined_at, user_id }) => [joined_at, user_id]);
}
