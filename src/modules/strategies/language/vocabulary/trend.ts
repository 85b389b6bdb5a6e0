import { chandelier as chandelierOf, ichimoku as ichimokuOf } from "../../indicators/channels.ts";
import {
  aroon as aroonOf,
  directionalMovement,
  heikinAshi as heikinAshiOf,
  parabolicSar,
  supertrend as supertrendOf,
  vortex as vortexOf,
} from "../../indicators/trend.ts";
import { regressionSlope } from "../../indicators/weighted.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

const NONE = new Float64Array(0);

/** One output of an operation over the bars themselves. */
const output = (operation: Operation, numbers: readonly Num[], at: number): Series => ({
  kind: "operation",
  ...{ operation, inputs: [], numbers, output: at },
});

const SUPERTREND: Operation = {
  name: "supertrend_direction",
  compute: ({ bars }, _, [length = 0, factor = 0]) => [supertrendOf(bars, length, factor).direction],
  pine: {
    // `ta.supertrend` says -1 for up.
    define: `f_supertrend(length, factor) =>
    [line, direction] = ta.supertrend(factor, length)
    na(line) ? na : 0 - direction`,
    call: (_, [length, factor]) => `f_supertrend(${length}, ${factor})`,
  },
};
/** Direction of Supertrend: 1 up, -1 down. */
export const supertrendDirection = (length: Num, factor: Num): Series =>
  seriesOf(SUPERTREND, [], [length, factor]);

const SAR: Operation = {
  name: "sar",
  compute: ({ bars }, _, [start = 0, increment = 0, max = 0]) => [
    parabolicSar(bars, { start, increment, max }),
  ],
  pine: { call: (_, [start, increment, max]) => `ta.sar(${start}, ${increment}, ${max})` },
};
/** Wilder's parabolic stop and reverse. */
export const sar = (start: Num, increment: Num, max: Num): Series =>
  seriesOf(SAR, [], [start, increment, max]);

const DMI: Operation = {
  name: "dmi",
  compute: ({ bars }, _, [length = 0, smoothing = 0]) => {
    const { adx, minus, plus } = directionalMovement(bars, length, smoothing);
    return [plus, minus, adx];
  },
  pine: {
    call: (_, [length, smoothing]) => `ta.dmi(${length}, ${smoothing})`,
    outputs: ["plusDi", "minusDi", "adx"],
  },
};
/** +DI and -DI over `length`, and the ADX, which smooths how far they are apart. */
export const directional = (length: Num, smoothing: Num) => ({
  plus: output(DMI, [length, smoothing], 0),
  minus: output(DMI, [length, smoothing], 1),
  adx: output(DMI, [length, smoothing], 2),
});

const AROON: Operation = {
  name: "aroon",
  compute: ({ bars }, _, [length = 0]) => {
    const { down, up } = aroonOf(bars, length);
    return [up, down];
  },
  pine: {
    define: `f_aroon(length) =>
    sinceHigh = 0 - ta.highestbars(high, length + 1)
    sinceLow = 0 - ta.lowestbars(low, length + 1)
    [100.0 * (length - sinceHigh) / length, 100.0 * (length - sinceLow) / length]`,
    call: (_, [length]) => `f_aroon(${length})`,
    outputs: ["aroonUp", "aroonDown"],
  },
};
/** How fresh the highest high and the lowest low of `length` bars are, 100 for now. */
export const aroon = (length: Num) => ({ up: output(AROON, [length], 0), down: output(AROON, [length], 1) });

