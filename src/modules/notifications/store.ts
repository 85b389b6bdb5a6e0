import { and, desc, eq, type InferSelectModel, inArray, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, EventId, NotificationId, UserId } from "../../platform/ids.ts";
import { KINDS } from "./policy.ts";
import { type Chosen, isSaved } from "./preference-store.ts";
import { notifications } from "./tables.ts";

export type Notification = InferSelectModel<typeof notifications>;

/** Somebody is told of an event once: a row that is there stays, and then the statement changes nothing. */
export const insertNotification = (db: Database, row: Notification): Statement =>
  db
    .insert(notifications)
    .values(row)
    .onConflictDoNothing({ target: [notifications.event_id, notifications.user_id] });

/** Text and not bound values: only so does SQLite see that a partial index has all of these. */
const isShown = sql`${notifications.in_product} = 1`;
/** What is not shown counts as read. */
const isUnread = sql`${notifications.read_at} IS NULL`;

const ofReader = (desk: DeskId, user: UserId) =>
  and(eq(notifications.desk_id, desk), eq(notifications.user_id, user));

/** What a member is shown on a desk, the newest first; each filter reads an index of its own. */
export const selectNotifications = (
  db: Database,
  desk: DeskId,
  user: UserId,
  unread: boolean,
  after: Position | undefined,
  limit: number,
): Promise<Notification[]> =>
  db
    .select()
    .from(notifications)
    .where(
      and(
        ofReader(desk, user),
        unread ? isUnread : isShown,
        after && sql`(${notifications.created_at}, ${notifications.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(notifications.created_at), desc(notifications.id))
    .limit(limit);

/** How many are unread, counted no further than `most`. */
export const countUnread = (db: Database, desk: DeskId, user: UserId, most: number): Promise<number> =>
  db.$count(
    db
      .select({ id: notifications.id })
      .from(notifications)
      .where(and(ofReader(desk, user), isUnread))
      .limit(most)
      .as("unread"),
  );

/** Those of one event whose readers see them in the product. The `+` keeps SQLite from reading all of the desk's. */
export const selectShownOfEvent = (db: Database, desk: DeskId, event: EventId): Promise<Notification[]> =>
  db
    .select()
    .from(notifications)
    .where(and(sql`+${notifications.desk_id} = ${desk}`, eq(notifications.event_id, event), isShown));

/** Marks one as read, from when it was first; undefined where its reader has none like that. */
export async function markRead(
  db: Database,
  desk: DeskId,
  user: UserId,
  id: string,
  now: number,
): Promise<Notification | undefined> {
  const rows = await db
    .update(notifications)
    .set({ read_at: sql`ifnull(${notifications.read_at}, ${now})` })
    .where(and(sql`${notifications.id} = ${id}`, ofReader(desk, user), isShown))
    .returning();
  return rows[0];
}

/** Marks the oldest unread ones as read, so many at most, and tells how many. */
export async function markAllRead(
  db: Database,
  desk: DeskId,
  user: UserId,
  now: number,
  most: number,
): Promise<number> {
  const unread = db
    .select({ id: notifications.id })
    .from(notifications)
    .where(and(ofReader(desk, user), isUnread))
    .orderBy(notifications.created_at, notifications.id)
    .limit(most);
  const { meta } = await db
    .update(notifications)
    .set({ read_at: now })
    .where(inArray(notifications.id, unread));
  return meta.changes;
}

const isWaiting = sql`${notifications.digest} = 'waiting'`;

/** What waits for a member's digest, the newest first. */
export const selectWaiting = (
  db: Database,
  desk: DeskId,
  user: UserId,
  limit: number,
): Promise<Notification[]> =>
  db
    .select()
    .from(notifications)
    .where(and(ofReader(desk, user), isWaiting))
    .orderBy(desc(notifications.created_at), desc(notifications.id))
    .limit(limit);

/** These, and all that is older than `before`, have been told, if the statement before in the batch changed a row. */
export const markDigestedIfChanged = (
  db: Database,
  desk: DeskId,
  user: UserId,
  ids: NotificationId[],
  before: number,
): Statement =>
  db
    .update(notifications)
    .set({ digest: "sent" })
    .where(
      and(
        ofReader(desk, user),
        isWaiting,
        sql`(${notifications.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))
          OR ${notifications.created_at} < ${before})`,
        sql`changes() > 0`,
      ),
    );

/** Takes back what waits for a digest that nobody will read. */
export const dropWaiting = (db: Database, desk: DeskId, user: UserId): Statement =>
  db
    .update(notifications)
    .set({ digest: "none" })
    .where(and(ofReader(desk, user), isWaiting));

/** Takes back what its reader wants no more by mail, if this batch has saved that choice. */
export function dropUnwantedIfSaved(db: Database, desk: DeskId, user: UserId, chosen: Chosen): Statement {
  const off = KINDS.filter((kind) => chosen.kinds[kind].mail === "off");
  return db
    .update(notifications)
    .set({ digest: "none" })
    .where(
      and(
        ofReader(desk, user),
        isWaiting,
        sql`${notifications.kind} IN (SELECT value FROM json_each(${JSON.stringify(off)}))`,
        isSaved(desk, user, chosen),
      ),
    );
}

/** Forgets the oldest of those that were made before, so many at most, and tells how many. */
export async function forgetNotifications(db: Database, before: number, most: number): Promise<number> {
  const old = db
    .select({ id: notifications.id })
    .from(notifications)
    .where(sql`${notifications.created_at} < ${before}`)
    .orderBy(notifications.created_at)
    .limit(most);
  const { meta } = await db.delete(notifications).where(inArray(notifications.id, old));
  return meta.changes;
}

export const forgetReader = (db: Database, desk: DeskId, user: UserId): Statement =>
  db.delete(notifications).where(ofReader(desk, user));
