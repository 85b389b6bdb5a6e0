import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import { jobView } from "../jobs/schemas.ts";
import { countersOf, statusOf } from "./policy.ts";
import type { BatchWithRun } from "./read.ts";
import type { batchSchema, itemSchema } from "./schemas.ts";
import type { Item } from "./store.ts";

export function batchView({ batch, job }: BatchWithRun): z.infer<typeof batchSchema> {
  const { concurrency, file_id, id, priority, tags, type } = batch;
  const self = `/v1/batches/${id}`;
  return {
    ...{ id, type, status: statusOf(batch, job.status), concurrency, priority, tags, file_id },
    ...countersOf(batch),
    created_at: isoTime(batch.created_at),
    finished_at: isoTime(batch.finished_at),
    links: { self, items: `${self}/items`, export: `${self}/export`, job: `/v1/jobs/${job.id}` },
    job: jobView(job),
  };
}

export function itemView(item: Item): z.infer<typeof itemSchema> {
  const { attempts, batch_id, error, idx, input, job_id, result, status, updated_at } = item;
  const id = `${batch_id}:${idx}`;
  return { id, index: idx, status, job_id, attempts, input, result, error, updated_at: isoTime(updated_at) };
}
