import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, SessionId, UserId } from "../../platform/ids.ts";
import { desks, members } from "../access/tables.ts";
import { sessions, tickets, users } from "./tables.ts";

/** Users, sessions and memberships are the directory: the only rows that are not asked for by desk. */

export type User = typeof users.$inferSelect;
export type Desk = typeof desks.$inferSelect;
export type Session = typeof sessions.$inferSelect;

export async function findUser(db: Database, id: UserId): Promise<User | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)).limit(1))[0];
}

/** By address or by username; an `@` tells which, since no username has one. */
export async function findUserByLogin(db: Database, login: string): Promise<User | undefined> {
  const named = login.includes("@") ? eq(users.email, login.toLowerCase()) : eq(users.username, login);
  return (await db.select().from(users).where(named).limit(1))[0];
}

export async function isTaken(db: Database, field: "email" | "username", value: string): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).where(eq(users[field], value)).limit(1)).length > 0;
}

export async function firstDesk(db: Database, user: UserId): Promise<DeskId | undefined> {
  const rows = await db
    .select({ desk: members.desk_id })
    .from(members)
    .where(eq(members.user_id, user))
    .orderBy(members.created_at)
    .limit(1);
  return rows[0]?.desk;
}

/** Both in one call to D1. */
export async function findUserAndDesk(
  db: Database,
  user: UserId,
  desk: DeskId,
): Promise<{ user: User | undefined; desk: Desk | undefined }> {
  const [foundUsers, foundDesks] = await db.batch([
    db.select().from(users).where(eq(users.id, user)).limit(1),
    db.select().from(desks).where(eq(desks.id, desk)).limit(1),
  ]);
  return { user: foundUsers[0], desk: foundDesks[0] };
}

export const insertUser = (db: Database, row: typeof users.$inferInsert): Statement =>
  db.insert(users).values(row);
export const insertDesk = (db: Database, row: typeof desks.$inferInsert): Statement =>
  db.insert(desks).values(row);
export const insertMember = (db: Database, row: typeof members.$inferInsert): Statement =>
  db.insert(members).values(row);
export const insertSession = (db: Database, row: typeof sessions.$inferInsert): Statement =>
  db.insert(sessions).values(row);

export async function findSession(db: Database, id: SessionId): Promise<Session | undefined> {
  return (await db.select().from(sessions).where(eq(sessions.id, id)).limit(1))[0];
}

/** What a request needs to know of its caller, in one look-up over three primary keys. */
export async function findStanding(db: Database, session: SessionId, desk: DeskId) {
  const rows = await db
    .select({
      user_id: sessions.user_id,
      expires_at: sessions.expires_at,
      revoked_at: sessions.revoked_at,
      status: users.status,
      email_verified_at: users.email_verified_at,
      role: members.role,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .innerJoin(members, and(eq(members.desk_id, desk), eq(members.user_id, sessions.user_id)))
    .where(eq(sessions.id, session))
    .limit(1);
  return rows[0];
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
    .set({ refresh_generation: from + 1, rotated_at: now })
    .where(and(eq(sessions.id, id), eq(sessions.refresh_generation, from), isNull(sessions.revoked_at)))
    .returning({ id: sessions.id });
  return moved.length > 0;
}

export const revokeSession = (db: Database, id: SessionId, because: string, now: number): Statement =>
  db
    .update(sessions)
    .set({ revoked_at: now, revoked_because: because })
    .where(and(eq(sessions.id, id), isNull(sessions.revoked_at)));

export const revokeAllSessions = (db: Database, user: UserId, because: string, now: number): Statement =>
  db
    .update(sessions)
    .set({ revoked_at: now, revoked_because: because })
    .where(and(eq(sessions.user_id, user), isNull(sessions.revoked_at)));

/** Revokes what is in force beyond the newest `keep` sessions of a user. */
export const revokeOldest = (db: Database, user: UserId, keep: number, now: number): Statement =>
  db.run(sql`
    UPDATE sessions SET revoked_at = ${now}, revoked_because = 'too_many' WHERE id IN (
      SELECT id FROM sessions WHERE user_id = ${user} AND revoked_at IS NULL AND expires_at > ${now}
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
export const sweepDirectory = (
  db: Database,
  now: number,
  session_kept_ms: number,
): [Statement, Statement] => [
  db.delete(tickets).where(lt(tickets.expires_at, now)),
  db.delete(sessions).where(lt(sessions.expires_at, now - session_kept_ms)),
];
