import { and, asc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import { DAY_MS } from "../../platform/clock.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { type Chosen, isSaved } from "./preference-store.ts";
import { notificationDigests as digests, notifications } from "./tables.ts";

/** A digest that is due, as it was read. */
export interface DueDigest {
  desk: DeskId;
  user: UserId;
  due_at: number;
}

const ofReader = (desk: DeskId, user: UserId) => and(eq(digests.desk_id, desk), eq(digests.user_id, user));

/** The given moment, or the day after it where that day has had its digest. */
const onAnotherDay = (due_at: number) => sql`
  CASE WHEN ${digests.sent_for} >= ${due_at - (due_at % DAY_MS)} THEN ${due_at + DAY_MS} ELSE ${due_at} END`;

/**
 * Plans the digest that something waits for, if the statement before it in the batch changed a row; one that is
 * planned already stays where it is.
 */
export const planDigestIfChanged = (db: Database, desk: DeskId, user: UserId, due_at: number): Statement =>
  db.run(sql`
    INSERT INTO notification_digests (desk_id, user_id, due_at) SELECT ${desk}, ${user}, ${due_at} WHERE changes() > 0
    ON CONFLICT (desk_id, user_id) DO UPDATE SET due_at = ifnull(${digests.due_at}, ${onAnotherDay(due_at)})`);

/** Moves a planned digest to the chosen hour, if this batch has saved the choice; one that is due by now is sent. */
export const moveDigestIfSaved = (
  db: Database,
  desk: DeskId,
  user: UserId,
  chosen: Chosen,
  due_at: number,
  now: number,
): Statement =>
  db
    .update(digests)
    .set({ due_at: onAnotherDay(due_at) })
    .where(and(ofReader(desk, user), gt(digests.due_at, now), isSaved(desk, user, chosen)));

/** The digests that are due, the longest waiting first. */
export const selectDueDigests = (db: Database, now: number, limit: number): Promise<DueDigest[]> =>
  db
    .select({
      desk: digests.desk_id,
      user: digests.user_id,
      due_at: sql<number>`${digests.due_at}`.as("due_at"),
    })
    .from(digests)
    .where(and(sql`${digests.due_at} IS NOT NULL`, lte(digests.due_at, now)))
    .orderBy(asc(digests.due_at))
    .limit(limit);

const isDigest = ({ desk, due_at, user }: DueDigest) => and(ofReader(desk, user), eq(digests.due_at, due_at));

/** Takes the digest that was read; of several at once one changes a row. */
export const claimDigest = (db: Database, digest: DueDigest): Statement =>
  db.update(digests).set({ due_at: null, sent_for: digest.due_at }).where(isDigest(digest));

/** The same where there is nothing to send: the day has had none. */
export const dropDigest = (db: Database, digest: DueDigest): Statement =>
  db.update(digests).set({ due_at: null }).where(isDigest(digest));

/** Plans the next digest where something came too late for the one that was just claimed. */
export const planRest = (db: Database, desk: DeskId, user: UserId, due_at: number): Statement =>
  db
    .update(digests)
    .set({ due_at: onAnotherDay(due_at) })
    .where(
      and(
        ofReader(desk, user),
        isNull(digests.due_at),
        sql`EXISTS (SELECT 1 FROM ${notifications} WHERE ${notifications.desk_id} = ${desk}
          AND ${notifications.user_id} = ${user} AND ${notifications.digest} = 'waiting')`,
      ),
    );

export const forgetDigest = (db: Database, desk: DeskId, user: UserId): Statement =>
  db.delete(digests).where(ofReader(desk, user));
