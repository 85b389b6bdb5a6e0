import { runBatch } from "../../platform/database.ts";
import type { BatchId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Job } from "../jobs/job.ts";
import { roomOf } from "../jobs/rooms.ts";
import { findJob } from "../jobs/store.ts";
import { fill } from "./fill.ts";
import { finish } from "./finish.ts";
import { itemEndOf } from "./item-end.ts";
import { hasWork, progressOf } from "./policy.ts";
import { BATCH_RUN, runInput } from "./run-kind.ts";
import { endItem } from "./run-store.ts";
import { type Batch, findBatch } from "./store.ts";
import type { BatchableType } from "./types.ts";

/** Ends the item of a child that has ended, starts the next ones, and tells the run. Safe to call for every copy. */
export async function settleChild(platform: Platform, types: BatchableType[], child: Job): Promise<void> {
  const { db } = platform;
  const desk = child.desk_id;
  const run = child.parent_id && (await findJob(db, desk, child.parent_id));
  if (!run || run.type !== BATCH_RUN) return;
  const { batch_id } = runInput.parse(run.input);
  await settleItem(platform, batch_id, child);
  const batch = await findBatch(db, desk, batch_id);
  if (batch !== undefined) await tellRun(platform, await fill(platform, types, batch));
}

export async function settleItem({ clock, db }: Platform, batch: BatchId, child: Job): Promise<void> {
  const end = itemEndOf(child);
  if (end !== undefined) await runBatch(db, ...endItem(db, batch, child, end, clock.now()));
}

/** Tells the run's watchers how far it is, and the run itself when it has nothing left to wait for. */
async function tellRun(platform: Platform, batch: Batch): Promise<void> {
  if (batch.run_end !== null) {
    if (!hasWork(batch)) await finish(platform, batch);
    return;
  }
  const room = roomOf(platform, batch.desk_id, batch.job_id);
  await room.report(progressOf(batch));
  if (!hasWork(batch)) await room.wake();
}
