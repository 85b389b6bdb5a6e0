import { z } from "zod";
import { runBatch } from "../../../platform/database.ts";
import type { DatasetId, RunId } from "../../../platform/ids.ts";
import type { Ctx } from "../../access/context.ts";
import { audit } from "../../audit/record.ts";
import { newJob, sendJob } from "../../jobs/create.ts";
import type { JobDefinition } from "../../jobs/define.ts";
import type { Job, JsonObject } from "../../jobs/job.ts";
import { insertJob } from "../../jobs/store.ts";
import { insertRun, type Run, type RunKind } from "./store.ts";

export interface NewRun {
  id: RunId;
  kind: RunKind;
  dataset: { id: DatasetId; hash: string };
  strategy: string;
  /** As it was checked; the input of its job. */
  request: object;
}

const json = z.record(z.string(), z.json());
/** A request as it is kept: what was left out is not in it. */
export const asJson = (request: object): JsonObject => json.parse(JSON.parse(JSON.stringify(request)));

/** Where the API tells of a run. */
export const pathOfRun = (kind: RunKind, id: RunId): string => `/v1/${kind}s/${id}`;

/** A run as its row begins, of the job that carries it out. */
export const newRun = (
  { created_at, created_by, desk_id, id: job_id }: Pick<Job, "created_at" | "created_by" | "desk_id" | "id">,
  { dataset, id, kind, request, strategy }: NewRun,
): Run => ({
  ...{ id, desk_id, kind, strategy, request: asJson(request), job_id, created_by, created_at },
  ...{ dataset_id: dataset.id, dataset_hash: dataset.hash },
  ...{ ended: null, result: null, error: null, finished_at: null },
});

/** Writes a run and the job that carries it out, as one mutation. */
export async function createRun(ctx: Ctx, definition: JobDefinition, asked: NewRun): Promise<Job> {
  const now = ctx.clock.now();
  const request = asJson(asked.request);
  const job = newJob({
    ...{ desk: ctx.desk, kind: definition, input: request, created_by: ctx.actor, now },
    links: { result: pathOfRun(asked.kind, asked.id) },
  });
  await runBatch(
    ctx.db,
    insertRun(ctx.db, newRun(job, asked)),
    audit(ctx, { action: `${asked.kind}.create`, target: asked.id, after: request }),
    ...insertJob(ctx.db, job),
  );
  ctx.defer(sendJob(ctx, job));
  return job;
}
