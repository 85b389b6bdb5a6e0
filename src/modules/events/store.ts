import { and, asc, eq, type InferSelectModel, isNull, lt, lte, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { DeskId, EventId, UserId } from "../../platform/ids.ts";
import type { DeskEvent } from "./catalogue.ts";
import { events } from "./tables.ts";

export type EventRow = InferSelectModel<typeof events>;

export type NewEvent = DeskEvent & {
  /** The same id for the same happening makes one event of several tries. */
  id: EventId;
  desk: DeskId;
  /** Whom it concerns; null concerns the desk's admins. */
  user: UserId | null;
  now: number;
};

/**
 * An event for the batch of what it tells, if the statement before it there changed a row; after it `changes()` is one
 * exactly where it was written. `publishSoon` brings it on its way once that batch has been written.
 */
export const insertEventIfChanged = (
  db: Database,
  { data, desk, id, now, type, user }: NewEvent,
): Statement =>
  db.run(sql`
    INSERT INTO events (id, desk_id, user_id, type, data, created_at)
    SELECT ${id}, ${desk}, ${user}, ${type}, ${JSON.stringify(data)}, ${now} WHERE changes() > 0
    ON CONFLICT (id) DO NOTHING`);

/** The event, unless it has been published: then all who listen have heard it. */
export async function findUnpublished(db: Database, id: EventId): Promise<EventRow | undefined> {
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.id, id), isNull(events.published_at)))
    .limit(1);
  return rows[0];
}

/** The desk and the type of an event, published or not. */
export async function findEvent(
  db: Database,
  id: EventId,
): Promise<Pick<EventRow, "desk_id" | "type"> | undefined> {
  const rows = await db
    .select({ desk_id: events.desk_id, type: events.type })
    .from(events)
    .where(eq(events.id, id))
    .limit(1);
  return rows[0];
}

export async function markPublished(db: Database, id: EventId, at: number): Promise<void> {
  await db.update(events).set({ published_at: at }).where(eq(events.id, id));
}

/** Events that nobody has published so far, the oldest first. */
export async function unpublishedEvents(
  db: Database,
  written_before: number,
  limit: number,
): Promise<EventId[]> {
  const rows = await db
    .select({ id: events.id })
    .from(events)
    .where(and(isNull(events.published_at), lte(events.created_at, written_before)))
    .orderBy(asc(events.created_at))
    .limit(limit);
  return rows.map(({ id }) => id);
}

export const forgetEvents = (db: Database, written_before: number): Statement =>
  db.delete(events).where(lt(events.created_at, written_before));
