import type { Bars } from "../bars/bars.ts";
import { curveMetrics, type Metric } from "../statistics/curve-metrics.ts";
import { periodsPerYear } from "../statistics/periods.ts";
import type { Backtest } from "./backtest.ts";
import type { EngineSettings } from "./settings.ts";
import { tradeMetrics } from "./trade-metrics.ts";

export interface Measures {
  /** Each figure by its name; null where there is none. */
  values: Record<MetricName, number | null>;
  /** Why there is none, for each figure that is null. */
  reasons: Partial<Record<MetricName, string>>;
  /** What the figures per year were made with, and whether it was given or counted from the bars. */
  periodsPerYear: number | null;
  periodsFrom: "given" | "bars";
}

export type MetricName = keyof ReturnType<typeof curveMetrics> | keyof ReturnType<typeof tradeMetrics>;

/**
 * All figures of a run; `curveMetrics` and `tradeMetrics` say each one's formula. Periods a year are counted from the bars' times
 * unless they are given.
 */
export function measure(
  bars: Bars,
  run: Backtest,
  settings: EngineSettings,
  given: { periodsPerYear?: number } = {},
): Measures {
  const periods = given.periodsPerYear ?? periodsPerYear(bars.times);
  const metrics: Record<MetricName, Metric> = {
    ...curveMetrics(run.equity, bars.times, periods),
    ...tradeMetrics(bars, run, settings, periods),
  };
  const values: Partial<Record<MetricName, number | null>> = {};
  const reasons: Partial<Record<MetricName, string>> = {};
  for (const [name, metric] of Object.entries(metrics) as [MetricName, Metric][]) {
    // Adding 0 makes a zero of a negative one, which JSON would change.
    values[name] = typeof metric === "number" ? metric + 0 : null;
    if (typeof metric !== "number") reasons[name] = metric.missing;
  }
  return {
    values: values as Record<MetricName, number | null>,
    reasons,
    periodsPerYear: periods,
    periodsFrom: given.periodsPerYear === undefined ? "bars" : "given",
  };
}
