import { runBatch } from "../../platform/database.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { personNeeded } from "../access/errors.ts";
import type { PlainPermission } from "../access/permissions.ts";
import { auditIfChanged } from "../audit/record.ts";
import { BULK_TYPE } from "./bulk-policy.ts";
import type { Steerer } from "./control.ts";
import { newJob, sendJob } from "./create.ts";
import type { JobDefinition } from "./define.ts";
import { jobNotFound, notRetryable, steeredByParent } from "./errors.ts";
import type { Job } from "./job.ts";
import { claimRetry, findJob, findRetry, insertJobIfChanged } from "./store.ts";

/**
 * Starts a new run of a job that ended without success, with its input; the old one stays as it ended. A job has one
 * retry: whoever asks again gets the run that was started.
 */
export async function retryJob(ctx: Ctx, types: JobDefinition[], { id }: { id: string }): Promise<Job> {
  requirePermission(ctx, "jobs:control");
  const ended = await findJob(ctx.db, ctx.desk, id);
  if (ended === undefined) throw jobNotFound();
  if (ctx.key !== null && ended.type === BULK_TYPE) throw personNeeded(); // a person's may do more than the key
  const needed = permissionToStart(types, ended);
  if (needed !== undefined) requirePermission(ctx, needed);
  return (await startRetry(ctx, types, ended)).job;
}

/** What whoever retries a job must be allowed besides: a new run of it is a start. */
export const permissionToStart = (types: JobDefinition[], { type }: Job): PlainPermission | undefined =>
  types.find((each) => each.type === type)?.permission;

/** The same for whoever has the permissions, with whether this call started the run. */
export async function startRetry(
  by: Steerer,
  types: JobDefinition[],
  ended: Job,
): Promise<{ job: Job; changed: boolean }> {
  if (ended.parent_id !== null) throw steeredByParent();
  const { desk_id: desk, expires_at, input, links, priority, tags, type } = ended;
  const now = by.clock.now();
  const lasts = expires_at === null ? {} : { expires_at: now + (expires_at - ended.created_at) };
  const like = { desk, input, kind: ended, links, priority, tags, ...lasts };
  const next = newJob({ ...like, created_by: by.actor, now, retry_of: ended.id });
  const definition = types.find((each) => each.type === type);
  const won = await runBatch(
    by.db,
    claimRetry(by.db, desk, ended.id, next.id),
    auditIfChanged(by, { action: "job.retry", target: ended.id }),
    ...insertJobIfChanged(by.db, next),
    ...((await definition?.restart(by, ended, next)) ?? []),
  );
  if (!won) {
    const retried = await findRetry(by.db, desk, ended.id);
    if (retried === undefined) throw notRetryable(ended.status);
    return { job: retried, changed: false };
  }
  by.defer(sendJob(by, next));
  return { job: next, changed: true };
}
