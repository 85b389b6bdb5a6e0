import { connorsRsi as connorsRsiOf } from "../../indicators/momentum.ts";
import {
  cci as cciOf,
  internalBarStrength,
  slowStochastic,
  stochasticRsi as stochasticRsiOf,
  williamsR as williamsROf,
} from "../../indicators/oscillators.ts";
import { mfi as mfiOf } from "../../indicators/volume.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";
import { typical, volume } from "./prices.ts";

const NONE = new Float64Array(0);

/**
 * Lines that average the last `length` values where none of them is missing, as our averages begin anew after a missing one;
 * `ta.sma` reaches back over it.
 */
const wholeAverage = (name: string, source: string, length: string): string =>
  `    ${name}Missing = math.sum(na(${source}) ? 1 : 0, ${length})
    ${name}Average = ta.sma(nz(${source}), ${length})
    ${name} = ${name}Missing == 0 ? ${name}Average : na`;

const STOCHASTIC: Operation = {
  name: "stochastic",
  compute: ({ bars }, _, [k = 0, smooth = 0, d = 0]) => {
    const lines = slowStochastic(bars, { k, smooth, d });
    return [lines.k, lines.d];
  },
  pine: {
    define: `f_stochastic(length, smoothing, average) =>
    raw = ta.stoch(close, high, low, length)
${wholeAverage("k", "raw", "smoothing")}
${wholeAverage("d", "k", "average")}
    [k, d]`,
    call: (_, [k, smooth, d]) => `f_stochastic(${k}, ${smooth}, ${d})`,
    outputs: ["stochasticK", "stochasticD"],
  },
};

export interface StochasticLines {
  readonly k: Series;
  readonly d: Series;
}

/** Slow stochastic of the bars, 0 to 100: %K, averaged over `smooth` bars, and %D, an average of it. */
export function stochastic(k: Num, smooth: Num, d: Num): StochasticLines {
  const output = (at: number): Series => ({
    kind: "operation",
    ...{ operation: STOCHASTIC, inputs: [], numbers: [k, smooth, d], output: at },
  });
  return { k: output(0), d: output(1) };
}

const STOCHASTIC_RSI: Operation = {
  name: "stochastic_rsi",
  compute: (_, [values = NONE], [rsi = 0, k = 0, smooth = 0]) => [
    stochasticRsiOf(values, { rsi, k, smooth }),
  ],
  pine: {
    define: `f_stochastic_rsi(source, strengthLength, length, smoothing) =>
    strength = ta.rsi(source, strengthLength)
    top = ta.highest(strength, length)
    bottom = ta.lowest(strength, length)
    raw = not na(strength[length - 1]) and top - bottom > 1e-9 ? 100 * (strength - bottom) / (top - bottom) : na
${wholeAverage("k", "raw", "smoothing")}
    k`,
    call: ([source], [rsi, k, smooth]) => `f_stochastic_rsi(${source}, ${rsi}, ${k}, ${smooth})`,
  },
};
/** Where the RSI stands in its range of the last `k` bars, 0 to 100, averaged over `smooth` bars. */
export const stochasticRsi = (values: Series, rsi: Num, k: Num, smooth: Num): Series =>
  seriesOf(STOCHASTIC_RSI, [values], [rsi, k, smooth]);

const WILLIAMS_R: Operation = {
  name: "williams_r",
  compute: ({ bars }, _, [length = 0]) => [williamsROf(bars, length)],
  pine: { call: (_, [length]) => `ta.wpr(${length})` },
};
/** Williams' %R of the bars, -100 to 0. */
export const williamsR = (length: Num): Series => seriesOf(WILLIAMS_R, [], [length]);

const CCI: Operation = {
  name: "cci",
  compute: (_, [values = NONE], [length = 0]) => [cciOf(values, length)],
  pine: {
    // In a window that stands still, `ta.cci` divides one rounding error by another.
    define: `f_cci(source, length) =>
    index = ta.cci(source, length)
    ta.highest(source, length) == ta.lowest(source, length) ? na : index`,
    call: ([source], [length]) => `f_cci(${source}, ${length})`,
  },
};
/** Commodity channel index of typical prices. */
export const cci = (length: Num): Series => seriesOf(CCI, [typical], [length]);

const CONNORS_RSI: Operation = {
  name: "connors_rsi",
  compute: (_, [values = NONE], [rsi = 0, streak = 0, rank = 0]) => [
    connorsRsiOf(values, { rsi, streak, rank }),
  ],
  pine: {
    define: `f_connors_rsi(source, strengthLength, streakLength, rankLength) =>
    moved = source - source[1]
    var streak = 0.0
    streak := moved > 0 ? (streak > 0 ? streak + 1 : 1) : moved < 0 ? (streak < 0 ? streak - 1 : -1) : 0
    strength = ta.rsi(source, strengthLength)
    streakStrength = ta.rsi(streak, streakLength)
    rank = ta.percentrank(ta.roc(source, 1), rankLength)
    bar_index > rankLength ? (strength + streakStrength + rank) / 3 : na`,
    call: ([source], [rsi, streak, rank]) => `f_connors_rsi(${source}, ${rsi}, ${streak}, ${rank})`,
  },
};
/** Connors' mean of the RSI, the RSI of the streak and the percent rank of the last change, 0 to 100. */
export const connorsRsi = (values: Series, rsi: Num, streak: Num, rank: Num): Series =>
  seriesOf(CONNORS_RSI, [values], [rsi, streak, rank]);

const MFI: Operation = {
  name: "mfi",
  compute: (_, [prices = NONE, volumes = NONE], [length = 0]) => [mfiOf(prices, volumes, length)],
  pine: {
    // `ta.mfi` counts the first bar as a change, and has no value where nothing fell.
    define: `f_mfi(source, length) =>
    moved = source - source[1]
    gained = math.sum(moved > 0 ? source * volume : 0.0, length)
    lost = math.sum(moved < 0 ? source * volume : 0.0, length)
    bar_index >= length and gained + lost > 0 ? 100 * gained / (gained + lost) : na`,
    call: ([source], [length]) => `f_mfi(${source}, ${length})`,
  },
};
/** Money flow index of typical prices, 0 to 100. */
export const mfi = (length: Num): Series => seriesOf(MFI, [typical, volume], [length]);

/** Where the close stands in its bar, 0 to 1; nothing for a bar without range. */
export const barStrength: Series = seriesOf(
  {
    name: "bar_strength",
    compute: ({ bars }) => [internalBarStrength(bars)],
    pine: { call: () => "(high > low ? (close - low) / (high - low) : na)" },
  },
  [],
);
