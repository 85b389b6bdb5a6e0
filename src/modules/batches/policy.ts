import type { JobStatus } from "../jobs/policy.ts";

export const ITEM_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

export const MAX_CONCURRENCY = 20;
export const DEFAULT_CONCURRENCY = 5;
/** What a JSON body may bring, and what a file may. */
export const MAX_JSON_ITEMS = 1_000;
export const MAX_FILE_ITEMS = 10_000;
export const MAX_ITEM_BYTES = 64 * 1024;
export const MAX_RESULT_BYTES = 64 * 1024;

/** How many of a batch's items stand where. */
export type Counters = { total: number } & Record<ItemStatus, number>;

export const hasWork = ({ queued, running }: Counters): boolean => queued + running > 0;
/** Whether a run that has ended left something that came to no end of its own; its aftermath may be still to come. */
export const isIncomplete = ({
  cancelled,
  loaded,
  queued,
  running,
}: Counters & { loaded: boolean }): boolean => !loaded || cancelled + queued + running > 0;
/** Whether anything would be done anew: what is no item fails again for sure. */
export const isRetryable = ({ cancelled, failed, invalid }: Counters & { invalid: number }): boolean =>
  failed - invalid + cancelled > 0;

export function countersOf({ cancelled, failed, queued, running, succeeded, total }: Counters): Counters {
  return { total, queued, running, succeeded, failed, cancelled };
}

/** What a run is told to have done, once nothing of it is under way. */
export function endOf({ cancelled, failed, succeeded, total }: Counters) {
  return { total, succeeded, failed, cancelled };
}

export function progressOf(batch: Counters) {
  const ended = batch.succeeded + batch.failed + batch.cancelled;
  return {
    phase: "running",
    fraction: batch.total === 0 ? 0 : ended / batch.total,
    message: `${ended} of ${batch.total} items have ended, ${batch.failed} of them failed`,
    counters: countersOf(batch),
  };
}

/** A batch is where its run is, and not yet cancelled while items of it still run. */
export function statusOf({ running }: Counters, run: JobStatus): JobStatus {
  return run === "cancelled" && running > 0 ? "cancelling" : run;
}
