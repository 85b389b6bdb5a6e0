import type { Job, JsonValue, Progress } from "./job.ts";

export type LeaseAnswer =
  | { lease: string; job: Job; checkpoint: JsonValue }
  | { refused: "no_job" | "leased" | "not_runnable" };
/** What a worker learns from its heartbeat: go on, stop because of a cancel, or stop because another has the job. */
export type Order = "go_on" | "cancel" | "lost";

export interface Advance {
  progress?: Progress;
  checkpoint?: JsonValue;
}
