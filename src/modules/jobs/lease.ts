import type { Job, JsonValue, Progress } from "./job.ts";

export type LeaseAnswer =
  | { lease: string; job: Job; checkpoint: JsonValue }
  /** After `leased` the desk's slot is in use; after the others nothing more comes of this grant. */
  | { refused: "no_job" | "not_runnable" | "leased" | "stale" };

export interface Advance {
  progress?: Progress;
  checkpoint?: JsonValue;
}

/** What users and cron ask of a job. */
export const ACTIONS = ["pause", "resume", "cancel", "finish"] as const;
export type Action = (typeof ACTIONS)[number];

export type ControlAnswer =
  | { job: Job; changed: boolean }
  /** The job's state does not allow it; `not_started` means that there is nothing to finish with. */
  | { refused: "no_job" | "ended" | "cancelling" | "not_started"; job?: Job };
