import { and, desc, eq, gt, inArray, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, SessionId, UserId } from "../../platform/ids.ts";
import { desks, members, sessions, tickets, users } from "./tables.ts";

export type Session = typeof sessions.$inferSelect;

/** What somebody came in by, which must still hold when the session is written: a password, or a log-in's challenge. */
export type CameBy = { password_hash: string } | { challenge: string };

type NewSession = Omit<
  Session,
  "impersonator" | "refresh_generation" | "name" | "revoked_at" | "revoked_because"
>;

/**
 * A session for an active user: unless the password has changed since it was verified, or has got a second factor
 * beside it; or unless the challenge was answered by another call, or ended with its password.
 */
export const insertSessionIfStill = (db: Database, row: NewSession, by: CameBy): Statement => {
  const holds =
    "challenge" in by
      ? sql`EXISTS (SELECT 1 FROM mfa_challenges WHERE hash = ${by.challenge} AND user_id = ${row.user_id})`
      : sql`password_hash = ${by.password_hash} AND NOT EXISTS (
          SELECT 1 FROM mfa_factors WHERE user_id = ${row.user_id} AND activated_at IS NOT NULL)`;
  return db.run(sql`
    INSERT INTO sessions (id, user_id, desk_id, kind, refresh_salt, rotated_at, device, address, place, created_at,
      last_seen_at, proved_at, expires_at)
    SELECT ${row.id}, id, ${row.desk_id}, ${row.kind}, ${row.refresh_salt}, ${row.rotated_at}, ${row.device},
      ${row.address}, ${row.place}, ${row.created_at}, ${row.last_seen_at}, ${row.proved_at}, ${row.expires_at}
    FROM users WHERE id = ${row.user_id} AND status = 'active' AND ${holds}`);
};

export async function findSession(db: Database, id: SessionId): Promise<Session | undefined> {
  return (await db.select().from(sessions).where(eq(sessions.id, id)).limit(1))[0];
}

/**
 * All that a refresh needs in one call: the family, its user, and the desk that it goes on with: its own while the
 * user is a member there, else the one they have been on for longest.
 */
export async function findFamily(db: Database, id: SessionId) {
  const owner = db.select({ id: sessions.user_id }).from(sessions).where(eq(sessions.id, id));
  const [families, owners, memberships] = await db.batch([
    db.select().from(sessions).where(eq(sessions.id, id)).limit(1),
    db.select().from(users).where(inArray(users.id, owner)).limit(1),
    db
      .select({ desk: members.desk_id })
      .from(members)
      .innerJoin(desks, and(eq(desks.id, members.desk_id), isNull(desks.closed_at)))
      .where(inArray(members.user_id, owner))
      .orderBy(
        sql`${members.desk_id} = (SELECT desk_id FROM sessions WHERE id = ${id}) DESC`,
        members.created_at,
      )
      .limit(1),
  ]);
  const [session, user, own] = [families[0], owners[0], memberships[0]];
  return session && user && own ? { session, user, desk: own.desk } : undefined;
}

/** Sessions in force, the newest first. */
export async function listSessions(
  db: Database,
  user: UserId,
  now: number,
  after: Position | undefined,
  limit: number,
): Promise<Session[]> {
  const older = after && sql`(${sessions.created_at}, ${sessions.id}) < (${after[0]}, ${after[1]})`;
  return await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.user_id, user), isNull(sessions.revoked_at), gt(sessions.expires_at, now), older))
    .orderBy(desc(sessions.created_at), desc(sessions.id))
    .limit(limit);
}

/** A session of this user's that is in force; another's does not exist. */
const inForce = (user: UserId, id: string, now: number) =>
  and(
    eq(sessions.user_id, user),
    sql`${sessions.id} = ${id}`,
    isNull(sessions.revoked_at),
    gt(sessions.expires_at, now),
  );

export async function findOwnSession(
  db: Database,
  user: UserId,
  id: string,
  now: number,
): Promise<Session | undefined> {
  return (
    await db
      .select()
      .from(sessions)
      .where(inForce(user, id, now))
      .limit(1)
  )[0];
}

export const nameSession = (
  db: Database,
  user: UserId,
  id: SessionId,
  name: string | null,
  now: number,
): Statement =>
  db
    .update(sessions)
    .set({ name })
    .where(inForce(user, id, now));

export const moveSession = (
  db: Database,
  user: UserId,
  id: SessionId,
  desk_id: DeskId,
  now: number,
): Statement =>
  db
    .update(sessions)
    .set({ desk_id })
    .where(inForce(user, id, now));

export const proveSession = (db: Database, user: UserId, id: SessionId, now: number): Statement =>
  db
    .update(sessions)
    .set({ proved_at: now })
    .where(inForce(user, id, now));

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
