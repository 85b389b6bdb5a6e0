import { and, eq, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import { users } from "./tables.ts";

/** Users, sessions, keys and memberships are the directory: the only rows that are not asked for by desk. */

export type User = typeof users.$inferSelect;

export async function findUser(db: Database, id: UserId): Promise<User | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)).limit(1))[0];
}

/** By address or by username; an `@` tells which, since no username has one. */
export const selectUserByLogin = (db: Database, login: string) =>
  db
    .select()
    .from(users)
    .where(login.includes("@") ? eq(users.email, login.toLowerCase()) : eq(users.username, login))
    .limit(1);

export async function isTaken(db: Database, field: "email" | "username", value: string): Promise<boolean> {
  return (await db.select({ id: users.id }).from(users).where(eq(users[field], value)).limit(1)).length > 0;
}

export const insertUser = (db: Database, row: typeof users.$inferInsert): Statement =>
  db.insert(users).values(row);

/** Puts a new hash in place of the one that was read, unless somebody else just did. */
export const replacePassword = (
  db: Database,
  { id, password_hash }: Pick<User, "id" | "password_hash">,
  hash: string,
  now: number,
): Statement =>
  db
    .update(users)
    .set({ password_hash: hash, updated_at: now, version: sql`${users.version} + 1` })
    .where(and(eq(users.id, id), eq(users.password_hash, password_hash)));

/** A new hash, whatever stood there, if the statement before it in the batch changed a row. */
export const replacePasswordIfChanged = (
  db: Database,
  { id }: Pick<User, "id">,
  hash: string,
  now: number,
): Statement =>
  db
    .update(users)
    .set({ password_hash: hash, updated_at: now, version: sql`${users.version} + 1` })
    .where(and(eq(users.id, id), sql`changes() > 0`));

/** The same secret under the parameters of today; nobody stands otherwise for it. */
export async function rehashPassword(
  db: Database,
  { id, password_hash }: Pick<User, "id" | "password_hash">,
  hash: string,
): Promise<void> {
  await db
    .update(users)
    .set({ password_hash: hash })
    .where(and(eq(users.id, id), eq(users.password_hash, password_hash)));
}

/** Edits a profile from the version that was read. */
export const editUser = (
  db: Database,
  id: UserId,
  version: number,
  edit: { full_name?: string | null | undefined },
  now: number,
): Statement =>
  db
    .update(users)
    .set({ ...edit, updated_at: now, version: version + 1 })
    .where(and(eq(users.id, id), eq(users.version, version)));
