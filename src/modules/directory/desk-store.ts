import { and, eq, isNull } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { desks, members } from "./tables.ts";

export type Desk = typeof desks.$inferSelect;
export type Member = typeof members.$inferSelect;

export async function findDesk(db: Database, id: DeskId): Promise<Desk | undefined> {
  return (await db.select().from(desks).where(eq(desks.id, id)).limit(1))[0];
}

export async function findMember(db: Database, desk: DeskId, user: UserId): Promise<Member | undefined> {
  const own = and(eq(members.desk_id, desk), eq(members.user_id, user));
  return (await db.select().from(members).where(own).limit(1))[0];
}

/** The open desk that a user has been on for longest: their home, and the log-in's first. */
export const selectHomeDesk = (db: Database, user: UserId) =>
  db
    .select({ desk: members.desk_id })
    .from(members)
    .innerJoin(desks, eq(desks.id, members.desk_id))
    .where(and(eq(members.user_id, user), isNull(desks.closed_at)))
    .orderBy(members.created_at)
    .limit(1);

export async function firstDesk(db: Database, user: UserId): Promise<DeskId | undefined> {
  return (await selectHomeDesk(db, user))[0]?.desk;
}

export const insertDesk = (db: Database, row: typeof desks.$inferInsert): Statement =>
  db.insert(desks).values(row);
export const insertMember = (db: Database, row: typeof members.$inferInsert): Statement =>
  db.insert(members).values(row);
