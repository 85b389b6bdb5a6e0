import type { Missing } from "../content.ts";

const FEWEST = 20;

export interface RollingSharpe {
  /** Returns in each window. */
  window: number;
  /** As long as the equity; not a number before the first full window and where returns don't vary. */
  values: Float64Array;
}

/**
 * Arithmetic Sharpe ratio a year over the half year before each bar: mean / sample deviation · √periods. Sums run about the
 * mean of all returns, so that they cancel little.
 */
export function rollingSharpe(equity: Float64Array, periodsPerYear: number | null): RollingSharpe | Missing {
  const window = Math.round((periodsPerYear ?? 0) / 2);
  if (window < FEWEST) return { missing: "half a year has fewer than 20 bars" };
  const returns = returnsOf(equity);
  if (returns.length < window) return { missing: "the run is shorter than half a year" };
  const centre = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const values = new Float64Array(equity.length).fill(Number.NaN);
  let [sum, squares] = [0, 0];
  for (let at = 0; at < returns.length; at += 1) {
    const enters = (returns[at] ?? 0) - centre;
    const leaves = at >= window ? (returns[at - window] ?? 0) - centre : 0;
    sum += enters - leaves;
    squares += enters * enters - leaves * leaves;
    if (at < window - 1) continue;
    const variance = (squares - (sum * sum) / window) / (window - 1);
    if (variance > 1e-14) {
      const mean = sum / window + centre;
      values[at + 1] = (mean / Math.sqrt(variance)) * Math.sqrt(periodsPerYear ?? 0);
    }
  }
  return { window, values };
}

function returnsOf(equity: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, equity.length - 1));
  for (let at = 0; at < returns.length; at += 1) {
    const before = equity[at] ?? 0;
    returns[at] = before > 0 ? (equity[at + 1] ?? 0) / before - 1 : 0;
  }
  return returns;
}
