import { chandelier as chandelierOf, ichimoku as ichimokuOf } from "../../indicators/channels.ts";
import { trix as trixOf } from "../../indicators/momentum.ts";
import {
  aroon as aroonOf,
  directionalMovement,
  heikinAshi as heikinAshiOf,
  parabolicSar as parabolicSarOf,
  supertrend as supertrendOf,
  vortex as vortexOf,
} from "../../indicators/trend.ts";
import { regressionSlope as regressionSlopeOf } from "../../indicators/weighted.ts";
import { type Operation, outputOf, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

const NONE = new Float64Array(0);

const SUPERTREND: Operation = {
  name: "supertrend",
  compute: ({ bars }, _, [length = 0, factor = 0]) => [supertrendOf(bars, length, factor).direction],
  pine: {
    define: `f_supertrend(length, factor) =>
    [line, turned] = ta.supertrend(factor, length)
    direction = 0 - turned
    direction`,
    call: (_, [length, factor]) => `f_supertrend(${length}, ${factor})`,
  },
};
/** The direction of the supertrend: 1 is up, -1 down. */
export const supertrend = (length: Num, factor: Num): Series => seriesOf(SUPERTREND, [], [length, factor]);

const SAR: Operation = {
  name: "sar",
  compute: ({ bars }, _, [start = 0, increment = 0, max = 0]) => [
    parabolicSarOf(bars, { start, increment, max }),
  ],
  pine: { call: (_, [start, increment, max]) => `ta.sar(${start}, ${increment}, ${max})` },
};
export const parabolicSar = (start: Num, increment: Num, max: Num): Series =>
  seriesOf(SAR, [], [start, increment, max]);

const DMI: Operation = {
  name: "dmi",
  compute: ({ bars }, _, [length = 0, smoothing = 0]) => {
    const { adx, minus, plus } = directionalMovement(bars, length, smoothing);
    return [plus, minus, adx];
  },
  pine: {
    call: (_, [length, smoothing]) => `ta.dmi(${length}, ${smoothing})`,
    outputs: ["plus", "minus", "adx"],
  },
};
/** Wilder's directional lines and their index. */
export const directional = (length: Num, smoothing: Num) => ({
  plus: outputOf(DMI, [], [length, smoothing], 0),
  minus: outputOf(DMI, [], [length, smoothing], 1),
  adx: outputOf(DMI, [], [length, smoothing], 2),
});

const AROON: Operation = {
  name: "aroon",
  compute: ({ bars }, _, [length = 0]) => {
    const { down, up } = aroonOf(bars, length);
    return [up, down];
  },
  pine: {
    define: `f_aroon(length) =>
    up = 100 * (ta.highestbars(high, length + 1) + length) / length
    down = 100 * (ta.lowestbars(low, length + 1) + length) / length
    [up, down]`,
    call: (_, [length]) => `f_aroon(${length})`,
    outputs: ["up", "down"],
  },
};
export const aroon = (length: Num) => ({
  up: outputOf(AROON, [], [length], 0),
  down: outputOf(AROON, [], [length], 1),
});

const ICHIMOKU: Operation = {
  name: "ichimoku",
  compute: ({ bars }, _, [tenkan = 0, kijun = 0, senkouB = 0]) => {
    const lines = ichimokuOf(bars, { tenkan, kijun, senkouB, displacement: kijun });
    return [lines.tenkan, lines.kijun, lines.spanA, lines.spanB];
  },
  pine: {
    define: `f_ichimoku(tenkan, kijun, senkou) =>
    conversion = (ta.highest(high, tenkan) + ta.lowest(low, tenkan)) / 2
    base = (ta.highest(high, kijun) + ta.lowest(low, kijun)) / 2
    leadA = (conversion + base) / 2
    leadB = (ta.highest(high, senkou) + ta.lowest(low, senkou)) / 2
    [conversion, base, leadA[kijun - 1], leadB[kijun - 1]]`,
    call: (_, [tenkan, kijun, senkou]) => `f_ichimoku(${tenkan}, ${kijun}, ${senkou})`,
    outputs: ["tenkan", "kijun", "spanA", "spanB"],
  },
};
/** Ichimoku's lines, the cloud as it is plotted for each bar: moved forward by the length of kijun, itself included. */
export const ichimoku = (tenkan: Num, kijun: Num, senkouB: Num) => {
  const output = (at: number) => outputOf(ICHIMOKU, [], [tenkan, kijun, senkouB], at);
  return { tenkan: output(0), kijun: output(1), spanA: output(2), spanB: output(3) };
};

const VORTEX: Operation = {
  name: "vortex",
  compute: ({ bars }, _, [length = 0]) => {
    const { minus, plus } = vortexOf(bars, length);
    return [plus, minus];
  },
  pine: {
    define: `f_vortex(length) =>
    lowBefore = low[1]
    highBefore = high[1]
    range = math.sum(ta.tr(true), length)
    rise = math.sum(math.abs(high - lowBefore), length)
    fall = math.sum(math.abs(low - highBefore), length)
    [range > 0 ? rise / range : na, range > 0 ? fall / range : na]`,
    call: (_, [length]) => `f_vortex(${length})`,
    outputs: ["plus", "minus"],
  },
};
export const vortex = (length: Num) => ({
  plus: outputOf(VORTEX, [], [length], 0),
  minus: outputOf(VORTEX, [], [length], 1),
});

const CHANDELIER: Operation = {
  name: "chandelier",
  compute: ({ bars }, _, [length = 0, mult = 0]) => {
    const { long, short } = chandelierOf(bars, length, mult);
    return [long, short];
  },
  pine: {
    define: `f_chandelier(length, mult) =>
    distance = mult * ta.atr(length)
    [ta.highest(high, length) - distance, ta.lowest(low, length) + distance]`,
    call: (_, [length, mult]) => `f_chandelier(${length}, ${mult})`,
    outputs: ["long", "short"],
  },
};
/** The stop of a long position under the highest high, and of a short one over the lowest low. */
export const chandelier = (length: Num, mult: Num) => ({
  long: outputOf(CHANDELIER, [], [length, mult], 0),
  short: outputOf(CHANDELIER, [], [length, mult], 1),
});

const SLOPE: Operation = {
  name: "slope",
  compute: (market, [values = NONE], [length = 0]) => [
    regressionSlopeOf(values, length, undefined, market.ticks(values)),
  ],
  pine: {
    define: `f_slope(source, length) =>
    float sum = 0.0
    for i = 0 to length - 1
        sum += source[i] * (length - 1 - 2 * i)
    6 * sum / (length * (length * length - 1))`,
    call: ([source], [length]) => `f_slope(${source}, ${length})`,
  },
};
/** Slope of the least squares line, per bar. */
export const regressionSlope = (values: Series, length: Num): Series => seriesOf(SLOPE, [values], [length]);

const HEIKIN_ASHI: Operation = {
  name: "heikin_ashi",
  compute: ({ bars }) => {
    const { close, open } = heikinAshiOf(bars);
    return [open, close];
  },
  pine: {
    define: `f_heikin_ashi() =>
    average = (open + high + low + close) / 4
    averageBefore = average[1]
    var float start = na
    start := na(start) ? (open + close) / 2 : (start + averageBefore) / 2
    [start, average]`,
    call: () => "f_heikin_ashi()",
    outputs: ["open", "close"],
  },
};
/** Open and close of Heikin-Ashi's bars, which are averages and no prices. */
export const heikinAshi = () => ({
  open: outputOf(HEIKIN_ASHI, [], [], 0),
  close: outputOf(HEIKIN_ASHI, [], [], 1),
});

const TRIX: Operation = {
  name: "trix",
  compute: (_, [values = NONE], [length = 0, signal = 0]) => {
    const { line, signal: average } = trixOf(values, length, signal);
    return [line, average];
  },
  pine: {
    define: `f_trix(source, length, smoothing) =>
    first = ta.ema(source, length)
    second = ta.ema(first, length)
    third = ta.ema(second, length)
    line = ta.roc(third, 1)
    average = ta.ema(line, smoothing)
    [line, average]`,
    call: ([source], [length, signal]) => `f_trix(${source}, ${length}, ${signal})`,
    outputs: ["line", "signal"],
  },
};
/** Change in percent of a triple EMA, and an EMA of that. */
export const trix = (values: Series, length: Num, signal: Num) => ({
  line: outputOf(TRIX, [values], [length, signal], 0),
  signal: outputOf(TRIX, [values], [length, signal], 1),
});
