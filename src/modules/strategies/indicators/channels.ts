import { sma } from "./moving-averages.ts";
import type { PriceColumns } from "./oscillators.ts";
import { deviation, highest, lowest } from "./rolling.ts";
import { requireLength, runsOf } from "./runs.ts";
import type { Ticks } from "./ticks.ts";
import { atr, type Bands, newBands, trueRange } from "./volatility.ts";
import { regressionEnd } from "./weighted.ts";

/** Donchian's channel: highest high, lowest low and their middle over the last `length` bars, the present one with them. */
export function donchian(
  { high, low }: Pick<PriceColumns, "high" | "low">,
  length: number,
  into: Bands = newBands(high.length),
): Bands {
  const upper = highest(high, length, into.upper);
  const lower = lowest(low, length, into.lower);
  for (let i = 0; i < upper.length; i += 1) into.middle[i] = ((upper[i] ?? 0) + (lower[i] ?? 0)) / 2;
  return into;
}

/** Stops of Le Beau's chandelier: `long` under the highest high, `short` over the lowest low. */
export interface ChandelierStops {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

/** highest(high) - mult·atr and lowest(low) + mult·atr, all over `length` bars. */
export function chandelier(
  prices: PriceColumns,
  length: number,
  mult: number,
  into: ChandelierStops = {
    long: new Float64Array(prices.close.length),
    short: new Float64Array(prices.close.length),
  },
): ChandelierStops {
  const { long, short } = into;
  const range = atr(prices, length);
  highest(prices.high, length, long);
  lowest(prices.low, length, short);
  for (let i = 0; i < range.length; i += 1) {
    const distance = mult * (range[i] ?? 0);
    long[i] = (long[i] ?? 0) - distance;
    short[i] = (short[i] ?? 0) + distance;
  }
  return into;
}

/** Lines of Ichimoku as they stand on the chart at each bar: the spans are those that were moved forward to it. */
export interface IchimokuLines {
  readonly tenkan: Float64Array;
  readonly kijun: Float64Array;
  readonly spanA: Float64Array;
  readonly spanB: Float64Array;
}

/**
 * Ichimoku (Hosoda, 1969): middles of the range over three lengths; span A, the mean of tenkan and kijun, and span B are moved
 * forward by `displacement - 1` bars, as TradingView does.
 */
export function ichimoku(
  prices: Pick<PriceColumns, "high" | "low">,
  lengths: { tenkan: number; kijun: number; senkouB: number; displacement: number },
): IchimokuLines {
  requireLength(lengths.displacement);
  const tenkan = donchian(prices, lengths.tenkan).middle;
  const kijun = donchian(prices, lengths.kijun).middle;
  const farthest = donchian(prices, lengths.senkouB).middle;
  const spanA = new Float64Array(tenkan.length).fill(Number.NaN);
  const spanB = new Float64Array(tenkan.length).fill(Number.NaN);
  const shift = lengths.displacement - 1;
  const runs = runsOf(prices.high, prices.low);
  for (let r = 0; r < runs.length; r += 2) {
    for (let i = (runs[r] ?? 0) + shift; i < (runs[r + 1] ?? 0); i += 1) {
      spanA[i] = ((tenkan[i - shift] ?? 0) + (kijun[i - shift] ?? 0)) / 2;
      spanB[i] = farthest[i - shift] ?? 0;
    }
  }
  return { tenkan, kijun, spanA, spanB };
}

export interface Squeeze {
  /** 1 while Bollinger's bands lie inside Keltner's channel, 0 while not, NaN before both are known. */
  readonly on: Float64Array;
  readonly momentum: Float64Array;
}

export interface SqueezeParameters {
  readonly bands: number;
  readonly bandsMult: number;
  readonly channel: number;
  readonly channelMult: number;
}

/**
 * Squeeze momentum as LazyBear published it on TradingView (after Carter's TTM squeeze): the channel is sma ± mult·sma(true
 * range); momentum is the end of a regression over close - ((highest + lowest) / 2 + sma) / 2, all over `channel` bars. The
 * bands use `bandsMult`, which the published script declares and forgets.
 */
export function squeezeMomentum(
  prices: PriceColumns,
  { bands, bandsMult, channel, channelMult }: SqueezeParameters,
  known?: Ticks,
): Squeeze {
  const { close } = prices;
  const centre = sma(close, bands, undefined, known);
  const spread = deviation(close, bands, undefined, known);
  const mean = sma(close, channel, undefined, known);
  const range = sma(trueRange(prices), channel);
  const middle = donchian(prices, channel).middle;
  const on = new Float64Array(close.length);
  for (let i = 0; i < on.length; i += 1) {
    const basis = centre[i] ?? 0;
    const average = mean[i] ?? 0;
    const width = bandsMult * (spread[i] ?? 0);
    const reach = channelMult * (range[i] ?? 0);
    const inside = basis - width > average - reach && basis + width < average + reach ? 1 : 0;
    on[i] = width + reach >= 0 ? inside : Number.NaN;
    middle[i] = (close[i] ?? 0) - ((middle[i] ?? 0) + average) / 2;
  }
  return { on, momentum: regressionEnd(middle, channel, mean) };
}
