import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { notificationNotFound } from "./errors.ts";
import { tellRead } from "./feed.ts";
import { READ_AT_ONCE, UNREAD_COUNTED } from "./policy.ts";
import { countUnread, markAllRead, markRead, type Notification, selectNotifications } from "./store.ts";

const SORT = "-created_at";

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
  unread: boolean;
  count: boolean;
}

/** The caller's own notices on this desk, the newest first, and how many are unread, counted to a hundred. */
export async function listNotifications(
  ctx: Ctx,
  { count, cursor, limit, unread }: ListQuery,
): Promise<Page<Notification> & { unread_count?: number }> {
  requirePermission(ctx, "notifications:read");
  const { actor, db, desk } = ctx;
  const after = decodeCursor(SORT, cursor);
  const rows = await selectNotifications(db, desk, actor, unread, after, limit + 1);
  const page = pageOf(rows, limit, SORT, ({ created_at, id }) => [created_at, id]);
  return count ? { ...page, unread_count: await countUnread(db, desk, actor, UNREAD_COUNTED) } : page;
}

/** Marks one as read; again changes nothing. What somebody has looked at is their own business and is not audited. */
export async function readNotification(ctx: Ctx, { id }: { id: string }): Promise<Notification> {
  requirePermission(ctx, "notifications:read");
  const row = await markRead(ctx.db, ctx.desk, ctx.actor, id, ctx.clock.now());
  if (row === undefined) throw notificationNotFound();
  tellRead(ctx, [row.id]);
  return row;
}

/** Marks all as read, the oldest first where there are more than one call takes; what is left is told. */
export async function readAllNotifications(ctx: Ctx): Promise<{ read: number; unread_count: number }> {
  requirePermission(ctx, "notifications:read");
  const { actor, clock, db, desk } = ctx;
  const read = await markAllRead(db, desk, actor, clock.now(), READ_AT_ONCE);
  const unread_count = await countUnread(db, desk, actor, UNREAD_COUNTED);
  if (read > 0 && unread_count === 0) tellRead(ctx, "all");
  return { read, unread_count };
}
