import { runBatch } from "../../platform/database.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { steer } from "../jobs/control.ts";
import { sendJob } from "../jobs/create.ts";
import { isFinal } from "../jobs/policy.ts";
import { roomOf } from "../jobs/rooms.ts";
import { claimRetry, insertJobIfChanged } from "../jobs/store.ts";
import { newRun } from "./create.ts";
import { nothingToRetry } from "./errors.ts";
import { isIncomplete, isRetryable } from "./policy.ts";
import { type BatchWithRun, requireBatch } from "./read.ts";
import { type Requeued, replaceRun, requeueForRun, requeueInRun } from "./run-store.ts";
import { type BatchableType, requireType } from "./types.ts";

interface ById {
  id: string;
}

/** From now on no item starts; those that run come to their end. */
export async function pauseBatch(ctx: Ctx, { id }: ById): Promise<BatchWithRun> {
  requirePermission(ctx, "batches:write");
  const { batch, job } = await requireBatch(ctx, id);
  return { batch, job: (await steer(ctx, job, "pause")).job };
}

/** What has not started never does, and what runs is told to stop. */
export async function cancelBatch(ctx: Ctx, { id }: ById): Promise<BatchWithRun> {
  requirePermission(ctx, "batches:write");
  const { batch, job } = await requireBatch(ctx, id);
  return { batch, job: (await steer(ctx, job, "cancel")).job };
}

/** Lets a paused batch go on; of one whose run has ended before its items had, a new run does what was left. */
export async function resumeBatch(ctx: Ctx, types: BatchableType[], { id }: ById): Promise<BatchWithRun> {
  requirePermission(ctx, "batches:write");
  const found = await requireBatch(ctx, id);
  requireType(ctx, types, found.batch.type);
  if (isFinal(found.job.status) && isIncomplete(found.batch)) {
    return await startRun(ctx, found, "batch.resume", ["cancelled"]);
  }
  return { batch: found.batch, job: (await steer(ctx, found.job, "resume")).job };
}

/** Queues again what has failed or was cancelled: in the run that goes on, else in a new one. */
export async function retryFailed(ctx: Ctx, types: BatchableType[], { id }: ById): Promise<BatchWithRun> {
  requirePermission(ctx, "batches:write");
  const found = await requireBatch(ctx, id);
  requireType(ctx, types, found.batch.type);
  if (!isRetryable(found.batch)) throw nothingToRetry();
  const { counters, items } = requeueInRun(ctx.db, found.batch, ctx.clock.now());
  const entry = { action: "batch.retry_failed", target: found.batch.id };
  const goesOn = await runBatch(ctx.db, counters, auditIfChanged(ctx, entry), items);
  if (!goesOn) return await startRun(ctx, found, entry.action, ["failed", "cancelled"]);
  await roomOf(ctx, ctx.desk, found.batch.job_id).wake();
  return await requireBatch(ctx, id);
}

/** Of several at once one starts the run, and all of them answer it. */
async function startRun(
  ctx: Ctx,
  { batch, job }: BatchWithRun,
  action: string,
  which: Requeued[],
): Promise<BatchWithRun> {
  const { db, desk } = ctx;
  const now = ctx.clock.now();
  const next = newRun(ctx, batch, now, job.id);
  const won = await runBatch(
    db,
    replaceRun(db, batch, next.id),
    auditIfChanged(ctx, { action, target: batch.id }),
    ...insertJobIfChanged(db, next),
    ...requeueForRun(db, desk, batch.id, next.id, which, now),
    claimRetry(db, desk, job.id, next.id), // so that a retry of the ended run answers this one too
  );
  if (won) ctx.defer(sendJob(ctx, next));
  return await requireBatch(ctx, batch.id);
}
