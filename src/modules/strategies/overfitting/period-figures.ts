import { type Metric, metric } from "../statistics/curve-metrics.ts";
import { deepestFall } from "../statistics/drawdown.ts";
import { momentsOf } from "../statistics/moments.ts";
import { geometricMean, sharpeOfSums } from "../statistics/ratios.ts";
import { probabilisticSharpe, sharpeSample } from "../statistics/significance.ts";
import { requireFinite } from "./finite.ts";

/** What a strategy did in a part of the bars; parts are of 1. */
export interface PeriodFigures {
  bars: number;
  /** Of all returns compounded. */
  totalReturn: number;
  /** Mean return of a bar times the periods of a year; 0 without a bar. */
  arithmeticReturn: number;
  /** The total return's growth per year. */
  annualReturn: Metric;
  /** Arithmetic, per year. */
  sharpe: Metric;
  /** Probability that the true Sharpe ratio is above 0. */
  psr: Metric;
  maxDrawdown: number;
}

/** Figures of simple returns, one a bar. Throws a RangeError where one is not finite. */
export function periodFigures(returns: Float64Array, periodsPerYear: number): PeriodFigures {
  requireFinite(returns);
  const growth = returns.reduce((product, value) => product * Math.max(0, 1 + value), 1);
  const sum = returns.reduce((total, value) => total + value, 0);
  const moments = momentsOf(returns);
  const sample = moments && sharpeSample(moments);
  const reason = returns.length < 2 ? "fewer than two returns" : "the returns do not vary";
  const mean = geometricMean(growth, returns.length);
  return {
    bars: returns.length,
    totalReturn: growth - 1,
    arithmeticReturn: returns.length > 0 ? (sum / returns.length) * periodsPerYear : 0,
    annualReturn: metric(
      mean === null ? null : (1 + mean) ** periodsPerYear - 1,
      returns.length > 0 ? "nothing was left at the end" : "there are no bars",
    ),
    sharpe: metric(
      moments && sharpeOfSums(moments.count, moments.sum, moments.squares, periodsPerYear),
      reason,
    ),
    psr: metric(sample && probabilisticSharpe(sample, 0), reason),
    maxDrawdown: deepestFall(returns, { kind: "compounded" }),
  };
}
