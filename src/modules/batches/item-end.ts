import type { Job, JobError, JsonObject } from "../jobs/job.ts";
import { isFinal } from "../jobs/policy.ts";
import { MAX_RESULT_BYTES } from "./policy.ts";

export interface ItemEnd {
  status: "succeeded" | "failed" | "cancelled";
  result: JsonObject | null;
  error: JobError | null;
}

const expired: JobError = { code: "jobs.expired", message: "The item's job did not end in its time." };

/** How a child's end ends its item; undefined while it has not ended. */
export function itemEndOf(child: Job): ItemEnd | undefined {
  if (!isFinal(child.status)) return undefined;
  if (child.status === "cancelled") return { status: "cancelled", result: null, error: null };
  if (child.status !== "succeeded") return { status: "failed", result: null, error: child.error ?? expired };
  return { status: "succeeded", result: boundedResult(child), error: null };
}

/** A result that is too large for a row of many is left with its job. */
function boundedResult({ id, result }: Job): JsonObject | null {
  const size_bytes = new TextEncoder().encode(JSON.stringify(result)).byteLength;
  return size_bytes <= MAX_RESULT_BYTES ? result : { too_large: true, size_bytes, job: `/v1/jobs/${id}` };
}
