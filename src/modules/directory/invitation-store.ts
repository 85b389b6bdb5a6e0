import { and, asc, eq, gt, lt, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, InvitationId, UserId } from "../../platform/ids.ts";
import { invitations } from "./tables.ts";

export type Invitation = typeof invitations.$inferSelect;

export async function findInvitation(db: Database, id: InvitationId): Promise<Invitation | undefined> {
  return (await db.select().from(invitations).where(eq(invitations.id, id)).limit(1))[0];
}

/** An invitation in place of the one that the address had, unless the desk has that many to others. */
export const insertInvitationUpTo = (db: Database, row: Omit<Invitation, "status">, max: number): Statement =>
  db.run(sql`
    INSERT INTO invitations (id, desk_id, email, role, invited_by, expires_at, created_at)
    SELECT ${row.id}, ${row.desk_id}, ${row.email}, ${row.role}, ${row.invited_by}, ${row.expires_at}, ${row.created_at}
    WHERE (SELECT count(*) FROM invitations WHERE desk_id = ${row.desk_id} AND status = 'open'
      AND expires_at > ${row.created_at} AND email <> ${row.email}) < ${max}
    ON CONFLICT (desk_id, email) WHERE status = 'open' DO UPDATE SET id = excluded.id, role = excluded.role,
      invited_by = excluded.invited_by, expires_at = excluded.expires_at, created_at = excluded.created_at`);

/** Those that can still be accepted, by address. */
export const selectOpenInvitations = (
  db: Database,
  desk: DeskId,
  now: number,
  after: Position | undefined,
  limit: number,
) =>
  db
    .select()
    .from(invitations)
    .where(
      and(
        eq(invitations.desk_id, desk),
        eq(invitations.status, "open"),
        gt(invitations.expires_at, now),
        after && sql`${invitations.email} > ${after[0]}`,
      ),
    )
    .orderBy(asc(invitations.email))
    .limit(limit);

export const revokeInvitation = (db: Database, desk: DeskId, id: InvitationId, now: number): Statement =>
  db
    .update(invitations)
    .set({ status: "revoked" })
    .where(
      and(
        eq(invitations.desk_id, desk),
        eq(invitations.id, id),
        eq(invitations.status, "open"),
        gt(invitations.expires_at, now),
      ),
    );

/** Uses up an invitation that is in force, for the active user whose verified address it names; once. */
export const acceptInvitation = (db: Database, id: InvitationId, user: UserId, now: number): Statement =>
  db.run(sql`
    UPDATE invitations SET status = 'accepted'
    WHERE id = ${id} AND status = 'open' AND expires_at > ${now}
      AND email = (SELECT email FROM users
        WHERE id = ${user} AND status = 'active' AND email_verified_at IS NOT NULL)
      AND EXISTS (SELECT 1 FROM desks WHERE desks.id = invitations.desk_id AND closed_at IS NULL)`);

/**
 * Makes the one who accepted a member, only if the statement before it in the batch changed a row. A member keeps the
 * role that they have.
 */
export const joinIfChanged = (db: Database, { desk_id, role }: Invitation, user: UserId, now: number) =>
  db.run(sql`
    INSERT INTO members (desk_id, user_id, role, created_at)
    SELECT ${desk_id}, ${user}, ${role}, ${now} WHERE changes() > 0
    ON CONFLICT DO NOTHING`);

export const forgetOldInvitations = (db: Database, desk: DeskId, before: number): Statement =>
  db.delete(invitations).where(and(eq(invitations.desk_id, desk), lt(invitations.created_at, before)));
