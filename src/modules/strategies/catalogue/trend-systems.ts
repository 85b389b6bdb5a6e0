import {
  all,
  any,
  crossesOver,
  crossesUnder,
  isAbove,
  isAtMost,
  isBelow,
  lasting,
} from "../language/nodes.ts";
import { atMost, less, minus } from "../language/numbers.ts";
import { buying, crossing, reversing } from "../language/rules.ts";
import { ema as exponential, rma } from "../language/vocabulary/averages.ts";
import { macd, trix } from "../language/vocabulary/momentum.ts";
import { before, close, constant, middle, quotient } from "../language/vocabulary/prices.ts";
import {
  aroon,
  chandelier,
  directional,
  heikinAshi as heikinAshiBars,
  ichimoku,
  sar,
  slope,
  supertrendDirection,
  vortex,
} from "../language/vocabulary/trend.ts";
import { range, strategy } from "./declare.ts";

const family = "trend_system";

const ZERO = constant(0);

const supertrend = strategy({
  id: "supertrend",
  title: "Supertrend",
  family,
  core: true,
  entry: "Supertrend, (high + low) / 2 and `factor` x ATR(atr_period) about it, turns up",
  exit: "Supertrend turns down",
  parameters: {
    atr_period: range("Length of the average true range", 10, 5, 30),
    factor: range("Distance of the line, in average true ranges", 3, 1, 6, 0.25),
  },
  rules: ({ atr_period, factor }) => crossing(supertrendDirection(atr_period, factor), ZERO),
});

const psarFlip = strategy({
  id: "psar_flip",
  title: "Parabolic SAR",
  family,
  core: true,
  entry: "The close crosses above the parabolic SAR, which moves below the price",
  exit: "The close crosses below the parabolic SAR, which moves above the price",
  parameters: {
    start: range("Part of the way to the extreme that it goes on the first bar", 0.02, 0.01, 0.05, 0.005),
    increment: range("What each new extreme adds to that part", 0.02, 0.01, 0.05, 0.005),
    max: range("The most that the part grows to", 0.2, 0.1, 0.4, 0.05),
  },
  constraints: ({ max, start }) => [atMost(start, max)],
  rules: ({ increment, max, start }) => crossing(close, sar(start, increment, max)),
});

const adxDmi = strategy({
  id: "adx_dmi",
  title: "Directional movement with ADX",
  family,
  core: true,
  entry: "+DI crosses above -DI while ADX is above `threshold`; short, -DI above +DI",
  exit: "-DI crosses above +DI, whatever the ADX; short, +DI above -DI",
  parameters: {
    period: range("Length of +DI and -DI", 14, 7, 30),
    smoothing: range("Length of the ADX", 14, 7, 30),
    threshold: range("ADX from which there is a trend", 25, 15, 40),
  },
  rules: ({ period, smoothing, threshold }) => {
    const { adx, minus, plus } = directional(period, smoothing);
    const [up, down] = [crossesOver(plus, minus), crossesUnder(plus, minus)];
    const isTrend = isAbove(adx, constant(threshold));
    return { long: all(up, isTrend), exitLong: down, short: all(down, isTrend), exitShort: up };
  },
});

const aroonCross = strategy({
  id: "aroon_cross",
  title: "Aroon cross",
  family,
  core: true,
  entry: "Aroon up crosses above Aroon down and is above `level`; short, down above up and above `level`",
  exit: "Aroon down crosses above Aroon up, at any level; short, up above down",
  parameters: {
    period: range("Bars whose highest high and lowest low are looked for", 25, 10, 60),
    level: range("Value that the upper line must be above", 50, 30, 90, 5),
  },
  rules: ({ level, period }) => {
    const lines = aroon(period);
    const [up, down] = [crossesOver(lines.up, lines.down), crossesUnder(lines.up, lines.down)];
    return {
      long: all(up, isAbove(lines.up, constant(level))),
      exitLong: down,
      short: all(down, isAbove(lines.down, constant(level))),
      exitShort: up,
    };
  },
});

const ichimokuLengths = {
  tenkan: range("Length of the tenkan line", 9, 5, 20),
  kijun: range("Length of the kijun line", 26, 15, 60),
  senkou_b: range("Length of the cloud's second span", 52, 30, 120, 2),
};

const ichimokuTk = strategy({
  id: "ichimoku_tk",
  title: "Ichimoku lines",
  family,
  core: true,
  entry:
    "Tenkan crosses above kijun while the close is above the cloud as it is plotted at the bar, from 25 bars before",
  exit: "Tenkan crosses below kijun, or the close is below the cloud",
  parameters: ichimokuLengths,
  constraints: ({ kijun, senkou_b, tenkan }) => [less(tenkan, kijun), less(kijun, senkou_b)],
  rules: ({ kijun, senkou_b, tenkan }) => {
    const lines = ichimoku(tenkan, kijun, senkou_b);
    return buying(
      all(crossesOver(lines.tenkan, lines.kijun), isAbove(close, lines.cloudTop)),
      any(crossesUnder(lines.tenkan, lines.kijun), isBelow(close, lines.cloudBottom)),
    );
  },
});

const ichimokuKumo = strategy({
  id: "ichimoku_kumo",
  title: "Ichimoku cloud breakout",
  family,
  entry: "The close crosses above the top of the cloud as it is plotted at the bar, from 25 bars before",
  exit: "The close crosses below the bottom of the cloud",
  parameters: ichimokuLengths,
  constraints: ({ kijun, senkou_b, tenkan }) => [less(tenkan, kijun), less(kijun, senkou_b)],
  rules: ({ kijun, senkou_b, tenkan }) => {
    const { cloudBottom, cloudTop } = ichimoku(tenkan, kijun, senkou_b);
    return reversing(crossesOver(close, cloudTop), crossesUnder(close, cloudBottom));
  },
});

