import { varianceOfSums } from "./ratios.ts";
import { quantile } from "./tails.ts";

const BINS = 20;

/** How values are spread: what a report draws. */
export interface Distribution {
  count: number;
  mean: number;
  /** Sample deviation; 0 for a single value. */
  deviation: number;
  min: number;
  max: number;
  /** By straight lines between the sorted values. */
  quantiles: { p5: number; p25: number; p50: number; p75: number; p95: number };
  /** How many values lie in each of equal parts from `min` to `max`; the last one has the maximum as well. */
  histogram: number[];
}

/** Null for no values. Throws a RangeError where one is not finite. */
export function distributionOf(values: Float64Array): Distribution | null {
  if (values.length === 0) return null;
  const sorted = values.slice().sort();
  const min = sorted[0] ?? 0;
  const max = sorted[sorted.length - 1] ?? 0;
  if (!Number.isFinite(min) || !Number.isFinite(max)) throw new RangeError("a value is not finite");
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / sorted.length;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  const variance = varianceOfSums(sorted.length, 0, squares) ?? 0;
  const part = (at: number) => quantile(sorted, at);
  return {
    count: sorted.length,
    mean,
    deviation: Math.sqrt(variance),
    min,
    max,
    quantiles: { p5: part(0.05), p25: part(0.25), p50: part(0.5), p75: part(0.75), p95: part(0.95) },
    histogram: histogramOf(sorted, min, max),
  };
}

function histogramOf(values: Float64Array, min: number, max: number): number[] {
  const bins = new Array<number>(BINS).fill(0);
  const width = (max - min) / BINS;
  for (const value of values) {
    const bin = width > 0 ? Math.min(BINS - 1, Math.floor((value - min) / width)) : 0;
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}
