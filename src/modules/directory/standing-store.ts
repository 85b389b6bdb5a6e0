import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, SessionId } from "../../platform/ids.ts";
import { apiKeys, desks, members, sessions, standingChanges, users } from "./tables.ts";

/** No two columns of a query may have one name, see `openDatabase`. */
const person = {
  user_id: members.user_id,
  desk_id: members.desk_id,
  role: members.role,
  status: users.status,
  platform_role: users.platform_role,
  email: users.email,
  email_verified_at: users.email_verified_at,
  username: users.username,
  full_name: users.full_name,
  created_at: users.created_at,
  version: users.version,
  desk_name: sql<string>`${desks.name}`.as("desk_name"),
  desk_created_at: sql<number>`${desks.created_at}`.as("desk_created_at"),
  desk_version: sql<number>`${desks.version}`.as("desk_version"),
  plan: desks.plan,
  closed_at: desks.closed_at,
};

const borrowers = alias(users, "borrowers");

/** What a request needs to know of a session's caller, by primary keys alone. No desk means the session's own. */
export const selectSessionStanding = (db: Database, session: SessionId, desk: DeskId | undefined) =>
  db
    .select({
      ...person,
      kind: sessions.kind,
      impersonator: sessions.impersonator,
      /** What a borrower of the view is on the platform now; null where they are nothing, or nobody borrows it. */
      impersonator_role: sql<string | null>`
        CASE WHEN ${borrowers.status} = 'active' THEN ${borrowers.platform_role} END`.as("impersonator_role"),
      refresh_salt: sessions.refresh_salt,
      proved_at: sessions.proved_at,
      last_seen_at: sessions.last_seen_at,
      expires_at: sessions.expires_at,
      revoked_at: sessions.revoked_at,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.user_id))
    .innerJoin(
      members,
      and(eq(members.desk_id, desk ?? sessions.desk_id), eq(members.user_id, sessions.user_id)),
    )
    .innerJoin(desks, eq(desks.id, members.desk_id))
    .leftJoin(borrowers, eq(borrowers.id, sessions.impersonator))
    .where(eq(sessions.id, session))
    .limit(1);

/** The same of an API key, found by the hash of its present secret or of the one before. */
export const selectKeyStanding = (db: Database, hash: string) =>
  db
    .select({
      ...person,
      id: apiKeys.id,
      hash: apiKeys.hash,
      previous_until: apiKeys.previous_until,
      scopes: apiKeys.scopes,
      allowed_addresses: apiKeys.allowed_addresses,
      rate_multiplier: apiKeys.rate_multiplier,
      last_used_at: apiKeys.last_used_at,
      expires_at: apiKeys.expires_at,
      revoked_at: apiKeys.revoked_at,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.user_id))
    .innerJoin(members, and(eq(members.desk_id, apiKeys.desk_id), eq(members.user_id, apiKeys.user_id)))
    .innerJoin(desks, eq(desks.id, apiKeys.desk_id))
    .where(or(eq(apiKeys.hash, hash), eq(apiKeys.previous_hash, hash)))
    .limit(1);

export type SessionStanding = Awaited<ReturnType<typeof selectSessionStanding>>[number];
export type KeyStanding = Awaited<ReturnType<typeof selectKeyStanding>>[number];

/**
 * For the batch of a change: every isolate that reads on from here forgets what it knew of these subjects. They are one
 * bound value, since somebody may be on more desks than D1 binds values.
 */
export const announceStanding = (db: Database, subjects: readonly string[], at: number): Statement =>
  db.run(sql`
    INSERT INTO standing_changes (subject, at) SELECT value, ${at} FROM json_each(${JSON.stringify(subjects)})`);

export const selectStandingChanges = (db: Database, after: number, limit: number) =>
  db
    .select({ seq: standingChanges.seq, subject: standingChanges.subject })
    .from(standingChanges)
    .where(gt(standingChanges.seq, after))
    .orderBy(asc(standingChanges.seq))
    .limit(limit);

/** The newest change's number, or 0 where none is kept. */
export async function newestStandingChange(db: Database): Promise<number> {
  const rows = await db
    .select({ seq: standingChanges.seq })
    .from(standingChanges)
    .orderBy(sql`${standingChanges.seq} DESC`)
    .limit(1);
  return rows[0]?.seq ?? 0;
}
