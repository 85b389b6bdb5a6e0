import type { z } from "@hono/zod-openapi";
import type { Job } from "../../jobs/job.ts";
import { jobView } from "../../jobs/schemas.ts";
import type { Run } from "../runs/store.ts";
import { runView } from "../runs/views.ts";
import { type optimizationDetail, optimizationResult, type optimizationSchema } from "./schemas.ts";

export function optimizationView(run: Run, job: Job | undefined): z.infer<typeof optimizationSchema> {
  const result = run.result === null ? undefined : optimizationResult.parse(run.result);
  const told = runView(run, job);
  return {
    id: run.id as `opt_${string}`,
    ...told,
    trials_run: result?.trials_run ?? job?.progress.counters.trials ?? null,
    trials_feasible: result?.trials_feasible ?? job?.progress.counters.feasible ?? null,
    stopped: result?.stopped ?? null,
    best: result?.best ?? null,
    overfitting: result?.overfitting ?? null,
    links: { ...told.links, trials: `${told.links.self}/trials` },
  };
}

export const optimizationDetailView = (
  run: Run,
  job: Job | undefined,
  { best, report }: Pick<z.infer<typeof optimizationDetail>, "best" | "report">,
): z.infer<typeof optimizationDetail> => ({
  ...optimizationView(run, job),
  ...(best !== null && { best }),
  job: job === undefined ? null : jobView(job),
  report,
});
