import { reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import type { Job, JsonObject } from "../jobs/job.ts";
import { nextItems, startItems } from "./run-store.ts";
import { type Batch, findBatch } from "./store.ts";
import type { BatchableType } from "./types.ts";

/**
 * Starts the next items while fewer than the batch's concurrency run and its run lets them. Safe to call at any time and
 * by many at once; whoever loses an item to another looks again. Gives the batch as it is with what was started.
 */
export async function fill(platform: Platform, types: BatchableType[], known: Batch): Promise<Batch> {
  const { clock, db } = platform;
  const type = types.find((one) => one.type === known.type);
  for (let batch = known; ; ) {
    const free = Math.min(batch.concurrency - batch.running, batch.queued);
    if (free <= 0 || !batch.loaded || type === undefined) return batch;
    const items = await nextItems(db, batch, free);
    if (items.length === 0) return batch;
    const now = clock.now();
    const wanted = items.map(({ idx, input }) => ({ idx, child: childOf(batch, type, input, now) }));
    const started = await startItems(db, batch, wanted, now);
    await reach("slice.effect", batch.job_id);
    await Promise.all(started.map((child) => sendSafely(platform, child)));
    const { length } = started;
    if (length === wanted.length)
      return { ...batch, queued: batch.queued - length, running: batch.running + length };
    batch = (await findBatch(db, batch.desk_id, batch.id)) ?? batch;
  }
}

const childOf = (batch: Batch, kind: BatchableType, input: JsonObject, now: number): Job =>
  newJob({
    desk: batch.desk_id,
    kind,
    input,
    created_by: batch.created_by,
    now,
    priority: batch.priority,
    links: { batch: `/v1/batches/${batch.id}` },
    parent_id: batch.job_id,
  });

/** What can't be sent now stays in the outbox, which a timer empties. */
async function sendSafely(platform: Platform, child: Job): Promise<void> {
  try {
    await sendJob(platform, child);
  } catch (error) {
    platform.log.error("a batch's child is sent later", { job: child.id, error });
  }
}
