import { batchJob } from "./modules/batches/run.ts";
import { bulkJob } from "./modules/jobs/bulk-job.ts";
import type { JobDefinition } from "./modules/jobs/define.ts";
import { replayJob } from "./modules/jobs/replay-job.ts";
import { ingestJob } from "./modules/library/ingest.ts";
import { purgeJob } from "./modules/library/purge.ts";
import { reindexJob } from "./modules/library/reindex.ts";
import { reprocessJob } from "./modules/library/reprocess.ts";
import { queryJob } from "./modules/search/query-job.ts";
import { trainJob } from "./modules/search/train.ts";
import { backtestJob } from "./modules/strategies/backtests/job.ts";
import { importJob } from "./modules/strategies/datasets/import/job.ts";
import { experimentJob } from "./modules/strategies/experiments/job.ts";
import { pineJob } from "./modules/strategies/exports/pine-job.ts";
import { reportJob } from "./modules/strategies/exports/report-job.ts";
import { tradesJob } from "./modules/strategies/exports/trades-job.ts";
import { optimizationJob } from "./modules/strategies/optimizations/job.ts";

const features: JobDefinition[] = [
  ingestJob,
  reprocessJob,
  purgeJob,
  reindexJob,
  queryJob,
  trainJob,
  backtestJob,
  experimentJob,
  optimizationJob,
  pineJob,
  reportJob,
  tradesJob,
  importJob,
];

/** Every kind of job that there is: what the queues' consumer can run, and what the API may start in batches. */
export const jobTypes: JobDefinition[] = [
  ...features,
  bulkJob(() => jobTypes),
  replayJob(() => jobTypes),
  batchJob(features),
];
