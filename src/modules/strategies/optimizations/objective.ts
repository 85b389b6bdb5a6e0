import type { Figures } from "../engine/evaluate.ts";

/** What an objective or a constraint may ask for that the fast path of the engine knows; the API's names and units. */
const FAST_METRICS = [
  "final_equity",
  "return_pct",
  "annual_return_pct",
  "max_drawdown_pct",
  "calmar",
  "sharpe",
  "trades",
  "win_rate_pct",
  "profit_factor",
] as const;
const FAST: ReadonlySet<string> = new Set(FAST_METRICS);
export const isFast = (metric: string): boolean => FAST.has(metric);

/** Figures that are better the smaller they are; all others the larger. */
const SMALLER_IS_BETTER = new Set([
  "volatility_pct",
  "volatility_geometric_pct",
  "ulcer_index_pct",
  "value_at_risk_pct",
  "expected_shortfall_pct",
  "value_at_risk_normal_pct",
  "expected_shortfall_normal_pct",
  "value_at_risk_modified_pct",
  "max_drawdown_bars",
  "max_drawdown_days",
  "turnover",
  "commissions",
  "commissions_paid",
  "max_losers",
  "kurtosis",
]);

export type Direction = "maximize" | "minimize";
export const directionOf = (metric: string): Direction =>
  SMALLER_IS_BETTER.has(metric) ? "minimize" : "maximize";

/** One objective: a weighted sum of figures, each turned so that more is better. */
export interface Objective {
  parts: { metric: string; weight: number; direction: Direction }[];
}

/** A bound on what comes out of a trial. */
export interface OutcomeBound {
  metric: string;
  min?: number | undefined;
  max?: number | undefined;
}

export type MetricSource = (metric: string) => number | null;

/** The fast figures under the API's names. `years` are those of the bars. */
export function fastMetrics(figures: Figures, years: number): MetricSource {
  const growth = figures.totalReturn > -1 && years > 0 ? (1 + figures.totalReturn) ** (1 / years) - 1 : null;
  // Over a few bars even a good start grows beyond all numbers within a year.
  const annual = Number.isFinite(growth) ? growth : null;
  return (metric) => {
    switch (metric) {
      case "final_equity":
        return figures.equity;
      case "return_pct":
        return 100 * figures.totalReturn;
      case "annual_return_pct":
        return annual === null ? null : 100 * annual;
      case "max_drawdown_pct":
        return -100 * figures.maxDrawdown + 0;
      case "calmar":
        return annual === null || figures.maxDrawdown === 0 ? null : annual / figures.maxDrawdown;
      case "sharpe":
        return figures.sharpe;
      case "trades":
        return figures.trades;
      case "win_rate_pct":
        return figures.winRate === null ? null : 100 * figures.winRate;
      case "profit_factor":
        return figures.profitFactor;
      default:
        return null;
    }
  };
}

/** What is minimised: not a number where a figure that it needs has no value, or grows beyond all numbers. */
export function lossOf({ parts }: Objective, metric: MetricSource): number {
  let loss = 0;
  for (const { direction, metric: name, weight } of parts) {
    const value = metric(name);
    if (value === null) return Number.NaN;
    loss -= (direction === "maximize" ? weight : -weight) * value;
  }
  return Number.isFinite(loss) ? loss : Number.NaN;
}

/** How far outcomes miss their bounds, each as a part of the bound; 0 where all hold, infinite where one has no value. */
export function violationOf(bounds: readonly OutcomeBound[], metric: MetricSource): number {
  let violation = 0;
  for (const { max, metric: name, min } of bounds) {
    const value = metric(name);
    if (value === null) return Number.POSITIVE_INFINITY;
    if (min !== undefined) violation += Math.max(0, min - value) / Math.max(1, Math.abs(min));
    if (max !== undefined) violation += Math.max(0, value - max) / Math.max(1, Math.abs(max));
  }
  return violation;
}
