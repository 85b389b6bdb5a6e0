import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import type { Member } from "./desk-store.ts";
import type { Role } from "./policy.ts";
import { apiKeys, desks, invitations, members, users } from "./tables.ts";

type Membership = Pick<Member, "desk_id" | "user_id" | "role">;

const rowOf = ({ desk_id, role, user_id }: Membership) =>
  and(eq(members.desk_id, desk_id), eq(members.user_id, user_id), eq(members.role, role));

/** The members of a desk in the order of joining. */
export const selectMembers = (db: Database, desk: DeskId, after: Position | undefined, limit: number) =>
  selectProfiles(db)
    .where(
      and(
        eq(members.desk_id, desk),
        after && sql`(${members.created_at}, ${members.user_id}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(members.created_at, members.user_id)
    .limit(limit);

export async function findMemberProfile(db: Database, desk: DeskId, user: UserId) {
  const own = and(eq(members.desk_id, desk), eq(members.user_id, user));
  return (await selectProfiles(db).where(own).limit(1))[0];
}

/** The role of a member who is active, on a desk that is open. */
export async function findActiveRole(db: Database, desk: DeskId, user: UserId): Promise<string | undefined> {
  const rows = await db
    .select({ role: members.role })
    .from(members)
    .innerJoin(users, and(eq(users.id, members.user_id), eq(users.status, "active")))
    .innerJoin(desks, and(eq(desks.id, members.desk_id), isNull(desks.closed_at)))
    .where(and(eq(members.desk_id, desk), eq(members.user_id, user)))
    .limit(1);
  return rows[0]?.role;
}

export type MemberProfile = Awaited<ReturnType<typeof selectMembers>>[number];

const selectProfiles = (db: Database) =>
  db
    .select({
      user_id: members.user_id,
      username: users.username,
      full_name: users.full_name,
      email: users.email,
      role: members.role,
      joined_at: sql<number>`${members.created_at}`.as("joined_at"),
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.user_id));

/** Whether the desk has an active admin besides this member. */
const hasOtherAdmin = ({ desk_id, user_id }: Membership): SQL => sql`EXISTS (
  SELECT 1 FROM members AS others JOIN users ON users.id = others.user_id
  WHERE others.desk_id = ${desk_id} AND others.user_id <> ${user_id} AND others.role = 'admin'
    AND users.status = 'active')`;

/** Whether the member is on another open desk as well. */
const hasOtherDesk = ({ desk_id, user_id }: Membership): SQL => sql`EXISTS (
  SELECT 1 FROM members AS elsewhere JOIN desks ON desks.id = elsewhere.desk_id
  WHERE elsewhere.user_id = ${user_id} AND elsewhere.desk_id <> ${desk_id} AND desks.closed_at IS NULL)`;

/** Changes the role of a member who still has the one that was read, and never the last active admin's. */
export const changeMemberRole = (db: Database, member: Membership, role: Role): Statement =>
  db
    .update(members)
    .set({ role })
    .where(
      and(rowOf(member), member.role === "admin" && role !== "admin" ? hasOtherAdmin(member) : undefined),
    );

/** Takes out a member who still has the role that was read, never the last active admin; `leaves` one of several desks. */
export const deleteMember = (db: Database, member: Membership, leaves: boolean): Statement =>
  db
    .delete(members)
    .where(
      and(
        rowOf(member),
        member.role === "admin" ? hasOtherAdmin(member) : undefined,
        leaves ? hasOtherDesk(member) : undefined,
      ),
    );

/** One admin becomes manager and an active member admin, in one statement: neither happens alone. */
export const transferAdmin = (db: Database, desk: DeskId, from: UserId, to: UserId): Statement =>
  db.run(sql`
    UPDATE members SET role = CASE user_id WHEN ${to} THEN 'admin' ELSE 'manager' END
    WHERE desk_id = ${desk} AND user_id IN (${from}, ${to})
      AND EXISTS (SELECT 1 FROM members AS giver
        WHERE giver.desk_id = ${desk} AND giver.user_id = ${from} AND giver.role = 'admin')
      AND EXISTS (SELECT 1 FROM members AS taker JOIN users ON users.id = taker.user_id
        WHERE taker.desk_id = ${desk} AND taker.user_id = ${to} AND users.status = 'active')`);

/**
 * What opens a desk to somebody who is not on it (any more) ends: their keys, an invitation back in, and those that
 * they wrote, which may be to themselves under another address.
 */
export function endWaysIn(db: Database, desk: DeskId, user: UserId, now: number): [Statement, Statement] {
  const gone = sql`NOT EXISTS (SELECT 1 FROM members WHERE desk_id = ${desk} AND user_id = ${user})`;
  return [
    db
      .update(apiKeys)
      .set({ revoked_at: now })
      .where(
        and(eq(apiKeys.desk_id, desk), eq(apiKeys.user_id, user), sql`${apiKeys.revoked_at} IS NULL`, gone),
      ),
    db
      .update(invitations)
      .set({ status: "revoked" })
      .where(
        and(
          eq(invitations.desk_id, desk),
          sql`(${invitations.invited_by} = ${user} OR ${invitations.email} = (SELECT email FROM users WHERE id = ${user}))`,
          eq(invitations.status, "open"),
          gone,
        ),
      ),
  ];
}
