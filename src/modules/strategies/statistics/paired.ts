import { momentsOf } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** The comparison of two strategies by their returns in the same bars. */
export interface PairedTest {
  count: number;
  /** Mean of first minus second, per bar. */
  effect: number;
  /** Lags that the error allows for. */
  lag: number;
  /** Newey-West standard error of the effect. */
  error: number;
  /** Effect over error. */
  t: number;
  /** Two-sided, from the normal distribution. */
  pValue: number;
  /** Of the effect, effect ± z · error. */
  interval: { low: number; high: number; confidence: number };
}

/** floor(4 · (n / 100)^(2/9)), Newey and West's rule of thumb (1994). */
export function neweyWestLag(count: number): number {
  return Math.min(Math.max(0, count - 1), Math.floor(4 * (count / 100) ** (2 / 9)));
}

/**
 * The error of a mean whose values depend on those before: √((γ₀ + 2·Σ (1 − j/(L+1))·γⱼ) / n), autocovariances over n, Bartlett's
 * weights (Newey and West 1987).
 */
export function neweyWestError(values: Float64Array, lag: number): number {
  const count = values.length;
  let mean = 0;
  for (const value of values) mean += value;
  mean /= count;
  let variance = 0;
  for (let behind = 0; behind <= lag; behind += 1) {
    let covariance = 0;
    for (let at = behind; at < count; at += 1)
      covariance += ((values[at] ?? 0) - mean) * ((values[at - behind] ?? 0) - mean);
    variance += (behind === 0 ? 1 : 2 * (1 - behind / (lag + 1))) * (covariance / count);
  }
  return Math.sqrt(Math.max(0, variance) / count);
}

/** First minus second, bar by bar. Throws a RangeError where one is longer. */
export function differences(first: Float64Array, second: Float64Array): Float64Array {
  if (first.length !== second.length)
    throw new RangeError(`${first.length} returns cannot be paired with ${second.length}`);
  return first.map((value, at) => value - (second[at] ?? 0));
}

/** Tests the mean difference of paired returns; null for fewer than two pairs or where the differences do not vary. */
export function pairedTest(first: Float64Array, second: Float64Array, confidence = 0.95): PairedTest | null {
  const off = differences(first, second);
  const moments = momentsOf(off);
  if (moments === null || moments.deviation === 0) return null;
  const { count, mean: effect } = moments;
  const lag = neweyWestLag(count);
  const error = neweyWestError(off, lag);
  if (!(error > 0)) return null;
  const t = effect / error;
  const reach = normalQuantile((1 + confidence) / 2) * error;
  const interval = { low: effect - reach, high: effect + reach, confidence };
  return { count, effect, lag, error, t, pValue: 2 * normalCdf(-Math.abs(t)), interval };
}
