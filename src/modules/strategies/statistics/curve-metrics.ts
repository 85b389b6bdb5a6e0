import { momentsOf } from "./moments.ts";
import { DAYS_PER_YEAR } from "./periods.ts";
import { compoundedDeviation, downsideDeviation, geometricMean, returnsOf, sharpeOfSums } from "./ratios.ts";
import {
  expectedShortfall,
  modifiedValueAtRisk,
  normalExpectedShortfall,
  normalValueAtRisk,
  omega,
  tailRatio,
  valueAtRisk,
} from "./tails.ts";

const MS_PER_YEAR = DAYS_PER_YEAR * 86_400_000;
const CONFIDENCE = 0.95;

/** A figure, or why there is none: never NaN and never infinite. */
export type Metric = number | { missing: string };

const missing = (reason: string): Metric => ({ missing: reason });

/** The figure where it is a finite number. */
export function metric(value: number | null, reason: string): Metric {
  return value !== null && Number.isFinite(value) ? value : missing(reason);
}

const divided = (value: number | null, by: number, reason: string): Metric =>
  metric(value === null || by === 0 ? null : value / by, reason);

const NO_VARIATION = "the returns do not vary";
const NOTHING_LEFT = "nothing was left at the end";
const TOO_FAST = "a year at this pace is beyond all numbers";
const NO_DRAWDOWN = "the equity never fell";
const NO_LOSS = "no bar lost";
const TOO_SHORT = "fewer than two returns";

/**
 * Figures of an equity curve: money at each close, of the same length as `times` (ms). Returns are simple returns of bars without a
 * risk-free rate. Parts are of 1, not percent.
 *
 * - `total_return`: last / first − 1.
 * - `annual_return`: (last / first)^(p / n) − 1 with n returns and p periods a year. `cagr`: the same with the calendar's years of
 *   365.25 days between the first and the last bar.
 * - `volatility`: s · √p, s the sample deviation. `volatility_geometric`: √((s² + (1 + g)²)^p − (1 + g)^2p).
 * - `sharpe`: mean / s · √p (Sharpe 1994). `sortino`: mean / d · √p, d = √(Σ min(r, 0)² / n) (Sortino and Price 1994).
 * - `sharpe_geometric`: annual return / geometric volatility. `sortino_geometric`: annual return / (d · √p).
 * - `max_drawdown`: the greatest (peak − equity) / peak. `avg_drawdown`: the mean over falls of each one's deepest point.
 * - `max_drawdown_bars`, `max_drawdown_days`: from a peak to the first close at least as high, or to the end; the longest one.
 * - `calmar`: annual return / max drawdown (Young 1991). `recovery_factor`: total return / max drawdown.
 * - `ulcer_index`: √(mean of squared drawdowns) (Martin 1987). `ulcer_performance`: annual return / ulcer index.
 * - `value_at_risk`, `expected_shortfall`: of one bar at 95 %, historical, a loss is positive. The same of a normal distribution with
 *   the returns' mean and deviation: `…_normal`. `value_at_risk_modified`: bent by skewness and kurtosis (Favre and Galeano 2002).
 * - `skewness`, `kurtosis`: biased; the kurtosis is raw (a normal distribution has 3).
 * - `omega`: Σ gains / Σ losses of bars. `tail_ratio`: |quantile 95 %| / |quantile 5 %|.
 * - `best_bar`, `worst_bar`: the greatest and least return of a bar.
 */
