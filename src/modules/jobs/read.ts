import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { jobNotFound } from "./errors.ts";
import type { Job } from "./job.ts";
import { findJob, type JobFilter, listJobs } from "./store.ts";

export async function getJob(ctx: Ctx, { id }: { id: string }): Promise<Job> {
  requirePermission(ctx, "jobs:read");
  const job = await findJob(ctx.db, ctx.desk, id);
  if (job === undefined) throw jobNotFound();
  return job;
}

const SORT = "-created_at";

export async function getJobs(
  ctx: Ctx,
  query: JobFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<Job>> {
  requirePermission(ctx, "jobs:read");
  const after = decodeCursor(SORT, query.cursor);
  const rows = await listJobs(ctx.db, ctx.desk, query, after, query.limit + 1);
  return pageOf<Job>(rows, query.limit, SORT, (job) => [job.created_at, job.id]);
}
