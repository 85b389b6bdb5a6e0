import { z } from "@hono/zod-openapi";
import { isoTime, timeSchema } from "../../platform/clock.ts";
import { exampleId, idSchema, nullableId } from "../../platform/ids.ts";
import type { Job, JobEvent } from "./job.ts";
import { JOB_STATUSES, PRIORITIES, REQUESTS } from "./policy.ts";

const progressSchema = z.object({
  phase: z.string().openapi({ example: "reading" }),
  fraction: z.number().min(0).max(1).openapi({ example: 0.4 }),
  message: z.string().openapi({ example: "Read 40 of 100 pages" }),
  counters: z.record(z.string(), z.number()).openapi({ example: { pages_read: 40, pages: 100 } }),
  detail: z.record(z.string(), z.unknown()).optional().openapi({
    description: "What a watcher can draw, such as a search's best so far and its heat map",
  }),
});

export const jobErrorSchema = z.object({
  code: z.string().openapi({ example: "documents.encrypted" }),
  message: z.string(),
});

export const jobSchema = z
  .object({
    id: idSchema("job"),
    type: z.string().openapi({ example: "library.ingest" }),
    status: z.enum(JOB_STATUSES),
    priority: z.enum(PRIORITIES),
    progress: progressSchema,
    created_at: timeSchema,
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
    estimated_end: timeSchema.nullable(),
    attempts: z.int(),
    result: z.record(z.string(), z.unknown()).nullable(),
    error: jobErrorSchema.nullable(),
    tags: z.array(z.string()),
    links: z.record(z.string(), z.string()).openapi({ example: { self: `/v1/jobs/${exampleId("job")}` } }),
    requested: z.enum(REQUESTS).nullable().openapi({
      description: "What the running job was asked for and comes to at its next checkpoint",
    }),
    expires_at: timeSchema.nullable().openapi({ description: "It expires if it has not ended by then" }),
    parent_id: nullableId("job").openapi({ description: "The job that started it as one of many" }),
    retry_of: nullableId("job").openapi({ description: "The run that this one is the retry of" }),
    seq: z.int().openapi({ description: "The number of its latest event: resume a stream with `?after=`" }),
  })
  .openapi("Job");
export type JobView = z.infer<typeof jobSchema>;

/** A job as the API shows it, in the answer of a route and in a snapshot alike. */
export function jobView(job: Job): JobView {
  const self = `/v1/jobs/${job.id}`;
  return {
    id: job.id,
    type: job.type,
    status: job.status,
    priority: job.priority,
    progress: job.progress,
    created_at: isoTime(job.created_at),
    started_at: isoTime(job.started_at),
    finished_at: isoTime(job.finished_at),
    estimated_end: isoTime(job.estimated_end),
    attempts: job.attempts,
    result: job.result,
    error: job.error,
    tags: job.tags,
    links: { self, events: `${self}/events`, socket: `${self}/socket`, ...job.links },
    requested: job.requested,
    expires_at: isoTime(job.expires_at),
    parent_id: job.parent_id,
    retry_of: job.retry_of,
    seq: job.seq,
  };
}

/** A frame of the socket and the data of an SSE event; `job_id` lets one socket carry several jobs. */
export function eventView(job: Job, event: JobEvent) {
  const { estimated_end, ...data } = event.data;
  const shown = estimated_end === undefined ? data : { ...data, estimated_end: isoTime(estimated_end) };
  return { type: "event", seq: event.seq, at: isoTime(event.at), job_id: job.id, data: shown };
}

export function snapshotView(job: Job) {
  return { type: "snapshot", seq: job.seq, job: jobView(job) };
}