const ICHIMOKU: Operation = {
  name: "ichimoku",
  compute: ({ bars }, _, [tenkan = 0, kijun = 0, senkouB = 0, displacement = 0]) => {
    const lines = ichimokuOf(bars, { tenkan, kijun, senkouB, displacement });
    const ends = (extreme: (left: number, right: number) => number) =>
      lines.spanA.map((value, bar) => extreme(value, lines.spanB[bar] ?? Number.NaN));
    return [lines.tenkan, lines.kijun, ends(Math.max), ends(Math.min)];
  },
  pine: {
    define: `f_middle(length) =>
    (ta.highest(high, length) + ta.lowest(low, length)) / 2

f_ichimoku(fast, slow, slowest, displacement) =>
    tenkan = f_middle(fast)
    kijun = f_middle(slow)
    spanA = (tenkan + kijun) / 2
    spanB = f_middle(slowest)
    shiftedA = spanA[displacement - 1]
    shiftedB = spanB[displacement - 1]
    isKnown = not na(shiftedA + shiftedB)
    [tenkan, kijun, isKnown ? math.max(shiftedA, shiftedB) : na, isKnown ? math.min(shiftedA, shiftedB) : na]`,
    call: (_, numbers) => `f_ichimoku(${numbers.join(", ")})`,
    outputs: ["tenkan", "kijun", "cloudTop", "cloudBottom"],
  },
};
/** TradingView's and Hosoda's own shift of the cloud. */
const DISPLACEMENT = 26;
/** Ichimoku's lines and the cloud as it is plotted at each bar, moved forward by 25 bars from what it was computed on. */
export function ichimoku(tenkan: Num, kijun: Num, senkouB: Num) {
  const numbers = [tenkan, kijun, senkouB, DISPLACEMENT];
  return {
    tenkan: output(ICHIMOKU, numbers, 0),
    kijun: output(ICHIMOKU, numbers, 1),
    cloudTop: output(ICHIMOKU, numbers, 2),
    cloudBottom: output(ICHIMOKU, numbers, 3),
  };
}

const VORTEX: Operation = {
  name: "vortex",
  compute: ({ bars }, _, [length = 0]) => {
    const { minus, plus } = vortexOf(bars, length);
    return [plus, minus];
  },
  pine: {
    define: `f_vortex(length) =>
    moved = math.sum(ta.tr(true), length)
    rise = math.sum(math.abs(high - low[1]), length)
    fall = math.sum(math.abs(low - high[1]), length)
    [moved > 0 ? rise / moved : na, moved > 0 ? fall / moved : na]`,
    call: (_, [length]) => `f_vortex(${length})`,
    outputs: ["vortexPlus", "vortexMinus"],
  },
};
/** Moves from lows up to highs, and from highs down to lows, as parts of the true range. */
export const vortex = (length: Num) => ({
  plus: output(VORTEX, [length], 0),
  minus: output(VORTEX, [length], 1),
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
    outputs: ["longStop", "shortStop"],
  },
};
/** Le Beau's stops: of a long position under the highest high, of a short one over the lowest low. */
export const chandelier = (length: Num, mult: Num) => ({
  long: output(CHANDELIER, [length, mult], 0),
  short: output(CHANDELIER, [length, mult], 1),
});

const SLOPE: Operation = {
  name: "slope",
  compute: (market, [values = NONE], [length = 0]) => [
    regressionSlope(values, length, undefined, market.ticks(values)),
  ],
  pine: {
    // A difference of two `ta.linreg` would round a slope of 0 to something else.
    define: `f_slope(source, length) =>
    sum = 0.0
    for back = 1 to length - 1
        sum := sum + (length - 1 - 2 * back) * (source[back] - source)
    6.0 * sum / (length * (length * length - 1))`,
    call: ([source], [length]) => `f_slope(${source}, ${length})`,
  },
};
/** Slope of the least squares line over the last `length` values, a bar. */
export const slope = (values: Series, length: Num): Series => seriesOf(SLOPE, [values], [length]);

const HEIKIN_ASHI: Operation = {
  name: "heikin_ashi",
  compute: ({ bars }) => {
    const { close, open } = heikinAshiOf(bars);
    return [open, close];
  },
  pine: {
    define: `f_heikin_ashi() =>
    closed = (open + high + low + close) / 4
    var float opened = na
    opened := na(opened) ? (open + close) / 2 : (opened + closed[1]) / 2
    [opened, closed]`,
    call: () => "f_heikin_ashi()",
    outputs: ["haOpen", "haClose"],
  },
};
/** Open and close of Heikin-Ashi bars. */
export const heikinAshi = { open: output(HEIKIN_ASHI, [], 0), close: output(HEIKIN_ASHI, [], 1) } as const;
