import type { z } from "@hono/zod-openapi";
import { abTest } from "../statistics/ab-test.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import { returnsOf } from "../statistics/ratios.ts";
import type { comparisonSchema, ExperimentRequest } from "./schemas.ts";

type Comparison = z.infer<typeof comparisonSchema>;

/** The fixed test of two equity curves over the same bars, as the API tells it. */
export function compare(
  first: Float64Array,
  second: Float64Array,
  { alpha, effect_annual_pct, power, sample_size, seed }: ExperimentRequest,
  periodsPerYear: number,
): Comparison {
  const effect = effect_annual_pct === undefined ? {} : { effect: effect_annual_pct / 100 / periodsPerYear };
  const test = abTest(returnsOf(first), returnsOf(second), {
    ...{ sampleSize: sample_size, periodsPerYear, seed, alpha, power },
    ...effect,
  });
  const reasons: Record<string, string> = {};
  const told = (name: string, value: Metric): number | null => {
    if (typeof value === "number") return value;
    reasons[name] = value.missing;
    return null;
  };
  const annual = told("effect_annual_pct", test.annualEffect);
  return {
    ...{ verdict: test.verdict, bars: test.count, sample_size, lag: test.lag },
    effect: told("effect", test.effect),
    effect_annual_pct: annual === null ? null : 100 * annual,
    error: told("error", test.error),
    t: told("t", test.t),
    p_value: told("p_value", test.pValue),
    interval: test.interval,
    bootstrap: test.bootstrap && {
      ...{ low: test.bootstrap.low, high: test.bootstrap.high, confidence: test.bootstrap.confidence },
      ...{ samples: test.bootstrap.samples, mean_block: test.bootstrap.meanBlock },
    },
    power: {
      effect: told("power.effect", test.power.effect),
      now: told("power.now", test.power.now),
      bars_needed: told("power.bars_needed", test.power.needed),
      wanted: test.power.wanted,
    },
    reasons,
  };
}
