import type { DeskId, JobId } from "../../platform/ids.ts";
import type { JobStatus, Priority, Request } from "./policy.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };
export type JsonObject = { [name: string]: JsonValue };

export interface Progress {
  phase: string;
  /** 0 to 1, never falling within a run. */
  fraction: number;
  message: string;
  counters: Record<string, number>;
  /** What a watcher can draw, such as the best so far: a few kilobytes, since every event has it. */
  detail?: JsonObject;
}

export interface JobError {
  code: string;
  message: string;
}

/** What a job's type asks of the engine, written down with the job, so that its room need not know types. */
export interface JobTerms {
  /** How many of the type a desk may have at work at once. */
  at_once?: number;
  /** Its end is no news to anybody. */
  quiet?: true;
}

/** A job as its room holds it and as events carry it. Times are milliseconds since 1970. */
export interface Job {
  id: JobId;
  desk_id: DeskId;
  type: string;
  priority: Priority;
  status: JobStatus;
  input: JsonObject;
  progress: Progress;
  attempts: number;
  result: JsonObject | null;
  error: JobError | null;
  tags: string[];
  links: Record<string, string>;
  /** The number of its latest event. */
  seq: number;
  created_by: string;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  estimated_end: number | null;
  /** What a running job was asked for and has not come to yet. */
  requested: Request | null;
  /** It ends as `expired` if it has not ended otherwise by then. */
  expires_at: number | null;
  /** The job that started it as one of its many; such a job is steered through its parent. */
  parent_id: JobId | null;
  retry_of: JobId | null;
  terms: JobTerms;
}

/** One numbered step of a job's story: what changed, as fields of the job. */
export interface JobEvent {
  seq: number;
  at: number;
  data: Partial<
    Pick<Job, "status" | "progress" | "attempts" | "result" | "error" | "estimated_end" | "requested">
  >;
}

export const NO_PROGRESS: Progress = {
  phase: "queued",
  fraction: 0,
  message: "Waiting to start",
  counters: {},
};
