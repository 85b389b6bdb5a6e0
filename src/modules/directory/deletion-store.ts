import { eq, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { isSpareSuperAdmin } from "./administration-store.ts";
import { guardsOf } from "./guard-store.ts";
import { members } from "./tables.ts";
import type { User } from "./user-store.ts";

/** Names the batch that deletes a user: its other statements do nothing unless that batch claimed the row. */
export interface Deletion {
  user: UserId;
  /** Stands in for the password's hash from the claim to the end of the batch; nobody else can have set it. */
  token: string;
  now: number;
}

/** Every desk that the user is on, closed ones too. */
export async function desksOf(db: Database, user: UserId): Promise<DeskId[]> {
  const rows = await db.select({ desk: members.desk_id }).from(members).where(eq(members.user_id, user));
  return rows.map(({ desk }) => desk);
}

/** Whether an open desk has no other active admin, but other members. */
const isLastAdmin = (user: UserId): SQL => sql`EXISTS (
  SELECT 1 FROM members own JOIN desks ON desks.id = own.desk_id
  WHERE own.user_id = ${user} AND own.role = 'admin' AND desks.closed_at IS NULL
    AND EXISTS (SELECT 1 FROM members other WHERE other.desk_id = own.desk_id AND other.user_id <> ${user})
    AND NOT EXISTS (
      SELECT 1 FROM members other JOIN users admins ON admins.id = other.user_id
      WHERE other.desk_id = own.desk_id AND other.user_id <> ${user} AND other.role = 'admin'
        AND admins.status = 'active'))`;

/** Claims the version that was read, with exactly these desks, unless desks or the platform would lose a last admin. */
export const claimDeletion = (
  db: Database,
  { now, token, user }: Deletion,
  version: number,
  desks: DeskId[],
): Statement =>
  db.run(sql`
    UPDATE users SET password_hash = ${token}, updated_at = ${now}, version = version + 1
    WHERE id = ${user} AND version = ${version} AND ${isSpareSuperAdmin(user)} AND NOT ${isLastAdmin(user)}
      AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = ${user}
        AND desk_id NOT IN (SELECT value FROM json_each(${JSON.stringify(desks)})))`);

const claimed = ({ token, user }: Deletion): SQL =>
  sql`EXISTS (SELECT 1 FROM users WHERE users.id = ${user} AND users.password_hash = ${token})`;

/** Closes a desk of which the user is the only member. */
export const closeIfAlone = (db: Database, deletion: Deletion, desk: DeskId): Statement =>
  db.run(sql`
    UPDATE desks SET closed_at = ${deletion.now}, updated_at = ${deletion.now}, version = version + 1
    WHERE id = ${desk} AND closed_at IS NULL AND ${claimed(deletion)}
      AND NOT EXISTS (SELECT 1 FROM members WHERE desk_id = ${desk} AND user_id <> ${deletion.user})`);

/** Takes back the open invitations to a desk that the user wrote, and all of them if it was closed. */
export const revokeInvitations = (db: Database, deletion: Deletion, desk: DeskId): Statement =>
  db.run(sql`
    UPDATE invitations SET status = 'revoked' WHERE desk_id = ${desk} AND status = 'open' AND ${claimed(deletion)}
      AND (invited_by = ${deletion.user}
        OR EXISTS (SELECT 1 FROM desks WHERE id = ${desk} AND closed_at IS NOT NULL))`);

export const leaveDesk = (db: Database, deletion: Deletion, desk: DeskId): Statement =>
  db.run(
    sql`DELETE FROM members WHERE desk_id = ${desk} AND user_id = ${deletion.user} AND ${claimed(deletion)}`,
  );

/** Drops all that is the user's and the user at last; factors, proofs, challenges and networks fall with the row. */
export const dropUser = (db: Database, deletion: Deletion): [Statement, ...Statement[]] => [
  db.run(sql`DELETE FROM sessions WHERE user_id = ${deletion.user} AND ${claimed(deletion)}`),
  db.run(sql`DELETE FROM sessions WHERE impersonator = ${deletion.user} AND ${claimed(deletion)}`),
  db.run(sql`DELETE FROM api_keys WHERE user_id = ${deletion.user} AND ${claimed(deletion)}`),
  db.run(sql`DELETE FROM login_guards WHERE ${guardsOf(deletion.user)} AND ${claimed(deletion)}`),
  db.run(sql`DELETE FROM users WHERE id = ${deletion.user} AND password_hash = ${deletion.token}`),
];

/** Why a claim that lost has lost, as the database stands now. */
export async function whyNotDeleted(db: Database, user: User) {
  const [row] = await db.all<{ version: number; needed: number; last: number }>(sql`
    SELECT version, NOT ${isSpareSuperAdmin(user.id)} AS needed, ${isLastAdmin(user.id)} AS last
    FROM users WHERE id = ${user.id}`);
  if (row === undefined || row.version !== user.version) return "changed";
  if (row.needed) return "last_super_admin";
  return row.last ? "last_admin" : "changed";
}
