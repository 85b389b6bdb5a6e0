import { rsi } from "./momentum.ts";
import { sma } from "./moving-averages.ts";
import { highest, lowest } from "./rolling.ts";
import type { Ticks } from "./ticks.ts";

/** The columns that most indicators of a bar's range read. */
export interface PriceColumns {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Where the close stands in the range of the last `length` bars, 0 to 100: `ta.stoch`. No value where the range is 0. */
export function stochastic(
  { high, low, close }: PriceColumns,
  length: number,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  const top = highest(high, length);
  const bottom = lowest(low, length, out);
  for (let i = 0; i < out.length; i += 1) {
    const floor = bottom[i] ?? 0;
    const range = (top[i] ?? 0) - floor;
    out[i] = range > 0 ? (100 * ((close[i] ?? 0) - floor)) / range : Number.NaN;
  }
  return out;
}

export interface StochasticLines {
  readonly k: Float64Array;
  readonly d: Float64Array;
}

/** Slow stochastic (Lane): %K = sma(stochastic, smooth), %D = sma(%K). */
export function slowStochastic(
  prices: PriceColumns,
  { k, smooth, d }: { k: number; smooth: number; d: number },
  into: StochasticLines = {
    k: new Float64Array(prices.close.length),
    d: new Float64Array(prices.close.length),
  },
): StochasticLines {
  stochastic(prices, k, into.d);
  sma(into.d, smooth, into.k);
  sma(into.k, d, into.d);
  return into;
}

/** An RSI moves by less than this through rounding alone, where prices stand still. */
const RSI_NOISE = 1e-9;

/**
 * Stochastic of the RSI (Chande and Kroll, 1994), smoothed by a simple average: %K of TradingView's StochRSI. No value where the
 * RSI has not moved.
 */
export function stochasticRsi(
  values: Float64Array,
  lengths: { rsi: number; k: number; smooth: number },
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const strength = rsi(values, lengths.rsi);
  const top = highest(strength, lengths.k);
  const raw = lowest(strength, lengths.k);
  for (let i = 0; i < raw.length; i += 1) {
    const floor = raw[i] ?? 0;
    const range = (top[i] ?? 0) - floor;
    raw[i] = range > RSI_NOISE ? (100 * ((strength[i] ?? 0) - floor)) / range : Number.NaN;
  }
  return sma(raw, lengths.smooth, out);
}

/** Williams' %R, 100·(close - highest) / (highest - lowest), -100 to 0: `ta.wpr`. No value where the range is 0. */
export function williamsR(
  { high, low, close }: PriceColumns,
  length: number,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  const top = highest(high, length);
  const bottom = lowest(low, length, out);
  for (let i = 0; i < out.length; i += 1) {
    const ceiling = top[i] ?? 0;
    const range = ceiling - (bottom[i] ?? 0);
    out[i] = range > 0 ? (100 * ((close[i] ?? 0) - ceiling)) / range : Number.NaN;
  }
  return out;
}

/**
 * Commodity channel index (Lambert, 1980), (x - sma) / (0.015·mean absolute deviation): `ta.cci`. TradingView's function takes any
 * series; with typical prices it is TA-Lib's. No value where the window is flat.
 */
export function cci(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  const mean = sma(values, length, undefined, known);
  const scale = 0.015 / length;
  for (let i = 0; i < out.length; i += 1) {
    const centre = mean[i] ?? Number.NaN;
    let distance = 0;
    const start = Number.isNaN(centre) ? i + 1 : i - length + 1;
    for (let j = start; j <= i; j += 1) distance += Math.abs((values[j] ?? 0) - centre);
    out[i] = distance > 0 ? ((values[i] ?? 0) - centre) / (scale * distance) : Number.NaN;
  }
  return out;
}

/** Internal bar strength, (close - low) / (high - low), 0 to 1. No value for a bar without range. */
export function internalBarStrength(
  { high, low, close }: PriceColumns,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  for (let i = 0; i < out.length; i += 1) {
    const floor = low[i] ?? 0;
    const range = (high[i] ?? 0) - floor;
    out[i] = range > 0 ? ((close[i] ?? 0) - floor) / range : Number.NaN;
  }
  return out;
}

/** (high + low) / 2: `hl2`. */
export function middlePrices(
  { high, low }: Pick<PriceColumns, "high" | "low">,
  out: Float64Array = new Float64Array(high.length),
): Float64Array {
  for (let i = 0; i < out.length; i += 1) out[i] = ((high[i] ?? 0) + (low[i] ?? 0)) / 2;
  return out;
}

/** (high + low + close) / 3: `hlc3`. */
export function typicalPrices(
  { high, low, close }: PriceColumns,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  for (let i = 0; i < out.length; i += 1) out[i] = ((high[i] ?? 0) + (low[i] ?? 0) + (close[i] ?? 0)) / 3;
  return out;
}
