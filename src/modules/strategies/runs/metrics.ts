import { z } from "@hono/zod-openapi";
import type { Measures, MetricName } from "../engine/metrics.ts";

/** Figures that the API names otherwise; those that are parts of 1 are told in percent. */
const RENAMED: Partial<Record<MetricName, string>> = {
  equity_final: "final_equity",
  equity_peak: "peak_equity",
  total_return: "return_pct",
  annual_return: "annual_return_pct",
  cagr: "cagr_pct",
  volatility: "volatility_pct",
  volatility_geometric: "volatility_geometric_pct",
  max_drawdown: "max_drawdown_pct",
  avg_drawdown: "avg_drawdown_pct",
  ulcer_index: "ulcer_index_pct",
  value_at_risk: "value_at_risk_pct",
  expected_shortfall: "expected_shortfall_pct",
  best_bar: "best_bar_pct",
  worst_bar: "worst_bar_pct",
  win_rate: "win_rate_pct",
  expectancy: "expectancy_pct",
  best_trade: "best_trade_pct",
  worst_trade: "worst_trade_pct",
  exposure: "exposure_pct",
  buy_and_hold: "buy_and_hold_pct",
};
/** A fall is told as a negative percentage. */
const FALLS = new Set<string>(["max_drawdown_pct", "avg_drawdown_pct"]);

export const metricsSchema = z.record(z.string(), z.number().nullable()).openapi({
  description: "Figures by name; `null` where there is none, and `metric_reasons` says why",
  example: { final_equity: 56263.52, return_pct: 462.64, trades: 93, sharpe: 0.83 },
});

export interface ToldMetrics {
  metrics: Record<string, number | null>;
  /** Why a figure is null. */
  metric_reasons: Record<string, string>;
  periods_per_year: number | null;
}

export const nameOfMetric = (name: MetricName): string => RENAMED[name] ?? name;

/** The figures under the API's names and in its units. */
export function toldMetrics({ periodsPerYear, reasons, values }: Measures): ToldMetrics {
  const metrics: ToldMetrics["metrics"] = {};
  const metric_reasons: ToldMetrics["metric_reasons"] = {};
  for (const [name, value] of Object.entries(values) as [MetricName, number | null][]) {
    const told = nameOfMetric(name);
    const scale = told.endsWith("_pct") ? (FALLS.has(told) ? -100 : 100) : 1;
    metrics[told] = value === null ? null : value * scale + 0;
    const reason = reasons[name];
    if (reason !== undefined) metric_reasons[told] = reason;
  }
  return { metrics, metric_reasons, periods_per_year: periodsPerYear };
}
