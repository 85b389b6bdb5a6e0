import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import type { Job } from "../jobs/job.ts";
import { findJob, findJobs } from "../jobs/store.ts";
import { batchNotFound } from "./errors.ts";
import type { ItemStatus } from "./policy.ts";
import { type Batch, findBatch, type Item, listBatches, listItems } from "./store.ts";

/** A batch and its present run. */
export interface BatchWithRun {
  batch: Batch;
  job: Job;
}

export async function getBatch(ctx: Ctx, { id }: { id: string }): Promise<BatchWithRun> {
  requirePermission(ctx, "batches:read");
  return await requireBatch(ctx, id);
}

/** The desk's batch of that id, for whoever has asked for the permission; 404 otherwise. */
export async function requireBatch(ctx: Ctx, id: string): Promise<BatchWithRun> {
  const batch = await findBatch(ctx.db, ctx.desk, id);
  const job = batch && (await findJob(ctx.db, ctx.desk, batch.job_id));
  if (batch === undefined || job === undefined) throw batchNotFound();
  return { batch, job };
}

interface ListQuery {
  limit: number;
  cursor?: string | undefined;
}

const SORT = "-created_at";

export async function getBatches(
  ctx: Ctx,
  query: ListQuery & { type?: string | undefined },
): Promise<Page<BatchWithRun>> {
  requirePermission(ctx, "batches:read");
  const after = decodeCursor(SORT, query.cursor);
  const rows = await listBatches(ctx.db, ctx.desk, query.type, after, query.limit + 1);
  const page = pageOf(rows, query.limit, SORT, (batch) => [batch.created_at, batch.id]);
  const runs = await findJobs(
    ctx.db,
    ctx.desk,
    page.data.map(({ job_id }) => job_id),
  );
  const byId = new Map(runs.map((job) => [job.id, job]));
  const data = page.data.flatMap((batch) => {
    const job = byId.get(batch.job_id);
    return job === undefined ? [] : [{ batch, job }];
  });
  return { ...page, data };
}

const ITEM_SORT = "index";

export async function getItems(
  ctx: Ctx,
  query: ListQuery & { id: string; status?: ItemStatus | undefined },
): Promise<Page<Item>> {
  requirePermission(ctx, "batches:read");
  const { batch } = await requireBatch(ctx, query.id);
  const after = decodeCursor(ITEM_SORT, query.cursor)?.[0];
  const rows = await listItems(ctx.db, ctx.desk, batch.id, query.status, after, query.limit + 1);
  return pageOf(rows, query.limit, ITEM_SORT, ({ batch_id, idx }) => [idx, batch_id]);
}
