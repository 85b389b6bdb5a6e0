import { isoTime } from "../../../platform/clock.ts";
import type { Job } from "../../jobs/job.ts";
import { pathOfRun } from "./create.ts";
import type { Run } from "./store.ts";

/** What every run tells of itself. Its state is that of its job, kept once that has ended. */
export function runView(run: Run, job: Job | undefined) {
  const { created_by, dataset_hash, dataset_id, error, job_id, kind, request, strategy } = run;
  const self = pathOfRun(kind, run.id);
  return {
    status: run.ended ?? job?.status ?? ("queued" as const),
    ...{ dataset_id, dataset_hash, strategy, request, error, created_by },
    created_at: isoTime(run.created_at),
    finished_at: isoTime(run.finished_at),
    links: { self, job: `/v1/jobs/${job_id}` },
  };
}
