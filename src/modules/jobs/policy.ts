import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";

export const JOB_STATUSES = [
  "queued",
  "running",
  "paused",
  "cancelling",
  "cancelled",
  "succeeded",
  "failed",
  "expired",
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const PRIORITIES = ["critical", "high", "normal", "low"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Every change of a job's state goes through this table; a final state leads nowhere. */
const NEXT: Record<JobStatus, readonly JobStatus[]> = {
  queued: ["running", "paused", "cancelled", "failed", "expired"],
  running: [
    "queued", // a slice failed and is tried again, or its worker was lost
    "paused",
    "cancelling",
    "succeeded",
    "failed",
    "expired",
  ],
  paused: ["queued", "cancelled", "expired"],
  cancelling: ["cancelled"], // also when the last slice succeeded meanwhile: a cancel that was accepted holds
  cancelled: [],
  succeeded: [],
  failed: [],
  expired: [],
};

export function mayBecome(from: JobStatus, to: JobStatus): boolean {
  return NEXT[from].includes(to);
}

export function isFinal(status: JobStatus): boolean {
  return NEXT[status].length === 0;
}

/** A job gives up after this many slices in a row that failed or were lost without a checkpoint between them. */
export const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 2 * SECOND_MS;
const MAX_BACKOFF_MS = 5 * MINUTE_MS;

/** Doubles with each attempt: 2 s, 4 s, 8 s …, at most five minutes. */
export function backoff_ms(attempt: number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, attempt - 1));
}

/** The latest events of a job that stay readable; a client from before them gets a snapshot. */
export const MAX_EVENTS = 1_000;
/** Between transitions the D1 read model follows at most this often. */
export const READ_MODEL_MS = SECOND_MS;
/** A final job whose settling was not confirmed by then is settled by a message. */
export const SETTLE_MS = 10 * SECOND_MS;

/** Each further message waits twice as long, so that an aftermath which can't succeed fills no queue. */
export function settleAgain_ms(asked: number): number {
  return Math.min(MAX_BACKOFF_MS, SETTLE_MS * 2 ** asked);
}

/** Events and control state are kept this long after a job's end; its row in D1 stays. */
export const KEPT_AFTER_END_MS = 24 * HOUR_MS;

/** When the work will end at the measured rate, or null while there is none to measure. */
export function estimatedEnd(started_at: number | null, fraction: number, now: number): number | null {
  if (started_at === null || fraction < 0.01 || fraction >= 1) return null;
  return Math.round(now + ((now - started_at) * (1 - fraction)) / fraction);
}
