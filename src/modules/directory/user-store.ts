import { eq } from "drizzle-orm";
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
