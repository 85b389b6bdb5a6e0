import { newId } from "../../../platform/ids.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import type { Job } from "../../jobs/job.ts";
import { createRun } from "../runs/create.ts";
import { optimizationJob } from "./job.ts";
import type { OptimizationRequest } from "./schemas.ts";
import { newSearch, setUp } from "./set-up.ts";

/** Asks for a search; what its job would refuse is refused at once. */
export async function createOptimization(ctx: Ctx, request: OptimizationRequest): Promise<Job> {
  requirePermission(ctx, "backtests:write");
  const made = await setUp(ctx, ctx.desk, request);
  newSearch(made);
  return await createRun(ctx, optimizationJob, {
    ...{ id: newId("opt"), kind: "optimization", dataset: made.dataset, strategy: request.strategy, request },
  });
}
