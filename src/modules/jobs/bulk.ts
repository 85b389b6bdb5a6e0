import { runBatch } from "../../platform/database.ts";
import type { JobId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { audit } from "../audit/record.ts";
import { BULK, type BulkInput } from "./bulk-job.ts";
import type { BulkAction, BulkFilter } from "./bulk-policy.ts";
import { newJob, sendJob } from "./create.ts";
import type { Job } from "./job.ts";
import { insertJob } from "./store.ts";

interface BulkRequest {
  action: BulkAction;
  ids: JobId[] | null;
  filter: BulkFilter | null;
}

/** Asks for many jobs to be steered. The job that does it goes first: what it steers must not hold it up. */
export async function startBulk(ctx: Ctx, { action, filter, ids }: BulkRequest): Promise<Job> {
  requirePermission(ctx, "jobs:control");
  const now = ctx.clock.now();
  const scopes = ctx.key === null ? null : [...ctx.permissions];
  const input: BulkInput = { action, before: now, ids: ids && [...new Set(ids)], filter, scopes };
  const { actor: created_by, desk } = ctx;
  const job = newJob({ desk, kind: BULK, input: { ...input }, created_by, now, priority: "critical" });
  const [insert, send] = insertJob(ctx.db, job);
  await runBatch(ctx.db, insert, send, audit(ctx, { action: "job.bulk", target: job.id, after: input }));
  ctx.defer(sendJob(ctx, job));
  return job;
}
