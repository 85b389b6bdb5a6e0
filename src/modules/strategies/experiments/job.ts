import { z } from "zod";
import type { Platform } from "../../../platform/platform.ts";
import { defineJob, type Slice, type SliceOutcome } from "../../jobs/define.ts";
import type { JsonObject } from "../../jobs/job.ts";
import { runStrategy } from "../catalogue/run.ts";
import { chosenStrategy, chosenValues } from "../runs/choose.ts";
import { asJson } from "../runs/create.ts";
import { barsOf, type ChosenMarket, chosenMarket, isIntradaySet } from "../runs/market.ts";
import { toldMetrics } from "../runs/metrics.ts";
import { orFail, ownRun, runAftermath } from "../runs/of-job.ts";
import { settingsOf } from "../runs/request.ts";
import { compare } from "./compare.ts";
import { type ExperimentRequest, exampleExperiment, experimentRequest } from "./schemas.ts";

/** Where no distance of bars is known, effects are told per bar alone. */
const NO_PERIODS = 1;

/** Runs two strategies over the same bars and holds their returns against each other. */
export const experimentJob = defineJob({
  type: "experiments.run",
  input: experimentRequest,
  checkpoint: z.never(),
  batch: {
    ...{ item: experimentRequest, permission: "backtests:write", feature: "experiments" },
    example: exampleExperiment,
  },
  run: async (slice: Slice<ExperimentRequest, never>): Promise<SliceOutcome> => {
    const { desk, input, platform } = slice;
    return await orFail(async () => {
      const market = await chosenMarket(platform, desk, input);
      const { dataset } = market;
      const run = await ownRun(slice, { dataset, kind: "experiment", strategy: input.first.strategy });
      const result = await resultOf(platform, market, input);
      return { done: { experiment_id: run.id, dataset_hash: dataset.hash, ...result } };
    });
  },
  ...runAftermath,
});

async function resultOf(
  platform: Platform,
  { dataset, symbols }: ChosenMarket,
  input: ExperimentRequest,
): Promise<JsonObject> {
  const bars = await barsOf(platform, dataset, symbols[0], input);
  const [first, second] = (["first", "second"] as const).map((arm) => {
    const { parameters, side, strategy: name } = input[arm];
    const strategy = chosenStrategy(name, side, `${arm}.`);
    const values = chosenValues(strategy, parameters, `${arm}.`);
    return runStrategy(strategy, values, bars, settingsOf({ ...input, side }), {
      ...{ crossing: input.crossing, isIntraday: isIntradaySet(dataset) },
      periods_per_year: input.periods_per_year,
    });
  });
  if (first === undefined || second === undefined) throw new Error("an experiment has two arms");
  const { periods_per_year, ...told } = toldMetrics(first.measures);
  const { metric_reasons, metrics } = toldMetrics(second.measures);
  const comparison = compare(first.run.equity, second.run.equity, input, periods_per_year ?? NO_PERIODS);
  return asJson({
    ...{ first: told, second: { metrics, metric_reasons }, comparison },
    ...{ bars: bars.times.length, periods_per_year },
  });
}
