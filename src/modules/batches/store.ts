import { and, asc, desc, eq, type InferSelectModel, type SQL, sql } from "drizzle-orm";
import type { Position } from "../../http/lists.ts";
import type { Database, Statement } from "../../platform/database.ts";
import type { BatchId, DeskId, JobId } from "../../platform/ids.ts";
import type { JobError, JsonObject } from "../jobs/job.ts";
import type { ItemStatus } from "./policy.ts";
import { batches, batchItems } from "./tables.ts";

export type Batch = InferSelectModel<typeof batches>;
export type Item = InferSelectModel<typeof batchItems>;

export async function findBatch(db: Database, desk: DeskId, id: string): Promise<Batch | undefined> {
  const rows = await db
    .select()
    .from(batches)
    .where(and(eq(batches.desk_id, desk), sql`${batches.id} = ${id}`))
    .limit(1);
  return rows[0];
}

/** The newest first. */
export const listBatches = (
  db: Database,
  desk: DeskId,
  type: string | undefined,
  after: Position | undefined,
  limit: number,
): Promise<Batch[]> =>
  db
    .select()
    .from(batches)
    .where(
      and(
        eq(batches.desk_id, desk),
        type === undefined ? undefined : eq(batches.type, type),
        after && sql`(${batches.created_at}, ${batches.id}) < (${after[0]}, ${after[1]})`,
      ),
    )
    .orderBy(desc(batches.created_at), desc(batches.id))
    .limit(limit);

/** In their order, from after the index that is given; with a status or without, it is read off an index. */
export const listItems = (
  db: Database,
  desk: DeskId,
  batch: BatchId,
  status: ItemStatus | undefined,
  after: string | number | undefined,
  limit: number,
): Promise<Item[]> => {
  const where: (SQL | undefined)[] = [eq(batchItems.batch_id, batch), eq(batchItems.desk_id, desk)];
  if (status !== undefined) where.push(eq(batchItems.status, status));
  if (after !== undefined) where.push(sql`${batchItems.idx} > ${after}`);
  return db
    .select()
    .from(batchItems)
    .where(and(...where))
    .orderBy(asc(batchItems.idx))
    .limit(limit);
};

export const insertBatch = (db: Database, batch: Batch): Statement => db.insert(batches).values(batch);

export interface NewItem {
  input: JsonObject;
  /** Why it can't be run. */
  error: JobError | null;
}

/** The items from this index on, if the statement before them in the batch changed a row; their JSON is bound as one value. */
export const insertItemsIfChanged = (
  db: Database,
  desk: DeskId,
  batch: BatchId,
  first: number,
  items: NewItem[],
  now: number,
): Statement =>
  db.run(sql`
    INSERT INTO batch_items (batch_id, idx, desk_id, input, status, error, updated_at)
    SELECT ${batch}, ${first} + key, ${desk}, value ->> 'input', iif(value ->> 'error' IS NULL, 'queued', 'failed'),
      value ->> 'error', ${now}
    FROM json_each(${JSON.stringify(items)}) WHERE changes() > 0`);

/** Counts rows of the file as items, once: only if as many rows as that had become items before. */
export const countRows = (
  db: Database,
  desk: DeskId,
  { id, job_id, rows_read }: Batch,
  items: NewItem[],
): Statement => {
  const invalid = items.filter(({ error }) => error !== null).length;
  return db.run(sql`
    UPDATE batches SET rows_read = rows_read + ${items.length}, total = total + ${items.length},
      queued = queued + ${items.length - invalid}, failed = failed + ${invalid}, invalid = invalid + ${invalid}
    WHERE id = ${id} AND desk_id = ${desk} AND job_id = ${job_id} AND rows_read = ${rows_read} AND NOT loaded
      AND run_end IS NULL`);
};

export async function markLoaded(db: Database, desk: DeskId, id: BatchId, run: JobId): Promise<void> {
  await db
    .update(batches)
    .set({ loaded: true })
    .where(and(eq(batches.desk_id, desk), eq(batches.id, id), eq(batches.job_id, run)));
}

/** Whether a child was ever started. */
export async function hasStarted(db: Database, desk: DeskId, batch: BatchId): Promise<boolean> {
  const rows = await db
    .select({ idx: batchItems.idx })
    .from(batchItems)
    .where(and(eq(batchItems.batch_id, batch), eq(batchItems.desk_id, desk), sql`${batchItems.attempts} > 0`))
    .limit(1);
  return rows.length > 0;
}
