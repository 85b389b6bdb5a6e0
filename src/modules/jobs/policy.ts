import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";

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

/** What a running job may be asked for besides a cancel; it comes to it at its next checkpoint. */
export const REQUESTS = ["pause", "finish"] as const;
export type Request = (typeof REQUESTS)[number];

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

/** What a worker learns when it reports: go on, stop in one of four ways, or stop because another has the job. */
export type Order = "go_on" | Request | "cancel" | "expire" | "lost";

interface Standing {
  status: JobStatus;
  requested: Request | null;
  expires_at: number | null;
}

export const isOver = ({ expires_at }: Standing, now: number): boolean =>
  expires_at !== null && expires_at <= now;

/** What whoever has the job is to do; what was requested waits for a checkpoint. */
export function orderFor(job: Standing, at_checkpoint: boolean, now: number): Order {
  if (job.status === "cancelling") return "cancel";
  if (isOver(job, now)) return "expire";
  return (at_checkpoint ? job.requested : null) ?? "go_on";
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

/** Where the measuring of a job's rate began: its start, or where it went on after a pause or a failure. */
export interface Baseline {
  at: number;
  fraction: number;
}

/** When the work will end at the rate since the baseline, or null while there is too little to measure. */
export function estimatedEnd(since: Baseline | null, fraction: number, now: number): number | null {
  if (since === null || fraction >= 1 || fraction - since.fraction < 0.01) return null;
  return Math.round(now + ((now - since.at) * (1 - fraction)) / (fraction - since.fraction));
}

/** Nothing waits for ever: a job that says nothing else must have ended by then. */
export const EXPIRES_AFTER_MS = 7 * DAY_MS;
/** A turnstile that could not be reached is asked again after this. */
export const ASK_AGAIN_MS = 5 * SECOND_MS;

export const hourOf = (at_ms: number): number => Math.floor(at_ms / HOUR_MS);

/** The step of a duration on a logarithmic scale with four steps to each doubling, so a step is 19 % wide. */
export const bucketOf = (ms: number): number => Math.floor(4 * Math.log2(Math.max(0, ms) + 1));
/** The middle of a step, in ms: no more than 10 % away from any duration in it. */
export const middleOf = (bucket: number): number => 2 ** ((bucket + 0.5) / 4) - 1;
