import { and, asc, count, eq, gt, isNull, ne, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { selectActiveFactor } from "./mfa-store.ts";
import type { Plan } from "./policy.ts";
import { desks, members, sessions, users } from "./tables.ts";
import type { User } from "./user-store.ts";

/** Of a user's desks, a super admin is shown this many. */
const MAX_DESKS = 100;

/** A user with all that an administrator is shown of them, in one batch of reads. */
export async function findUserDetail(db: Database, id: UserId, now: number) {
  const inForce = and(
    eq(sessions.user_id, id),
    isNull(sessions.revoked_at),
    gt(sessions.expires_at, now),
    ne(sessions.kind, "impersonation"),
  );
  const [found, on, [counted], factor] = await db.batch([
    db.select().from(users).where(eq(users.id, id)).limit(1),
    selectDesksOf(db, id),
    db
      .select({ open: count().as("open") })
      .from(sessions)
      .where(inForce),
    selectActiveFactor(db, id),
  ]);
  const [user] = found;
  return user && { user, desks: on, sessions: counted?.open ?? 0, mfa: factor.length > 0 };
}

export type UserDetail = NonNullable<Awaited<ReturnType<typeof findUserDetail>>>;

/** The open desks of a user, their home first. */
const selectDesksOf = (db: Database, user: UserId) =>
  db
    .select({
      id: desks.id,
      name: desks.name,
      plan: desks.plan,
      role: members.role,
      joined_at: members.created_at,
    })
    .from(members)
    .innerJoin(desks, eq(desks.id, members.desk_id))
    .where(and(eq(members.user_id, user), isNull(desks.closed_at)))
    .orderBy(asc(members.created_at))
    .limit(MAX_DESKS);

/** Whether the platform can do without this one among its active super admins. */
export const isSpareSuperAdmin = (user: UserId): SQL => sql`(
  users.platform_role IS NULL OR users.status <> 'active' OR EXISTS (
    SELECT 1 FROM users other
    WHERE other.platform_role = 'super_admin' AND other.status = 'active' AND other.id <> ${user}))`;

const sameVersion = ({ id, version }: User) => and(eq(users.id, id), eq(users.version, version));

/** An edit of the version that was read, unless it would leave the platform without an active super admin. */
export function editUser(
  db: Database,
  before: User,
  after: Pick<User, "platform_role" | "status">,
  now: number,
): Statement {
  const { platform_role, status } = after;
  const stays = platform_role === "super_admin" && status === "active";
  return db
    .update(users)
    .set({ platform_role, status, updated_at: now, version: before.version + 1 })
    .where(and(sameVersion(before), stays ? undefined : isSpareSuperAdmin(before.id)));
}

export const replacePasswordHash = (db: Database, before: User, hash: string, now: number): Statement =>
  db
    .update(users)
    .set({ password_hash: hash, updated_at: now, version: before.version + 1 })
    .where(sameVersion(before));

/** A new plan for a desk, if the statement before it in the batch changed a row. */
export const changePlanIfChanged = (db: Database, desk: DeskId, plan: Plan, now: number): Statement =>
  db
    .update(desks)
    .set({ plan, updated_at: now, version: sql`${desks.version} + 1` })
    .where(and(eq(desks.id, desk), sql`changes() > 0`));

/** Lends the view of an active user who is no super admin to an active user who is one; else it changes nothing. */
export const insertBorrowedSession = (
  db: Database,
  row: Pick<
    typeof sessions.$inferSelect,
    "id" | "user_id" | "desk_id" | "refresh_salt" | "address" | "device" | "created_at" | "expires_at"
  > & { impersonator: UserId },
): Statement =>
  db.run(sql`
    INSERT INTO sessions (id, user_id, desk_id, kind, impersonator, refresh_salt, rotated_at, device, address,
      created_at, last_seen_at, expires_at)
    SELECT ${row.id}, ${row.user_id}, ${row.desk_id}, 'impersonation', ${row.impersonator}, ${row.refresh_salt},
      ${row.created_at}, ${row.device}, ${row.address}, ${row.created_at}, ${row.created_at}, ${row.expires_at}
    WHERE EXISTS (SELECT 1 FROM users WHERE id = ${row.user_id} AND status = 'active' AND platform_role IS NULL)
      AND EXISTS (SELECT 1 FROM users WHERE id = ${row.impersonator} AND status = 'active'
        AND platform_role = 'super_admin')`);

/** Makes an active user with a verified address a super admin, unless they are one or the token was used. */
export const bootstrapSuperAdmin = (db: Database, user: UserId, tokenHash: string, now: number): Statement =>
  db.run(sql`
    UPDATE users SET platform_role = 'super_admin', updated_at = ${now}, version = version + 1
    WHERE id = ${user} AND status = 'active' AND email_verified_at IS NOT NULL AND platform_role IS NULL
      AND NOT EXISTS (SELECT 1 FROM bootstrap_uses WHERE hash = ${tokenHash})`);

/** Notes that the token was used, if the statement before it in the batch changed a row. */
export const useBootstrapTokenIfChanged = (
  db: Database,
  user: UserId,
  tokenHash: string,
  now: number,
): Statement =>
  db.run(sql`
    INSERT INTO bootstrap_uses (hash, user_id, used_at) SELECT ${tokenHash}, ${user}, ${now} WHERE changes() > 0`);
