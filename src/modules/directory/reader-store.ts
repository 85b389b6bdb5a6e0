import { and, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../../platform/database.ts";
import type { DeskId, UserId } from "../../platform/ids.ts";
import { desks, members, users } from "./tables.ts";

/**
 * Whom a desk tells of something: the one member, or its admins where it is nobody's in particular. Whoever has left,
 * is deactivated or was on a desk that closed is told nothing.
 */
export const selectReaders = (db: Database, desk: DeskId, user: UserId | null, limit: number) =>
  db
    .select({
      user_id: members.user_id,
      username: users.username,
      email: users.email,
      email_verified_at: users.email_verified_at,
      desk_name: sql<string>`${desks.name}`.as("desk_name"),
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.user_id))
    .innerJoin(desks, eq(desks.id, members.desk_id))
    .where(
      and(
        eq(members.desk_id, desk),
        user === null ? eq(members.role, "admin") : eq(members.user_id, user),
        eq(users.status, "active"),
        isNull(desks.closed_at),
      ),
    )
    .orderBy(members.user_id)
    .limit(limit);

export type Reader = Awaited<ReturnType<typeof selectReaders>>[number];
