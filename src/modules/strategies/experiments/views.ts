import type { z } from "@hono/zod-openapi";
import type { Job } from "../../jobs/job.ts";
import { jobView } from "../../jobs/schemas.ts";
import type { Run } from "../runs/store.ts";
import { runView } from "../runs/views.ts";
import { experimentResult, type experimentSchema, type experimentWithJob } from "./schemas.ts";

export function experimentView(run: Run, job: Job | undefined): z.infer<typeof experimentSchema> {
  const result = run.result === null ? undefined : experimentResult.parse(run.result);
  return {
    id: run.id as `exp_${string}`,
    ...runView(run, job),
    first: result?.first ?? null,
    second: result?.second ?? null,
    comparison: result?.comparison ?? null,
  };
}

export const experimentWithJobView = (run: Run, job: Job | undefined): z.infer<typeof experimentWithJob> => ({
  ...experimentView(run, job),
  job: job === undefined ? null : jobView(job),
});
