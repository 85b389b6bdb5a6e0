import { windowSums } from "./rolling.ts";
import { requireLength, runsOf } from "./runs.ts";
import { EXACT, type Ticks, ticksWithin } from "./ticks.ts";

/** Volumes up to 2^30 ticks leave the rest of an exact sum to the prices, prices of 4 decimals a whole divisor. */
const MOST_VOLUME = 2 ** 30;
const FINEST_PRICE = 1e4;

/** Linearly weighted average, weights 1 to `length` with the newest heaviest: `ta.wma`. */
export function wma(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  return ramp(values, length, { slope: 2, level: 0, divisor: length * (length + 1) }, out, known);
}

/** Hull's average: wma(2·wma(length / 2) - wma(length), √length), both lengths rounded down: `ta.hma`. At least 2 bars. */
export function hma(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  requireLength(length, 2);
  const half = wma(values, Math.floor(length / 2), undefined, known);
  const whole = wma(values, length, undefined, known);
  for (let i = 0; i < half.length; i += 1) half[i] = 2 * (half[i] ?? 0) - (whole[i] ?? 0);
  return wma(half, Math.floor(Math.sqrt(length)), out);
}

/** Slope of the least squares line over the last `length` values, in units of the values a bar. At least 2 bars. */
export function regressionSlope(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  requireLength(length, 2);
  const divisor = (length * (length * length - 1)) / 6;
  return ramp(values, length, { slope: 2, level: -(length + 1), divisor }, out, known);
}

/** End of the least squares line over the last `length` values: `ta.linreg` with offset 0. At least 2 bars. */
export function regressionEnd(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  requireLength(length, 2);
  return ramp(
    values,
    length,
    { slope: 6, level: -2 * (length + 1), divisor: length * (length + 1) },
    out,
    known,
  );
}

interface Ramp {
  slope: number;
  level: number;
  divisor: number;
}

/** Σ (slope·k + level)·value / divisor with k from 1 for the oldest to `length` for the newest; whole factors, exact in ticks. */
function ramp(
  values: Float64Array,
  length: number,
  weights: Ramp,
  out: Float64Array,
  known?: Ticks,
): Float64Array {
  requireLength(length);
  const heaviest = (Math.abs(weights.slope) * length + Math.abs(weights.level)) * length;
  const { ticks, perUnit, count } = ticksWithin(values, known, EXACT / heaviest);
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    const exactTo = Math.min(to, count);
    rampTicks(ticks, from, exactTo, length, { ...weights, divisor: weights.divisor * perUnit }, out);
    rampDoubles(values, Math.max(from + length - 1, exactTo), to, length, weights, out);
  }
  return out;
}

function rampTicks(
  ticks: Float64Array,
  from: number,
  to: number,
  length: number,
  { slope, level, divisor }: Ramp,
  out: Float64Array,
): void {
  let sum = 0;
  let weighted = 0;
  for (let i = from; i < to; i += 1) {
    const tick = ticks[i] ?? 0;
    if (i - from < length) {
      sum += tick;
      weighted += tick * (i - from + 1);
    } else {
      weighted += length * tick - sum;
      sum += tick - (ticks[i - length] ?? 0);
    }
    if (i - from >= length - 1) out[i] = (slope * weighted + level * sum) / divisor;
  }
}

/** Each window anew, about its last value, so that nothing is carried on and large values cancel nothing. */
function rampDoubles(
  values: Float64Array,
  from: number,
  to: number,
  length: number,
  { slope, level, divisor }: Ramp,
  out: Float64Array,
): void {
  const share = (((slope * (length + 1)) / 2 + level) * length) / divisor;
  for (let i = from; i < to; i += 1) {
    const last = values[i] ?? 0;
    let sum = 0;
    for (let j = 1; j < length; j += 1) {
      sum += (slope * j + level) * ((values[i - length + j] ?? 0) - last);
    }
    out[i] = share * last + sum / divisor;
  }
}

/**
 * Average weighted by volume, Σ price·volume / Σ volume: `ta.vwma`, also a rolling VWAP where `values` are typical prices.
 * Exact before its one division where prices and volumes are whole ticks. No volume in the window: no value.
 */
export function vwma(
  values: Float64Array,
  volume: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  requireLength(length);
  const prices = ticksWithin(values, known, EXACT / MOST_VOLUME / length, FINEST_PRICE);
  const volumes = ticksWithin(volume, undefined, MOST_VOLUME);
  const count = Math.min(prices.count, volumes.count);
  const runs = runsOf(values, volume);
  const products = new Float64Array(values.length).fill(Number.NaN);
  const bases = new Float64Array(values.length);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    const base = values[from] ?? 0;
    for (let i = from; i < to; i += 1) {
      bases[i] = base;
      products[i] = ((values[i] ?? 0) - base) * (volume[i] ?? 0);
    }
  }
  const weights = windowSums(volume, length, 1, new Float64Array(volume.length), volumes);
  windowSums(products, length, 1, out);
  for (let i = 0; i < out.length; i += 1) {
    const weight = weights[i] ?? 0;
    out[i] = weight > 0 ? (bases[i] ?? 0) + (out[i] ?? 0) / weight : Number.NaN;
  }
  for (let r = 0; r < runs.length; r += 2) {
    weighTicks(prices, volumes, runs[r] ?? 0, Math.min(runs[r + 1] ?? 0, count), length, out);
  }
  return out;
}

function weighTicks(
  prices: Ticks,
  volumes: Ticks,
  from: number,
  to: number,
  length: number,
  out: Float64Array,
): void {
  const price = prices.ticks;
  const volume = volumes.ticks;
  let weighted = 0;
  let weight = 0;
  for (let i = from; i < to; i += 1) {
    weighted += (price[i] ?? 0) * (volume[i] ?? 0);
    weight += volume[i] ?? 0;
    if (i - from >= length) {
      weighted -= (price[i - length] ?? 0) * (volume[i - length] ?? 0);
      weight -= volume[i - length] ?? 0;
    }
    if (i - from >= length - 1) out[i] = weight > 0 ? weighted / (weight * prices.perUnit) : Number.NaN;
  }
}