export function curveMetrics(equity: Float64Array, times: Float64Array, periodsPerYear: number | null) {
  const returns = returnsOf(equity);
  const moments = momentsOf(returns);
  const falls = fallsOf(equity, times);
  const count = returns.length;
  const growth = (equity.at(-1) ?? 1) / (equity[0] ?? 1);
  const years = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / MS_PER_YEAR;
  const periods = periodsPerYear ?? 0;
  const root = Math.sqrt(periods);
  const mean = geometricMean(growth, count);
  const annual = mean === null || periods === 0 ? null : (1 + mean) ** periods - 1;
  const downside = downsideDeviation(returns);
  const variance = (moments?.deviation ?? 0) ** 2;
  const compounded = mean === null ? 0 : compoundedDeviation(variance, mean, periods);
  const gains = omega(returns);
  // Last of all, since sums hang on the order.
  const sorted = returns.sort();
  const ofBars = (value: number | null) => metric(moments && value, TOO_SHORT);
  return {
    equity_final: equity.at(-1) ?? missing("there are no bars"),
    equity_peak: falls.peak,
    total_return: metric(growth - 1, "there are no bars"),
    annual_return: metric(annual, growth > 0 ? TOO_FAST : NOTHING_LEFT),
    cagr: metric(years > 0 ? geometricMean(growth, years) : null, growth > 0 ? TOO_FAST : NOTHING_LEFT),
    volatility: ofBars((moments?.deviation ?? 0) * root),
    volatility_geometric: metric(mean === null ? null : compounded, NOTHING_LEFT),
    sharpe: metric(
      moments && sharpeOfSums(moments.count, moments.sum, moments.squares, periods),
      NO_VARIATION,
    ),
    sortino: divided(moments && moments.mean * root, downside, NO_LOSS),
    sharpe_geometric: divided(annual, compounded, NO_VARIATION),
    sortino_geometric: divided(annual, downside * root, NO_LOSS),
    calmar: divided(annual, falls.deepest, NO_DRAWDOWN),
    recovery_factor: divided(growth - 1, falls.deepest, NO_DRAWDOWN),
    max_drawdown: falls.deepest,
    avg_drawdown: divided(falls.depths, falls.count, NO_DRAWDOWN),
    max_drawdown_bars: falls.longestBars,
    max_drawdown_days: falls.longestDays,
    ulcer_index: falls.ulcer,
    ulcer_performance: divided(annual, falls.ulcer, NO_DRAWDOWN),
    value_at_risk: ofBars(valueAtRisk(sorted, CONFIDENCE)),
    expected_shortfall: ofBars(expectedShortfall(sorted, CONFIDENCE)),
    value_at_risk_normal: ofBars(moments && normalValueAtRisk(moments, CONFIDENCE)),
    expected_shortfall_normal: ofBars(moments && normalExpectedShortfall(moments, CONFIDENCE)),
    value_at_risk_modified: metric(
      moments && variance > 0 ? modifiedValueAtRisk(moments, CONFIDENCE) : null,
      NO_VARIATION,
    ),
    skewness: metric(moments && variance > 0 ? moments.skewness : null, NO_VARIATION),
    kurtosis: metric(moments && variance > 0 ? moments.kurtosis : null, NO_VARIATION),
    omega: metric(gains, NO_LOSS),
    tail_ratio: metric(moments && tailRatio(sorted), "no bar among the worst 5 % lost or won"),
    best_bar: ofBars(sorted.at(-1) ?? null),
    worst_bar: ofBars(sorted[0] ?? null),
  } satisfies Record<string, Metric>;
}

interface Falls {
  peak: number;
  deepest: number;
  /** Sum of each fall's deepest point. */
  depths: number;
  count: number;
  longestBars: number;
  longestDays: number;
  ulcer: number;
}

/** A fall goes from a peak to the first close that is at least as high. */
function fallsOf(equity: Float64Array, times: Float64Array): Falls {
  const falls: Falls = {
    peak: equity[0] ?? 0,
    deepest: 0,
    depths: 0,
    count: 0,
    longestBars: 0,
    longestDays: 0,
    ulcer: 0,
  };
  let top = 0;
  let depth = 0;
  let squares = 0;
  for (let bar = 1; bar < equity.length; bar += 1) {
    const value = equity[bar] ?? 0;
    const below = (falls.peak - value) / falls.peak;
    const isEnd = below <= 0;
    if (depth > 0 || !isEnd) {
      falls.longestBars = Math.max(falls.longestBars, bar - top);
      const days = ((times[bar] ?? 0) - (times[top] ?? 0)) / 86_400_000;
      falls.longestDays = Math.max(falls.longestDays, days);
    }
    if (isEnd) {
      if (depth > 0) falls.depths += depth;
      depth = 0;
      top = bar;
      falls.peak = value;
      continue;
    }
    if (depth === 0) falls.count += 1;
    depth = Math.max(depth, below);
    squares += below * below;
    falls.deepest = Math.max(falls.deepest, below);
  }
  falls.depths += depth;
  falls.ulcer = equity.length > 0 ? Math.sqrt(squares / equity.length) : 0;
  return falls;
}
