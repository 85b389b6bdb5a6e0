import { and, asc, desc, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database } from "../../platform/database.ts";
import { users } from "./tables.ts";
import type { User } from "./user-store.ts";

export interface UserFilter {
  status?: User["status"] | undefined;
  platform_role?: NonNullable<User["platform_role"]> | undefined;
}

/** The newest first; a filter reads its own index, both together that of the platform's few. */
export async function listUsersByAge(
  db: Database,
  { platform_role, status }: UserFilter,
  after: Position | undefined,
  limit: number,
): Promise<User[]> {
  const where: SQL[] = [];
  if (platform_role !== undefined) where.push(sql`${users.platform_role} = ${platform_role}`);
  // A `+` keeps SQLite from reading the index of all active users where the few super admins are asked for.
  const column = platform_role === undefined ? sql`${users.status}` : sql`+${users.status}`;
  if (status !== undefined) where.push(sql`${column} = ${status}`);
  if (after !== undefined) where.push(sql`(${users.created_at}, ${users.id}) < (${after[0]}, ${after[1]})`);
  return await db
    .select()
    .from(users)
    .where(and(...where))
    .orderBy(desc(users.created_at), desc(users.id))
    .limit(limit);
}

/** Sorts behind every text that begins with what it is appended to. */
const HIGHEST = "\u{10ffff}";
const BY_EMAIL = "e:";
const BY_USERNAME = "u:";

/** Where a user stands among those whose address or username begins with `q`, see `searchUsers`. */
export function searchPosition({ email, id, username }: User, q: string): Position {
  return [email.startsWith(q) ? BY_EMAIL + email : BY_USERNAME + username.toLowerCase(), id];
}

/**
 * Those whose address begins with `q` (in lower case), by address, and then those of whom only the username does, by
 * that: two ranges of two indexes, so nothing in `q` is a pattern. Filters are tested on their rows.
 */
export async function searchUsers(
  db: Database,
  q: string,
  { platform_role, status }: UserFilter,
  after: Position | undefined,
  limit: number,
): Promise<User[]> {
  const tested: SQL[] = [];
  if (platform_role !== undefined) tested.push(sql`+${users.platform_role} = ${platform_role}`);
  if (status !== undefined) tested.push(sql`+${users.status} = ${status}`);
  const inRange = (column: SQL) => sql`(${column} >= ${q} AND ${column} < ${q + HIGHEST})`;
  const place = String(after?.[0] ?? BY_EMAIL);
  const beyond = (column: SQL, mark: string) =>
    place.startsWith(mark) ? sql`${column} > ${place.slice(mark.length)}` : undefined;
  const [email, username] = [sql`${users.email}`, sql`${users.username}`];
  const select = (...where: (SQL | undefined)[]) =>
    db
      .select()
      .from(users)
      .where(and(...where, ...tested));
  const byEmail = place.startsWith(BY_USERNAME)
    ? []
    : await select(inRange(email), beyond(email, BY_EMAIL)).orderBy(asc(users.email)).limit(limit);
  if (byEmail.length >= limit) return byEmail;
  const byUsername = await select(
    inRange(username),
    sql`NOT ${inRange(sql`+${users.email}`)}`,
    beyond(username, BY_USERNAME),
  )
    .orderBy(asc(users.username))
    .limit(limit - byEmail.length);
  return [...byEmail, ...byUsername];
}
