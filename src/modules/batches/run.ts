import { z } from "zod";
import { runBatch } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { giveBackJob } from "../access/job-units.ts";
import {
  defineJob,
  type JobDefinition,
  PermanentFailure,
  type Slice,
  type SliceOutcome,
} from "../jobs/define.ts";
import type { Job, JsonObject } from "../jobs/job.ts";
import { isFinal } from "../jobs/policy.ts";
import { roomOf } from "../jobs/rooms.ts";
import { findJob } from "../jobs/store.ts";
import { fill } from "./fill.ts";
import { finish } from "./finish.ts";
import { loadRows } from "./load-rows.ts";
import { countersOf, endOf, hasWork, progressOf } from "./policy.ts";
import { BATCH_RUN, type RunInput, runInput, runKind } from "./run-kind.ts";
import { cancelQueued, followRun, requeueForRun, runningChildren } from "./run-store.ts";
import { settleChild, settleItem } from "./settle-item.ts";
import { type Batch, findBatch, hasStarted } from "./store.ts";
import { type BatchableType, batchable } from "./types.ts";

/** How often a run looks after its children when none of them says anything. */
const LOOK_AGAIN_MS = 30_000;

const checkpoint = z.object({ rows_read: z.number() });
type Run = Slice<RunInput, z.infer<typeof checkpoint>>;

/** The kind of job that runs the items of a batch, each as a child of one of these types. */
export function batchJob(all: JobDefinition[]): JobDefinition {
  const types = batchable(all);
  return defineJob({
    type: BATCH_RUN,
    terms: runKind.terms,
    input: runInput,
    checkpoint,
    run: (slice: Run) => runBatchOf(slice, types),
    partial: stopEarly,
    settled: endRun,
    childSettled: (platform, child) => settleChild(platform, types, child),
    restart: async ({ clock, db }, ended, next) => {
      const { batch_id } = runInput.parse(ended.input);
      const follow = followRun(db, ended.desk_id, batch_id, ended.id, next.id);
      const which = ["failed", "cancelled"] as const;
      return [follow, ...requeueForRun(db, ended.desk_id, batch_id, next.id, [...which], clock.now())];
    },
  });
}

/** Loads what is not loaded, starts what may start, and waits for the children, who start the next ones themselves. */
async function runBatchOf(slice: Run, types: BatchableType[]): Promise<SliceOutcome> {
  const { platform } = slice;
  const known = await batchOf(platform, slice.desk, slice.input);
  // A finished batch may have gone on to its next run before this slice, repeated, could say that it was.
  if (known.job_id !== slice.id) return { done: { batch_id: known.id, superseded_by: known.job_id } };
  if (!known.loaded && !(await loadRows(slice, types, known))) return "yield";
  await settleEnded(platform, known);
  const batch = await fill(platform, types, await batchOf(platform, slice.desk, slice.input));
  await slice.checkpoint({ rows_read: batch.rows_read }, progressOf(batch));
  if (hasWork(batch)) return { wait_ms: LOOK_AGAIN_MS };
  if (batch.finished_at === null && !(await finish(platform, batch))) return "yield";
  await reach("slice.effect", slice.id);
  if (batch.failed === batch.total) throw allFailed(batch);
  return { done: { batch_id: batch.id, ...endOf(batch) } };
}

const allFailed = ({ total }: Batch) =>
  new PermanentFailure("batches.all_failed", `All of the ${total} items have failed.`);

async function batchOf({ db }: Platform, desk: DeskId, { batch_id }: RunInput): Promise<Batch> {
  const batch = await findBatch(db, desk, batch_id);
  if (batch === undefined) throw new PermanentFailure("batches.not_found", "The batch is no longer there.");
  return batch;
}

/** Ends the items of children that have ended and whose own aftermath has not come so far. */
async function settleEnded(platform: Platform, batch: Batch): Promise<void> {
  for (const id of await runningChildren(platform.db, batch, { ended: true })) {
    const child = await findJob(platform.db, batch.desk_id, id);
    if (child !== undefined) await settleItem(platform, batch.id, child);
  }
}

/** Starts nothing more, stops what runs, and gives what there is: a child that was told to stop ends as cancelled. */
async function stopEarly(slice: Run): Promise<JsonObject> {
  const { desk, id, input, platform } = slice;
  const { clock, db } = platform;
  await runBatch(db, ...cancelQueued(db, desk, input.batch_id, id, null, clock.now()));
  await cancelChildren(platform, await batchOf(platform, desk, input), id);
  const batch = await batchOf(platform, desk, input);
  const counters = { ...countersOf(batch), running: 0, cancelled: batch.cancelled + batch.running };
  await slice.progress(progressOf(counters));
  return { batch_id: batch.id, ...endOf(counters) };
}

/**
 * The aftermath of a run: what it had not started is cancelled, and so is what still runs of it; the last of that to end
 * finishes the batch. Where the batch has gone on to another run, only this one's own children are stopped.
 */
async function endRun(platform: Platform, run: Job, { batch_id }: RunInput): Promise<void> {
  const { clock, db } = platform;
  const { desk_id: desk, id, status } = run;
  await runBatch(db, ...cancelQueued(db, desk, batch_id, id, status, clock.now()));
  const batch = await findBatch(db, desk, batch_id);
  if (batch === undefined) return;
  await cancelChildren(platform, batch, id);
  if (batch.job_id !== id) return;
  if (!hasWork(batch) && batch.finished_at === null) await finish(platform, batch);
  const { quota_lease } = batch;
  if (status === "failed" && quota_lease !== null && !(await hasStarted(db, desk, batch_id))) {
    await giveBackJob(platform, desk, quota_lease);
  }
}

async function cancelChildren(platform: Platform, batch: Batch, run: Job["id"]): Promise<void> {
  for (const child of await runningChildren(platform.db, batch, { of: run })) {
    const { job } = await roomOf(platform, batch.desk_id, child).control("cancel", null);
    if (job !== undefined && isFinal(job.status)) await settleItem(platform, batch.id, job);
  }
}