const vortexCross = strategy({
  id: "vortex_cross",
  title: "Vortex cross",
  family,
  entry: "VI+ crosses above VI-",
  exit: "VI- crosses above VI+",
  parameters: { period: range("Length of the vortex lines", 14, 7, 40) },
  rules: ({ period }) => {
    const { minus, plus } = vortex(period);
    return crossing(plus, minus);
  },
});

const chandelierFlip = strategy({
  id: "chandelier_flip",
  title: "Chandelier stops",
  family,
  entry: "The close is above the short stop, the lowest low of `period` bars + `mult` x ATR(period)",
  exit: "The close is below the long stop, the highest high - `mult` x ATR(period); where both hold, nothing is opened",
  parameters: {
    period: range("Length of the extremes and of the average true range", 22, 10, 50),
    mult: range("Distance of the stops, in average true ranges", 3, 1.5, 6, 0.25),
  },
  rules: ({ mult, period }) => {
    const stops = chandelier(period, mult);
    return reversing(isAbove(close, stops.short), isBelow(close, stops.long));
  },
});

const linregSlope = strategy({
  id: "linreg_slope",
  title: "Slope of the regression",
  family,
  entry:
    "The slope of the least squares line over the last `period` closes, a bar and as a part of the close, crosses above `threshold`",
  exit: "The slope crosses below -`threshold`",
  parameters: {
    period: range("Closes that the line is laid through", 30, 10, 120, 2),
    threshold: range("Slope at which it counts, as a part of the price a bar", 0, 0, 0.005, 0.0005),
  },
  rules: ({ period, threshold }) => {
    const steepness = quotient(slope(close, period), close);
    return reversing(
      crossesOver(steepness, constant(threshold)),
      crossesUnder(steepness, constant(minus(0, threshold))),
    );
  },
});

const heikinAshi = strategy({
  id: "heikin_ashi",
  title: "Heikin-Ashi bars",
  family,
  entry: "The last `confirm` Heikin-Ashi bars close above their open; orders are filled at real prices",
  exit: "The last `confirm` Heikin-Ashi bars close below their open",
  parameters: { confirm: range("Bars in a row that must agree", 2, 1, 5) },
  rules: ({ confirm }) =>
    reversing(
      lasting(isAbove(heikinAshiBars.close, heikinAshiBars.open), confirm),
      lasting(isBelow(heikinAshiBars.close, heikinAshiBars.open), confirm),
    ),
});

const trixSignal = strategy({
  id: "trix_signal",
  title: "TRIX and its signal",
  family,
  entry: "TRIX, the change of a triple EMA of closes, crosses above its signal, an EMA of it",
  exit: "TRIX crosses below its signal",
  parameters: {
    period: range("Length of each of the three averages", 15, 5, 40),
    signal: range("Length of the signal, an average of the line", 9, 3, 20),
  },
  rules: ({ period, signal }) => {
    const lines = trix(close, period, signal);
    return crossing(lines.line, lines.signal);
  },
});

const alligator = strategy({
  id: "alligator",
  title: "Alligator",
  family,
  entry: "Lips > teeth > jaw: Wilder's averages of (high + low) / 2, each as it was `shift` bars ago",
  exit: "The three are no more in that order",
  parameters: {
    jaw: range("Length of the slow average", 13, 8, 34),
    teeth: range("Length of the middle average", 8, 5, 21),
    lips: range("Length of the fast average", 5, 3, 13),
    shift: range("Bars that the averages are moved forward", 3, 0, 8),
  },
  constraints: ({ jaw, lips, teeth }) => [less(lips, teeth), less(teeth, jaw)],
  rules: ({ jaw, lips, shift, teeth }) => {
    const line = (length: typeof jaw) => before(rma(middle, length), shift);
    const [fast, centre, slow] = [line(lips), line(teeth), line(jaw)];
    // What stood before a row without prices is not looked back to: the averages have a value again, above 0 as prices are.
    const isKnown = isAbove(rma(middle, jaw), ZERO);
    return buying(
      all(isAbove(fast, centre), isAbove(centre, slow), isKnown),
      any(isAtMost(fast, centre), isAtMost(centre, slow)),
    );
  },
});

const elderImpulse = strategy({
  id: "elder_impulse",
  title: "Elder's impulse",
  family,
  entry: "EMA(ema) and the MACD histogram are both above what they were on the bar before",
  exit: "Both are below what they were on the bar before",
  parameters: {
    ema: range("Length of the average", 13, 5, 40),
    macd_fast: range("Length of the MACD's fast average", 12, 5, 20),
    macd_slow: range("Length of the MACD's slow average", 26, 15, 60),
    signal: range("Length of the MACD's signal", 9, 3, 20),
  },
  constraints: ({ macd_fast, macd_slow }) => [less(macd_fast, macd_slow)],
  rules: ({ ema, macd_fast, macd_slow, signal }) => {
    const average = exponential(close, ema);
    const { histogram } = macd(close, macd_fast, macd_slow, signal);
    const [last, lastHistogram] = [before(average, 1), before(histogram, 1)];
    return reversing(
      all(isAbove(average, last), isAbove(histogram, lastHistogram)),
      all(isBelow(average, last), isBelow(histogram, lastHistogram)),
    );
  },
});

export const trendSystems = [
  ...[supertrend, psarFlip, adxDmi, aroonCross, ichimokuTk, ichimokuKumo],
  ...[vortexCross, chandelierFlip, linregSlope, heikinAshi, trixSignal, alligator, elderImpulse],
];
