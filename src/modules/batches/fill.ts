import { reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import type { Job } from "../jobs/job.ts";
import { mayStart, startItems } from "./run-store.ts";
import { type Batch, findBatch, type Item, listItems } from "./store.ts";
import type { BatchableType } from "./types.ts";

/**
 * Starts the next items while fewer than the batch's concurrency run and its run lets them. Safe to call at any time and
 * by many at once; whoever loses an item to another looks again. Gives the batch as it was when nothing was left to do.
 */
export async function fill(platform: Platform, types: BatchableType[], known: Batch): Promise<Batch> {
  const { clock, db } = platform;
  for (let batch = known; ; ) {
    const free = Math.min(batch.concurrency - batch.running, batch.queued);
    const type = types.find((one) => one.type === batch.type);
    if (free <= 0 || !batch.loaded || type === undefined || !(await mayStart(db, batch))) return batch;
    const items = await listItems(db, batch.desk_id, batch.id, "queued", undefined, free);
    const now = clock.now();
    const wanted = items.map((item) => ({ idx: item.idx, child: childOf(batch, type, item, now) }));
    const started = await startItems(db, batch, wanted, now);
    await reach("slice.effect", batch.job_id);
    for (const child of started) await sendSafely(platform, child);
    batch = (await findBatch(db, batch.desk_id, batch.id)) ?? batch;
  }
}

const childOf = (batch: Batch, kind: BatchableType, { input }: Item, now: number): Job =>
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
