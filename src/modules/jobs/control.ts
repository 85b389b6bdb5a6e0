import { type Ctx, requirePermission } from "../access/context.ts";
import { chainOf } from "../audit/chains.ts";
import type { JobDefinition } from "./define.ts";
import { cannotFinish, jobEnded, jobNotFound, notStarted, notSteerable, steeredByParent } from "./errors.ts";
import type { Job } from "./job.ts";
import type { Action } from "./lease.ts";
import { roomOf } from "./rooms.ts";
import { findJob } from "./store.ts";

/**
 * Steers a job: at once where nobody works on it, else as soon as its worker hears of it. Asking again for what holds
 * already gives the same answer. The audit row is written in the batch that moves the job's row.
 */
export async function controlJob(
  ctx: Ctx,
  types: JobDefinition[],
  { action, id }: { action: Action; id: string },
): Promise<Job> {
  requirePermission(ctx, "jobs:control");
  const job = await findJob(ctx.db, ctx.desk, id);
  if (job === undefined) throw jobNotFound();
  if (job.parent_id !== null) throw steeredByParent();
  if (action === "finish" && !canFinish(types, job)) throw cannotFinish(job.type);
  return await steer(ctx, job, action);
}

const canFinish = (types: JobDefinition[], job: Job): boolean =>
  types.find(({ type }) => type === job.type)?.partial !== undefined;

/** The same for whoever has checked that the job may be steered so. */
export async function steer(ctx: Ctx, job: Job, action: Action): Promise<Job> {
  const { actor, address, desk, impersonator, key, request_id } = ctx;
  const by = { actor, address, desk, impersonator, key, request_id };
  const entry = { action: `job.${action}`, target: job.id };
  const answer = await roomOf(ctx, desk, job.id).control(action, { ...by, ...entry });
  if (!("refused" in answer)) {
    if (answer.changed) ctx.defer(chainOf(ctx, desk).wake());
    return answer.job;
  }
  if (answer.refused === "no_job") throw jobNotFound();
  if (answer.refused === "not_started") throw notStarted();
  if (answer.refused === "cancelling") throw notSteerable("cancelling", action);
  throw jobEnded(answer.job?.status ?? job.status, action);
}
