import { runBatch } from "../../../platform/database.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import { audit } from "../../audit/record.ts";
import { newJob, sendJob } from "../../jobs/create.ts";
import type { JobDefinition } from "../../jobs/define.ts";
import type { Job } from "../../jobs/job.ts";
import { insertJob } from "../../jobs/store.ts";
import { asJson } from "../runs/create.ts";
import { endedRun } from "../runs/read.ts";
import type { RunKind } from "../runs/store.ts";

/** Asks for a file of a run that has ended; 404 and 409 for one that is not there or has no result. */
export async function createExport(
  ctx: Ctx,
  definition: JobDefinition,
  of: { kind: RunKind; id: string },
  request: object,
): Promise<Job> {
  requirePermission(ctx, "exports:write");
  const run = await endedRun(ctx, ctx.desk, of.kind, of.id);
  const job = newJob({
    ...{ desk: ctx.desk, kind: definition, input: asJson(request), created_by: ctx.actor },
    ...{ now: ctx.clock.now(), links: { run: `/v1/${of.kind}s/${run.id}` } },
  });
  await runBatch(
    ctx.db,
    audit(ctx, { action: "export.create", target: run.id, after: request }),
    ...insertJob(ctx.db, job),
  );
  ctx.defer(sendJob(ctx, job));
  return job;
}
