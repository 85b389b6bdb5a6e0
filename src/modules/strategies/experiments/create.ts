import { newId } from "../../../platform/ids.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import { requireFeature } from "../../access/job-units.ts";
import type { Job } from "../../jobs/job.ts";
import { chosenStrategy, chosenValues } from "../runs/choose.ts";
import { createRun } from "../runs/create.ts";
import { chosenMarket } from "../runs/market.ts";
import { experimentJob } from "./job.ts";
import type { ExperimentRequest } from "./schemas.ts";

/** Asks for a comparison of two strategies; what its job would refuse is refused at once. */
export async function createExperiment(ctx: Ctx, request: ExperimentRequest): Promise<Job> {
  requirePermission(ctx, "backtests:write");
  requireFeature(ctx, "experiments");
  for (const arm of ["first", "second"] as const) {
    const { parameters, side, strategy } = request[arm];
    chosenValues(chosenStrategy(strategy, side, `${arm}.`), parameters, `${arm}.`);
  }
  const { dataset } = await chosenMarket(ctx, ctx.desk, request);
  return await createRun(ctx, experimentJob, {
    ...{ id: newId("exp"), kind: "experiment", dataset, strategy: request.first.strategy, request },
  });
}
