import { z } from "@hono/zod-openapi";
import type { Measures, MetricName } from "../engine/metrics.ts";

/** The API's name of each figure; those that are parts of 1 are told in percent. */
const TOLD: Record<MetricName, string> = {
  equity_final: "final_equity",
  equity_peak: "peak_equity",
  total_return: "return_pct",
  annual_return: "annual_return_pct",
  cagr: "cagr_pct",
  volatility: "volatility_pct",
  volatility_geometric: "volatility_geometric_pct",
  sharpe: "sharpe",
  sortino: "sortino",
  sharpe_geometric: "sharpe_geometric",
  sortino_geometric: "sortino_geometric",
  calmar: "calmar",
  recovery_factor: "recovery_factor",
  max_drawdown: "max_drawdown_pct",
  avg_drawdown: "avg_drawdown_pct",
  max_drawdown_bars: "max_drawdown_bars",
  max_drawdown_days: "max_drawdown_days",
  ulcer_index: "ulcer_index_pct",
  ulcer_performance: "ulcer_performance",
  value_at_risk: "value_at_risk_pct",
  expected_shortfall: "expected_shortfall_pct",
  value_at_risk_normal: "value_at_risk_normal_pct",
  expected_shortfall_normal: "expected_shortfall_normal_pct",
  value_at_risk_modified: "value_at_risk_modified_pct",
  skewness: "skewness",
  kurtosis: "kurtosis",
  omega: "omega",
  tail_ratio: "tail_ratio",
  best_bar: "best_bar_pct",
  worst_bar: "worst_bar_pct",
  trades: "trades",
  win_rate: "win_rate_pct",
  profit_factor: "profit_factor",
  profit_factor_money: "profit_factor_money",
  expectancy: "expectancy_pct",
  expectancy_money: "expectancy_money",
  payoff: "payoff",
  kelly: "kelly",
  sqn: "sqn",
  best_trade: "best_trade_pct",
  worst_trade: "worst_trade_pct",
  avg_bars: "avg_bars",
  max_losers: "max_losers",
  exposure: "exposure_pct",
  turnover: "turnover",
  commissions: "commissions",
  commissions_paid: "commissions_paid",
  net_profit: "net_profit",
  buy_and_hold: "buy_and_hold_pct",
};
export const METRIC_NAMES: ReadonlySet<string> = new Set(Object.values(TOLD));

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

/** The figures under the API's names and in its units. */
export function toldMetrics({ periodsPerYear, reasons, values }: Measures): ToldMetrics {
  const metrics: ToldMetrics["metrics"] = {};
  const metric_reasons: ToldMetrics["metric_reasons"] = {};
  for (const [name, value] of Object.entries(values) as [MetricName, number | null][]) {
    const told = TOLD[name];
    const scale = told.endsWith("_pct") ? (FALLS.has(told) ? -100 : 100) : 1;
    metrics[told] = value === null ? null : value * scale + 0;
    const reason = reasons[name];
    if (reason !== undefined) metric_reasons[told] = reason;
  }
  return { metrics, metric_reasons, periods_per_year: periodsPerYear };
}
