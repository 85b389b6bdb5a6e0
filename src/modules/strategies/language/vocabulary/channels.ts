import { squeezeMomentum } from "../../indicators/channels.ts";
import {
  type Bands as BandColumns,
  bollinger as bollingerOf,
  keltner as keltnerOf,
  percentB as percentBOf,
  zScore as zScoreOf,
} from "../../indicators/volatility.ts";
import { type Market, type Operation, type OperationSeries, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";
import { close } from "./prices.ts";

const NONE = new Float64Array(0);

/** A middle line and two about it. */
export interface Bands {
  readonly middle: Series;
  readonly upper: Series;
  readonly lower: Series;
}

function bands(operation: Operation, inputs: readonly Series[], numbers: readonly Num[]): Bands {
  const output = (at: number): OperationSeries => ({
    kind: "operation",
    ...{ operation, inputs, numbers, output: at },
  });
  return { middle: output(0), upper: output(1), lower: output(2) };
}

const bandsIn = (market: Market): BandColumns => ({
  middle: market.column(),
  upper: market.column(),
  lower: market.column(),
});

const columnsOf = ({ lower, middle, upper }: BandColumns) => [middle, upper, lower];

const BOLLINGER: Operation = {
  name: "bollinger",
  compute: (market, [values = NONE], [length = 0, mult = 0]) =>
    columnsOf(bollingerOf(values, length, mult, bandsIn(market), market.ticks(values))),
  pine: {
    call: ([source], [length, mult]) => `ta.bb(${source}, ${length}, ${mult})`,
    outputs: ["bandsMiddle", "bandsUpper", "bandsLower"],
  },
};
/** Simple average and `mult` deviations about it. */
export const bollinger = (values: Series, length: Num, mult: Num): Bands =>
  bands(BOLLINGER, [values], [length, mult]);

const KELTNER: Operation = {
  name: "keltner",
  compute: (market, _, [ema = 0, atr = 0, mult = 0]) =>
    columnsOf(keltnerOf(market.bars, { ema, atr }, mult, bandsIn(market))),
  pine: {
    // `ta.kc` takes another average of the true range, over the same length.
    define: `f_keltner(length, rangeLength, mult) =>
    middle = ta.ema(close, length)
    width = mult * ta.atr(rangeLength)
    [middle, middle + width, middle - width]`,
    call: (_, [ema, atr, mult]) => `f_keltner(${ema}, ${atr}, ${mult})`,
    outputs: ["channelMiddle", "channelUpper", "channelLower"],
  },
};
/** EMA of closes and `mult` average true ranges about it. */
export const keltner = (ema: Num, atr: Num, mult: Num): Bands => bands(KELTNER, [], [ema, atr, mult]);

const PERCENT_B: Operation = {
  name: "percent_b",
  compute: (market, [values = NONE], [length = 0, mult = 0]) => [
    percentBOf(values, length, mult, undefined, market.ticks(values)),
  ],
  pine: {
    define: `f_percent_b(source, length, mult) =>
    [middle, upper, lower] = ta.bb(source, length, mult)
    upper > lower ? (source - lower) / (upper - lower) : na`,
    call: ([source], [length, mult]) => `f_percent_b(${source}, ${length}, ${mult})`,
  },
};
/** Where the value stands between Bollinger's bands: 0 on the lower, 1 on the upper one. */
export const percentB = (values: Series, length: Num, mult: Num): Series =>
  seriesOf(PERCENT_B, [values], [length, mult]);

const Z_SCORE: Operation = {
  name: "z_score",
  compute: (market, [values = NONE], [length = 0]) => [
    zScoreOf(values, length, undefined, market.ticks(values)),
  ],
  pine: {
    define: `f_z_score(source, length) =>
    mean = ta.sma(source, length)
    spread = ta.stdev(source, length)
    spread > 0 ? (source - mean) / spread : na`,
    call: ([source], [length]) => `f_z_score(${source}, ${length})`,
  },
};
/** Distance from the simple average in deviations. */
export const zScore = (values: Series, length: Num): Series => seriesOf(Z_SCORE, [values], [length]);

const SQUEEZE: Operation = {
  name: "squeeze",
  compute: (market, [values = NONE], [length = 0, bandsMult = 0, channel = 0, channelMult = 0]) => {
    const lengths = { bands: length, bandsMult, channel, channelMult };
    const { momentum, on } = squeezeMomentum(market.bars, lengths, market.ticks(values));
    return [on, momentum];
  },
  pine: {
    define: `f_squeeze(bandsLength, bandsMult, channelLength, channelMult) =>
    centre = ta.sma(close, bandsLength)
    width = bandsMult * ta.stdev(close, bandsLength)
    mean = ta.sma(close, channelLength)
    reach = channelMult * ta.sma(ta.tr(true), channelLength)
    middle = (ta.highest(high, channelLength) + ta.lowest(low, channelLength)) / 2
    isInside = centre - width > mean - reach and centre + width < mean + reach
    squeezed = na(width + reach) ? na : isInside ? 1.0 : 0.0
    [squeezed, ta.linreg(close - (middle + mean) / 2, channelLength, 0)]`,
    call: (_, numbers) => `f_squeeze(${numbers.join(", ")})`,
    outputs: ["on", "momentum"],
  },
};

export interface Squeeze {
  /** 1 while Bollinger's bands lie inside Keltner's channel, 0 while not. */
  readonly on: Series;
  readonly momentum: Series;
}

/** LazyBear's squeeze: bands of closes against a channel of simple averages, and the trend of closes about the channel's middle. */
export function squeeze(length: Num, bandsMult: Num, channel: Num, channelMult: Num): Squeeze {
  const output = (at: number): Series => ({
    kind: "operation",
    ...{ operation: SQUEEZE, inputs: [close] },
    ...{ numbers: [length, bandsMult, channel, channelMult], output: at },
  });
  return { on: output(0), momentum: output(1) };
}
