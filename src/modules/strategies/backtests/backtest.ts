import { newId } from "../../../platform/ids.ts";
import { type Ctx, requirePermission } from "../../access/context.ts";
import type { Job } from "../../jobs/job.ts";
import { chosenStrategy, chosenValues } from "../runs/choose.ts";
import { createRun } from "../runs/create.ts";
import { chosenMarket } from "../runs/market.ts";
import { backtestJob } from "./job.ts";
import type { BacktestRequest } from "./schemas.ts";

/** Asks for a backtest; what its job would refuse is refused at once. */
export async function createBacktest(ctx: Ctx, request: BacktestRequest): Promise<Job> {
  requirePermission(ctx, "backtests:write");
  const strategy = chosenStrategy(request.strategy, request.side);
  chosenValues(strategy, request.parameters);
  const { dataset } = await chosenMarket(ctx, ctx.desk, request);
  return await createRun(ctx, backtestJob, {
    ...{ id: newId("bkt"), kind: "backtest", dataset, strategy: strategy.id, request },
  });
}
