import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { type AuditSource, noteWritten } from "../audit/record.ts";
import type { Plan } from "../directory/policy.ts";
import type { JobDefinition } from "./define.ts";
import { cannotFinish, jobEnded, jobNotFound, notStarted, notSteerable, steeredByParent } from "./errors.ts";
import type { Job } from "./job.ts";
import type { Action } from "./lease.ts";
import { roomOf } from "./rooms.ts";
import { findJob } from "./store.ts";

/** Who steers: as much of a request as that takes, so that a job can steer for whoever asked for it. */
export type Steerer = Platform & Omit<AuditSource, "db" | "clock"> & { plan?: Plan };

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
  return (await steerJob(ctx, types, job, action)).job;
}

/** The same for whoever has the permission, with whether it changed anything. */
export async function steerJob(
  by: Steerer,
  types: JobDefinition[],
  job: Job,
  action: Action,
): Promise<{ job: Job; changed: boolean }> {
  if (job.parent_id !== null) throw steeredByParent();
  if (action === "finish" && !canFinish(types, job)) throw cannotFinish(job.type);
  return await steer(by, job, action);
}

const canFinish = (types: JobDefinition[], job: Job): boolean =>
  types.find(({ type }) => type === job.type)?.partial !== undefined;

/** The same for whoever has checked that the job may be steered so. */
export async function steer(by: Steerer, job: Job, action: Action): Promise<{ job: Job; changed: boolean }> {
  const { actor, address, desk, impersonator, key, request_id } = by;
  const source = { actor, address, desk, impersonator, key, request_id };
  const entry = { action: `job.${action}`, target: job.id };
  const answer = await roomOf(by, desk, job.id).control(action, { ...source, ...entry });
  if (!("refused" in answer)) {
    if (answer.changed) noteWritten(by.db, desk);
    return answer;
  }
  if (answer.refused === "no_job") throw jobNotFound();
  if (answer.refused === "not_started") throw notStarted();
  if (answer.refused === "cancelling") throw notSteerable("cancelling", action);
  throw jobEnded(answer.job?.status ?? job.status, action);
}
