import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
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

/** The open desk that a user has been on for longest: their home, and the log-in's first; another than `but`. */
export const selectHomeDesk = (db: Database, user: UserId, but?: DeskId) =>
  db
    .select({ desk: members.desk_id })
    .from(members)
    .innerJoin(desks, eq(desks.id, members.desk_id))
    .where(and(eq(members.user_id, user), isNull(desks.closed_at), but && ne(members.desk_id, but)))
    .orderBy(members.created_at)
    .limit(1);

export async function firstDesk(db: Database, user: UserId, but?: DeskId): Promise<DeskId | undefined> {
  return (await selectHomeDesk(db, user, but))[0]?.desk;
}

export const insertDesk = (db: Database, row: typeof desks.$inferInsert): Statement =>
  db.insert(desks).values(row);
export const insertMember = (db: Database, row: typeof members.$inferInsert): Statement =>
  db.insert(members).values(row);

export type NewDesk = Pick<Desk, "id" | "name" | "plan" | "created_at"> & { created_by: UserId };

/** A desk, unless its maker has made that many already. */
export const insertDeskUpTo = (db: Database, row: NewDesk, max: number): Statement =>
  db.run(sql`
    INSERT INTO desks (id, name, plan, created_by, created_at, updated_at)
    SELECT ${row.id}, ${row.name}, ${row.plan}, ${row.created_by}, ${row.created_at}, ${row.created_at}
    WHERE (SELECT count(*) FROM desks WHERE created_by = ${row.created_by} AND closed_at IS NULL) < ${max}`);

/** A desk for its maker alone, only if they are on none. */
export const insertDeskWhereNone = (db: Database, row: NewDesk): Statement =>
  db.run(sql`
    INSERT INTO desks (id, name, plan, created_by, created_at, updated_at)
    SELECT ${row.id}, ${row.name}, ${row.plan}, ${row.created_by}, ${row.created_at}, ${row.created_at}
    WHERE NOT EXISTS (
      SELECT 1 FROM members JOIN desks AS open ON open.id = members.desk_id
      WHERE members.user_id = ${row.created_by} AND open.closed_at IS NULL)`);

/** The maker as admin of a new desk, only if the statement before it in the batch changed a row. */
export const insertMakerIfChanged = (db: Database, { created_at, created_by, id }: NewDesk): Statement =>
  db.run(sql`
    INSERT INTO members (desk_id, user_id, role, created_at)
    SELECT ${id}, ${created_by}, 'admin', ${created_at} WHERE changes() > 0`);

/** Gives the desk another name, unless it has changed since it was read. */
export const renameDesk = (db: Database, from: Desk, to: Desk): Statement =>
  db
    .update(desks)
    .set({ name: to.name, updated_at: to.updated_at, version: to.version })
    .where(and(eq(desks.id, from.id), eq(desks.version, from.version)));

/** The open desks that a user is on, with their role, in the order of joining; `only` narrows it to one. */
export const selectDesksOf = (
  db: Database,
  user: UserId,
  only: DeskId | undefined,
  after: Position | undefined,
  limit: number,
) =>
  db
    .select({
      id: desks.id,
      name: desks.name,
      plan: desks.plan,
      created_at: desks.created_at,
      role: members.role,
      joined_at: sql<number>`${members.created_at}`.as("joined_at"),
    })
    .from(members)
    .innerJoin(desks, eq(desks.id, members.desk_id))
    .where(
      and(
        eq(members.user_id, user),
        isNull(desks.closed_at),
        only && eq(members.desk_id, only),
        after && sql`(${members.created_at}, ${members.desk_id}) > (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(members.created_at, members.desk_id)
    .limit(limit);
