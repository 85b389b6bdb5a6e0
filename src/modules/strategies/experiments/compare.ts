import type { z } from "@hono/zod-openapi";
import { abTest } from "../statistics/ab-test.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import { returnsOf } from "../statistics/ratios.ts";
import { sharpeDifference } from "../statistics/sharpe-difference.ts";
import { pairedTTest, welchTest } from "../statistics/t-tests.ts";
import { signedRankTest } from "../statistics/wilcoxon.ts";
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
  const [ours, theirs] = [returnsOf(first), returnsOf(second)];
  const test = abTest(ours, theirs, {
    ...{ sampleSize: sample_size, periodsPerYear, seed, alpha, power },
    ...effect,
  });
  const reasons: Record<string, string> = {};
  const told = (name: string, value: Metric): number | null => {
    if (typeof value === "number") return value;
    reasons[name] = value.missing;
    return null;
  };
  const checks = checksOf(ours, theirs);
  for (const [name, check] of Object.entries(checks))
    if (check.p_value === null) reasons[`checks.${name}`] = "too few bars differ, or one curve does not move";
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
    checks,
    reasons,
  };
}

/** Other tests of the same pair, each with its own assumptions; none of them decides. */
function checksOf(first: Float64Array, second: Float64Array): Comparison["checks"] {
  const [paired, welch] = [pairedTTest(first, second), welchTest(first, second)];
  const [ranks, sharpes] = [signedRankTest(first, second), sharpeDifference(first, second)];
  return {
    paired_t: { statistic: paired?.t ?? null, p_value: paired?.pValue ?? null },
    welch_t: { statistic: welch?.t ?? null, p_value: welch?.pValue ?? null },
    signed_rank: { statistic: ranks?.z ?? null, p_value: ranks?.pValue ?? null },
    sharpe_difference: { statistic: sharpes?.z ?? null, p_value: sharpes?.pValue ?? null },
  };
}
