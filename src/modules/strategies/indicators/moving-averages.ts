import { windowSums } from "./rolling.ts";
import { requireLength, runsOf } from "./runs.ts";
import type { Ticks } from "./ticks.ts";

/** Simple moving average: `ta.sma`. Equal averages are equal to the bit where the values are multiples of a tick. */
export function sma(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  return windowSums(values, length, length, out, known);
}

/** Exponential moving average, 2 / (length + 1), seeded by the simple average of the first `length` values: `ta.ema`. */
export function ema(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  requireLength(length);
  return smooth(values, length, 2 / (length + 1), out);
}

/** Wilder's average, 1 / length, seeded likewise: `ta.rma`, also called smoothed moving average (SMMA). */
export function rma(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  requireLength(length);
  return smooth(values, length, 1 / length, out);
}

/** A constant series stays itself to the bit, since only differences are weighed. `out` may be `values`. */
function smooth(values: Float64Array, length: number, alpha: number, out: Float64Array): Float64Array {
  const runs = runsOf(values);
  if (out !== values) out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    const seeded = Math.min(from + length - 1, to);
    const first = values[from] ?? 0;
    let distance = 0;
    for (let i = from; i < seeded; i += 1) {
      distance += (values[i] ?? 0) - first;
      out[i] = Number.NaN;
    }
    if (seeded === to) continue;
    let average = first + (distance + ((values[seeded] ?? 0) - first)) / length;
    out[seeded] = average;
    for (let i = seeded + 1; i < to; i += 1) {
      average += ((values[i] ?? 0) - average) * alpha;
      out[i] = average;
    }
  }
  return out;
}

/** Double EMA, 2·e1 - e2 where e2 = ema(e1) (Mulloy, 1994). */
export function dema(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const once = ema(values, length);
  const twice = ema(once, length, out);
  for (let i = 0; i < out.length; i += 1) out[i] = 2 * (once[i] ?? 0) - (twice[i] ?? 0);
  return out;
}

/** Triple EMA, 3·e1 - 3·e2 + e3 (Mulloy, 1994). */
export function tema(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const once = ema(values, length);
  const twice = ema(once, length);
  const thrice = ema(twice, length, out);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = 3 * ((once[i] ?? 0) - (twice[i] ?? 0)) + (thrice[i] ?? 0);
  }
  return out;
}

/**
 * Kaufman's adaptive average (1995): the weight goes from 2 / (slow + 1) to 2 / (fast + 1) with the efficiency ratio, squared.
 * It starts from the value at bar `length - 1` and is given from bar `length` on, as in TA-Lib; no movement counts as ratio 0.
 */
export function kama(
  values: Float64Array,
  { length, fast, slow }: { length: number; fast: number; slow: number },
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  requireLength(length);
  const slowest = 2 / (slow + 1);
  const spread = 2 / (fast + 1) - slowest;
  const path = windowSums(steps(values), length, 1, new Float64Array(values.length));
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    let average = values[from + length - 1] ?? 0;
    for (let i = from + length; i < to; i += 1) {
      const value = values[i] ?? 0;
      const moved = path[i] ?? 0;
      const ratio = moved > 0 ? Math.min(1, Math.abs(value - (values[i - length] ?? 0)) / moved) : 0;
      const weight = ratio * spread + slowest;
      average += (value - average) * weight * weight;
      out[i] = average;
    }
  }
  return out;
}

/** How far each value is from the one before it, without sign. */
export function steps(values: Float64Array): Float64Array {
  const out: Float64Array = new Float64Array(values.length).fill(Number.NaN);
  for (let i = 1; i < values.length; i += 1) out[i] = Math.abs((values[i] ?? 0) - (values[i - 1] ?? 0));
  return out;
}
