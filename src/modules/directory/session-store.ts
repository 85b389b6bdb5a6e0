import { and, eq, gt, isNull, lt, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { SessionId, UserId } from "../../platform/ids.ts";
import { sessions, tickets } from "./tables.ts";

export type Session = typeof sessions.$inferSelect;

export const insertSession = (db: Database, row: typeof sessions.$inferInsert): Statement =>
  db.insert(sessions).values(row);

export async function findSession(db: Database, id: SessionId): Promise<Session | undefined> {
  return (await db.select().from(sessions).where(eq(sessions.id, id)).limit(1))[0];
}

/** Moves a family on by one generation, unless another call just did. */
export async function rotateSession(
  db: Database,
  id: SessionId,
  from: number,
  now: number,
): Promise<boolean> {
  const moved = await db
    .update(sessions)
    .set({ refresh_generation: from + 1, rotated_at: now, last_seen_at: now })
    .where(and(eq(sessions.id, id), eq(sessions.refresh_generation, from), isNull(sessions.revoked_at)))
    .returning({ id: sessions.id });
  return moved.length > 0;
}

export async function sessionSeen(db: Database, id: SessionId, now: number): Promise<void> {
  await db.update(sessions).set({ last_seen_at: now }).where(eq(sessions.id, id));
}

const revoke = (db: Database, because: string, now: number, where: SQL | undefined): Statement =>
  db
    .update(sessions)
    .set({ revoked_at: now, revoked_because: because })
    .where(and(isNull(sessions.revoked_at), where));

export const revokeSession = (db: Database, id: SessionId, because: string, now: number): Statement =>
  revoke(db, because, now, eq(sessions.id, id));

/** A user's sessions, and the views of others that they borrow. */
const sessionsOf = (user: UserId) => or(eq(sessions.user_id, user), eq(sessions.impersonator, user));

export const revokeAllSessions = (db: Database, user: UserId, because: string, now: number): Statement =>
  revoke(db, because, now, sessionsOf(user));

/** The same, if the statement before it in the batch changed a row. */
export const revokeAllSessionsIfChanged = (
  db: Database,
  user: UserId,
  because: string,
  now: number,
): Statement => revoke(db, because, now, and(sessionsOf(user), sql`changes() > 0`));

export const revokeOtherSessions = (
  db: Database,
  user: UserId,
  but: SessionId,
  because: string,
  now: number,
): Statement => revoke(db, because, now, and(sessionsOf(user), ne(sessions.id, but)));

/** The same, if the statement before it in the batch changed a row. */
export const revokeOtherSessionsIfChanged = (
  db: Database,
  user: UserId,
  but: SessionId,
  because: string,
  now: number,
): Statement => revoke(db, because, now, and(sessionsOf(user), ne(sessions.id, but), sql`changes() > 0`));

/** Notes that the session's person has just proved who they are, if the statement before it changed a row. */
export const proveSessionIfChanged = (db: Database, id: SessionId, now: number): Statement =>
  db
    .update(sessions)
    .set({ proved_at: now })
    .where(and(eq(sessions.id, id), sql`changes() > 0`));

/** Revokes what is in force beyond the newest `keep` sessions of a user; borrowed views don't count as theirs. */
export const revokeOldest = (db: Database, user: UserId, keep: number, now: number): Statement =>
  db.run(sql`
    UPDATE sessions SET revoked_at = ${now}, revoked_because = 'too_many' WHERE id IN (
      SELECT id FROM sessions
      WHERE user_id = ${user} AND revoked_at IS NULL AND expires_at > ${now} AND kind <> 'impersonation'
      ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ${keep})`);

export async function insertTicket(db: Database, row: typeof tickets.$inferInsert): Promise<void> {
  await db.insert(tickets).values(row);
}

/** Takes the ticket out: of any number of calls with it, one gets the row. */
export async function redeemTicket(db: Database, hash: string, now: number) {
  const rows = await db
    .delete(tickets)
    .where(and(eq(tickets.hash, hash), gt(tickets.expires_at, now)))
    .returning();
  return rows[0];
}

/** Forgets what has ended: tickets at once, sessions after they were kept for the record. */
export const sweepSessions = (db: Database, now: number, session_kept_ms: number): [Statement, Statement] => [
  db.delete(tickets).where(lt(tickets.expires_at, now)),
  db.delete(sessions).where(lt(sessions.expires_at, now - session_kept_ms)),
];
