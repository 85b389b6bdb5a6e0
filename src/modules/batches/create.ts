import { runBatch } from "../../platform/database.ts";
import { type BatchId, newId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { giveBackJob, requireFeature, spendJob } from "../access/job-units.ts";
import { auditIfChanged } from "../audit/record.ts";
import { getUploadedFile } from "../files/read.ts";
import { newJob, sendJob } from "../jobs/create.ts";
import type { Job } from "../jobs/job.ts";
import type { Priority } from "../jobs/policy.ts";
import { insertJob } from "../jobs/store.ts";
import { headerOf, headOfFile, rowsOf } from "./csv.ts";
import { badHeader, oneSourceNeeded } from "./errors.ts";
import { checkedItems, headerProblem } from "./items.ts";
import { runKind } from "./run-kind.ts";
import { type Batch, findBatch, insertBatch, insertItemsIfChanged, type NewItem } from "./store.ts";
import { type BatchableType, requireType } from "./types.ts";

interface BatchRequest {
  type: string;
  items?: unknown[] | undefined;
  file_id?: string | undefined;
  concurrency: number;
  priority: Priority;
  tags: string[];
}

/** Where the items of a batch come from: the request, or a file that the run reads. */
type Source = { items: NewItem[] } | { file_id: NonNullable<Batch["file_id"]> };

/**
 * Makes a batch and its run. It costs one of the day's batches, once; whatever keeps it from being made, costs none. A
 * request that dies in between loses the unit at most, and never makes a batch without one.
 */
export async function createBatch(
  ctx: Ctx,
  types: BatchableType[],
  request: BatchRequest,
): Promise<{ batch: Batch; job: Job }> {
  requirePermission(ctx, "batches:write");
  const type = requireType(ctx, types, request.type);
  if (request.priority === "critical") requireFeature(ctx, "priority_lane");
  const source = await sourceOf(ctx, type, request);
  const quota_lease = await spendJob(ctx, "batch_jobs_per_day");
  const made = rowsFor(ctx, request, source, quota_lease);
  try {
    await writeBatch(ctx, made, source);
  } catch (error) {
    // A transaction whose answer was lost may have been written all the same.
    if ((await findBatch(ctx.db, ctx.desk, made.batch.id)) === undefined) {
      ctx.defer(giveBackJob(ctx, ctx.desk, quota_lease));
      throw error;
    }
  }
  ctx.defer(sendJob(ctx, made.job));
  return made;
}

async function writeBatch(
  ctx: Ctx,
  { batch, job }: { batch: Batch; job: Job },
  source: Source,
): Promise<void> {
  const { db, desk } = ctx;
  await runBatch(
    db,
    insertBatch(db, batch),
    auditIfChanged(ctx, { action: "batch.create", target: batch.id }),
    ...("items" in source
      ? [insertItemsIfChanged(db, desk, batch.id, 0, source.items, batch.created_at)]
      : []),
    ...insertJob(db, job),
  );
}

async function sourceOf(ctx: Ctx, type: BatchableType, { file_id, items }: BatchRequest): Promise<Source> {
  if ((items === undefined) === (file_id === undefined)) throw oneSourceNeeded();
  if (items !== undefined) return { items: checkedItems(type.batch, items) };
  const file = await getUploadedFile(ctx, { id: file_id ?? "" });
  const first = rowsOf(await headOfFile(ctx, ctx.desk, file.id)).next().value;
  const problem = headerProblem(type.batch, first ? headerOf(first) : []);
  if (problem !== undefined) throw badHeader(problem);
  return { file_id: file.id };
}

function rowsFor(ctx: Ctx, request: BatchRequest, source: Source, quota_lease: string) {
  const { concurrency, priority, tags, type } = request;
  const id: BatchId = newId("bat");
  const now = ctx.clock.now();
  const job = newRun(ctx, { id, priority, tags }, now);
  const total = "items" in source ? source.items.length : 0;
  const batch: Batch = {
    ...{ id, desk_id: ctx.desk, type, concurrency, priority, tags },
    ...{ file_id: "items" in source ? null : source.file_id, rows_read: 0, loaded: "items" in source },
    ...{ total, queued: total, running: 0, succeeded: 0, failed: 0, cancelled: 0, invalid: 0 },
    ...{ job_id: job.id, run_end: null, quota_lease },
    ...{ created_by: ctx.actor, created_at: now, finished_at: null },
  };
  return { batch, job };
}

/** A run of the batch, not yet written. */
export function newRun(
  ctx: Ctx,
  { id, priority, tags }: Pick<Batch, "id" | "priority" | "tags">,
  now: number,
  retry_of?: Job["id"],
): Job {
  const like = { desk: ctx.desk, kind: runKind, input: { batch_id: id }, created_by: ctx.actor, now };
  const links = { batch: `/v1/batches/${id}` };
  return newJob({ ...like, priority, tags, links, ...(retry_of ? { retry_of } : {}) });
}
