import { type Ctx, requirePermission } from "../access/context.ts";
import { audit } from "../audit/record.ts";
import { jobEnded, jobNotFound } from "./errors.ts";
import type { Job } from "./job.ts";
import { isFinal } from "./policy.ts";
import { roomOf } from "./rooms.ts";
import { findJob } from "./store.ts";

/** Stops the job, at once or as soon as its worker hears of it. Asking again gives the same answer. */
export async function cancelJob(ctx: Ctx, { id }: { id: string }): Promise<Job> {
  requirePermission(ctx, "jobs:control");
  const job = await findJob(ctx.db, ctx.desk, id);
  if (job === undefined) throw jobNotFound();
  if (job.status === "cancelled") return job;
  if (isFinal(job.status)) throw jobEnded(job.status);
  const cancelled = await roomOf(ctx, ctx.desk, job.id).cancel();
  if (cancelled === undefined) throw jobEnded((await findJob(ctx.db, ctx.desk, id))?.status ?? job.status);
  await audit(ctx, { action: "job.cancel", target: job.id });
  return cancelled;
}
