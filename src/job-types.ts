import { bulkJob } from "./modules/jobs/bulk-job.ts";
import type { JobDefinition } from "./modules/jobs/define.ts";
import { replayJob } from "./modules/jobs/replay-job.ts";
import { ingestJob } from "./modules/library/ingest.ts";
import { purgeJob } from "./modules/library/purge.ts";
import { reindexJob } from "./modules/library/reindex.ts";

/** Every kind of job that there is: what the queues' consumer can run, and what the API may start in batches. */
export const jobTypes: JobDefinition[] = [
  ingestJob,
  purgeJob,
  reindexJob,
  bulkJob(() => jobTypes),
  replayJob(() => jobTypes),
];
