import { and, asc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { type Database, queryBatch, type Statement } from "../../platform/database.ts";
import type { BatchId, DeskId, JobId } from "../../platform/ids.ts";
import type { Job } from "../jobs/job.ts";
import type { JobStatus } from "../jobs/policy.ts";
import { insertJobIfChanged } from "../jobs/store.ts";
import { jobs } from "../jobs/tables.ts";
import type { ItemEnd } from "./item-end.ts";
import type { Batch, Item } from "./store.ts";
import { batchItems } from "./tables.ts";

export interface StartedItem {
  idx: number;
  child: Job;
}

/**
 * Starts items as one transaction and gives the children of those that were. An item is started if it is queued, fewer
 * than `concurrency` run, and the batch's run is running and asked for nothing else: so no two calls exceed the one or
 * start the other, and a pause, a cancel or an early finish hold from the moment that they are written.
 */
export async function startItems(
  db: Database,
  { desk_id, id, job_id }: Batch,
  items: StartedItem[],
  now: number,
): Promise<Job[]> {
  const statements = items.flatMap(({ child, idx }) => [
    db.run(sql`
      UPDATE batch_items SET status = 'running', job_id = ${child.id}, attempts = attempts + 1, updated_at = ${now}
      WHERE batch_id = ${id} AND idx = ${idx} AND desk_id = ${desk_id} AND status = 'queued' AND EXISTS (
        SELECT 1 FROM batches JOIN jobs ON jobs.id = batches.job_id
        WHERE batches.id = ${id} AND batches.job_id = ${job_id} AND batches.run_end IS NULL
          AND batches.running < batches.concurrency AND jobs.status = 'running' AND jobs.requested IS NULL)
      RETURNING job_id`),
    db.run(sql`
      UPDATE batches SET queued = queued - 1, running = running + 1
      WHERE id = ${id} AND desk_id = ${desk_id} AND changes() > 0`),
    ...insertJobIfChanged(db, child),
  ]);
  const [first, ...others] = statements;
  if (first === undefined) return [];
  const answers = await queryBatch(db, first, ...others);
  const started = new Set(answers.flat().map(({ job_id: child }) => child));
  return items.map(({ child }) => child).filter((child) => started.has(child.id));
}

/** The first of the queued items, none where the batch's run would let none start now. */
export const nextItems = (
  db: Database,
  { desk_id, id, job_id }: Batch,
  limit: number,
): Promise<Pick<Item, "idx" | "input">[]> =>
  db
    .select({ idx: batchItems.idx, input: batchItems.input })
    .from(batchItems)
    .where(
      and(
        eq(batchItems.batch_id, id),
        eq(batchItems.desk_id, desk_id),
        eq(batchItems.status, "queued"),
        sql`EXISTS (SELECT 1 FROM jobs WHERE id = ${job_id} AND desk_id = ${desk_id} AND status = 'running'
          AND requested IS NULL)`,
      ),
    )
    .orderBy(asc(batchItems.idx))
    .limit(limit);

/**
 * Ends the item of a child, once: counters move with it or not at all. What was cancelled with an earlier run of the
 * batch, the present one has still to do.
 */
export function endItem(db: Database, id: BatchId, child: Job, end: ItemEnd, now: number) {
  const { desk_id } = child;
  const ofChild = sql`batch_id = ${id} AND desk_id = ${desk_id} AND job_id = ${child.id} AND status = 'running'`;
  const ofBatch = sql`id = ${id} AND desk_id = ${desk_id} AND changes() > 0`;
  const again = end.status === "cancelled" ? 1 : 0;
  const count = { succeeded: 0, failed: 0, cancelled: 0, [end.status]: 1 };
  return [
    db.run(sql`
      UPDATE batch_items SET status = 'queued', job_id = NULL, updated_at = ${now} WHERE ${ofChild} AND ${again}
      AND EXISTS (SELECT 1 FROM batches WHERE id = ${id} AND job_id <> ${child.parent_id} AND run_end IS NULL)`),
    db.run(sql`UPDATE batches SET running = running - 1, queued = queued + 1 WHERE ${ofBatch}`),
    db.run(sql`
      UPDATE batch_items SET status = ${end.status}, result = ${end.result && JSON.stringify(end.result)},
        error = ${end.error && JSON.stringify(end.error)}, updated_at = ${now} WHERE ${ofChild}`),
    db.run(sql`
      UPDATE batches SET running = running - 1, succeeded = succeeded + ${count.succeeded},
        failed = failed + ${count.failed}, cancelled = cancelled + ${count.cancelled} WHERE ${ofBatch}`),
  ] satisfies [Statement, ...Statement[]];
}

/** Children that have ended while their items still count as running, or that `run` had started and still run. */
export async function runningChildren(
  db: Database,
  { desk_id, id }: Batch,
  which: { ended: true } | { of: JobId },
): Promise<JobId[]> {
  const rows = await db
    .select({ id: jobs.id })
    .from(batchItems)
    .innerJoin(jobs, eq(jobs.id, batchItems.job_id))
    .where(
      and(
        eq(batchItems.batch_id, id),
        eq(batchItems.desk_id, desk_id),
        eq(batchItems.status, "running"),
        "ended" in which ? isNotNull(jobs.finished_at) : eq(jobs.parent_id, which.of),
      ),
    )
    .orderBy(asc(batchItems.idx));
  return rows.map((row) => row.id);
}

/** Cancels what this run has not started; nothing where the batch has gone on to another run. */
export const cancelQueued = (
  db: Database,
  desk: DeskId,
  id: BatchId,
  run: JobId,
  run_end: JobStatus | null,
  now: number,
): [Statement, Statement] => [
  db.run(sql`
    UPDATE batch_items SET status = 'cancelled', updated_at = ${now}
    WHERE batch_id = ${id} AND desk_id = ${desk} AND status = 'queued'
      AND EXISTS (SELECT 1 FROM batches WHERE id = ${id} AND job_id = ${run})`),
  db.run(sql`
    UPDATE batches SET cancelled = cancelled + queued, queued = 0, run_end = ${run_end}
    WHERE id = ${id} AND desk_id = ${desk} AND job_id = ${run}`),
];

/** Marks the batch finished, once for each run: only if nothing is under way and the counters are those given. */
export const finishBatch = (db: Database, batch: Batch, now: number): Statement =>
  db.run(sql`
    UPDATE batches SET finished_at = ${now}
    WHERE id = ${batch.id} AND desk_id = ${batch.desk_id} AND job_id = ${batch.job_id} AND finished_at IS NULL
      AND queued = 0 AND running = 0 AND succeeded = ${batch.succeeded} AND failed = ${batch.failed}
      AND cancelled = ${batch.cancelled}`);

/** Hands the batch to its next run, if the statement before it changed a row. */
export const followRun = (db: Database, desk: DeskId, id: BatchId, ended: JobId, next: JobId): Statement =>
  db.run(sql`
    UPDATE batches SET job_id = ${next}, run_end = NULL, finished_at = NULL
    WHERE id = ${id} AND desk_id = ${desk} AND job_id = ${ended} AND changes() > 0`);

/** The same where the run has ended, or is about to: for whoever asks for the next one. */
export const replaceRun = (db: Database, { desk_id, id, job_id }: Batch, next: JobId): Statement =>
  db.run(sql`
    UPDATE batches SET job_id = ${next}, run_end = NULL, finished_at = NULL
    WHERE id = ${id} AND desk_id = ${desk_id} AND job_id = ${job_id} AND (finished_at IS NOT NULL
      OR run_end IS NOT NULL OR EXISTS (SELECT 1 FROM jobs WHERE id = ${job_id} AND finished_at IS NOT NULL))`);

export type Requeued = "failed" | "cancelled";

/** Queues items that have ended so again: of the batch that has just come to this run. */
export const requeueForRun = (
  db: Database,
  desk: DeskId,
  id: BatchId,
  run: JobId,
  which: Requeued[],
  now: number,
): [Statement, Statement] => {
  const isOfRun = sql`EXISTS (SELECT 1 FROM batches WHERE id = ${id} AND job_id = ${run})`;
  return [
    requeueItems(db, desk, id, which, sql`${isOfRun}`, now),
    requeueCounters(db, desk, id, which, sql`job_id = ${run}`),
  ];
};

/** The same within a run that goes on. The counters come first, for whatever hangs on whether there was anything. */
export const requeueInRun = (
  db: Database,
  { desk_id, id, job_id }: Batch,
  now: number,
): { counters: Statement; items: Statement } => ({
  counters: requeueCounters(
    db,
    desk_id,
    id,
    ["failed", "cancelled"],
    sql`job_id = ${job_id} AND finished_at IS NULL AND run_end IS NULL AND failed - invalid + cancelled > 0
      AND EXISTS (SELECT 1 FROM jobs WHERE id = ${job_id} AND finished_at IS NULL AND status <> 'cancelling')`,
  ),
  items: requeueItems(db, desk_id, id, ["failed", "cancelled"], sql`changes() > 0`, now),
});

const requeueItems = (
  db: Database,
  desk: DeskId,
  id: BatchId,
  which: Requeued[],
  condition: ReturnType<typeof sql>,
  now: number,
): Statement =>
  db
    .update(batchItems)
    .set({ status: "queued", job_id: null, error: null, result: null, updated_at: now })
    .where(
      and(
        eq(batchItems.batch_id, id),
        eq(batchItems.desk_id, desk),
        inArray(batchItems.status, which),
        // What failed before it was ever started is no item.
        sql`(${batchItems.status} <> 'failed' OR ${batchItems.attempts} > 0)`,
        condition,
      ),
    );

const requeueCounters = (
  db: Database,
  desk: DeskId,
  id: BatchId,
  which: Requeued[],
  condition: ReturnType<typeof sql>,
): Statement => {
  const failed = which.includes("failed") ? 1 : 0;
  const cancelled = which.includes("cancelled") ? 1 : 0;
  return db.run(sql`
    UPDATE batches SET queued = queued + (failed - invalid) * ${failed} + cancelled * ${cancelled},
      failed = iif(${failed}, invalid, failed), cancelled = iif(${cancelled}, 0, cancelled)
    WHERE id = ${id} AND desk_id = ${desk} AND ${condition}`);
};
