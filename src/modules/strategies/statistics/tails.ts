import type { Moments } from "./moments.ts";
import { normalDensity, normalQuantile } from "./normal.ts";

/** The value below which a part of the sorted values lies, between two of them by a straight line (Hyndman and Fan's type 7). */
export function quantile(sorted: Float64Array, part: number): number {
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (place - below);
}

/** Historical value at risk of one bar: minus the quantile at 1 − confidence; a loss is positive. */
export function valueAtRisk(sorted: Float64Array, confidence: number): number {
  return -quantile(sorted, 1 - confidence);
}

/** Expected shortfall of one bar: minus the mean of the returns that are no better than the value at risk. */
export function expectedShortfall(sorted: Float64Array, confidence: number): number {
  const border = quantile(sorted, 1 - confidence);
  let sum = 0;
  let count = 0;
  for (const value of sorted) {
    if (value > border) break;
    sum += value;
    count += 1;
  }
  return -sum / count;
}

/** Value at risk of a normal distribution with the sample's mean and deviation: −(m + z·s). */
export function normalValueAtRisk({ deviation, mean }: Moments, confidence: number): number {
  return -(mean + normalQuantile(1 - confidence) * deviation);
}

/** Expected shortfall of that normal distribution: s · φ(z) / (1 − confidence) − m. */
export function normalExpectedShortfall({ deviation, mean }: Moments, confidence: number): number {
  return (deviation * normalDensity(normalQuantile(1 - confidence))) / (1 - confidence) - mean;
}

/** Value at risk with the normal quantile bent by skewness and kurtosis (Cornish and Fisher; Favre and Galeano 2002). */
export function modifiedValueAtRisk(moments: Moments, confidence: number): number {
  const { deviation, kurtosis, mean, skewness } = moments;
  const z = normalQuantile(1 - confidence);
  const bent =
    z +
    ((z * z - 1) * skewness) / 6 +
    ((z ** 3 - 3 * z) * (kurtosis - 3)) / 24 -
    ((2 * z ** 3 - 5 * z) * skewness * skewness) / 36;
  return -(mean + bent * deviation);
}

/** Gains over losses of all bars: Σ max(r, 0) / Σ max(−r, 0) (Keating and Shadwick's omega at 0); null without a loss. */
export function omega(returns: Float64Array): number | null {
  let gains = 0;
  let losses = 0;
  for (const value of returns) {
    if (value > 0) gains += value;
    else losses -= value;
  }
  return losses > 0 ? gains / losses : null;
}

/** The size of the quantile at 95 % over that at 5 %; null where the latter is 0. */
export function tailRatio(sorted: Float64Array): number | null {
  const low = Math.abs(quantile(sorted, 0.05));
  return low > 0 ? Math.abs(quantile(sorted, 0.95)) / low : null;
}
