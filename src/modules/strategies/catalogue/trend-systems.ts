import {
  allOf,
  anyOf,
  begins,
  crossesOver,
  crossesUnder,
  isAbove,
  isAtMost,
  isBelow,
  lasting,
} from "../language/nodes.ts";
import { atMost, less, times } from "../language/numbers.ts";
import { buying, crossing, reversing } from "../language/rules.ts";
import { ema, rma } from "../language/vocabulary/averages.ts";
import { macd } from "../language/vocabulary/momentum.ts";
import { before, close, constant, middle, quotient } from "../language/vocabulary/prices.ts";
import {
  chandelier,
  heikinAshi,
  parabolicSar,
  regressionSlope,
  supertrend,
  trix,
  vortex,
} from "../language/vocabulary/trend.ts";
import { range, type Strategy, strategy } from "./declare.ts";
import { directionalSystems } from "./directional-systems.ts";

const family = "trend_system";

const supertrendFlip = strategy({
  id: "supertrend",
  title: "Supertrend",
  family,
  core: true,
  entry: "The direction of the supertrend turns up",
  exit: "It turns down",
  parameters: {
    atr_period: range("Length of the average true range", 10, 5, 30),
    factor: range("Ranges that the line keeps away", 3, 1, 6, 0.25),
  },
  rules: ({ atr_period, factor }) => crossing(supertrend(atr_period, factor), constant(0)),
});

const psarFlip = strategy({
  id: "psar_flip",
  title: "Parabolic SAR",
  family,
  core: true,
  entry: "The parabolic SAR moves below the close",
  exit: "It moves above the close",
  parameters: {
    start: range("First acceleration", 0.02, 0.01, 0.05, 0.005),
    increment: range("Acceleration of each new extreme", 0.02, 0.01, 0.05, 0.005),
    max: range("Highest acceleration", 0.2, 0.1, 0.4, 0.05),
  },
  constraints: ({ max, start }) => [atMost(start, max)],
  rules: ({ increment, max, start }) => crossing(close, parabolicSar(start, increment, max)),
});

const vortexCross = strategy({
  id: "vortex_cross",
  title: "Vortex cross",
  family,
  entry: "VI+ crosses above VI-",
  exit: "VI- crosses above VI+",
  parameters: { period: range("Length of both lines", 14, 7, 40) },
  rules: ({ period }) => {
    const { minus, plus } = vortex(period);
    return crossing(plus, minus);
  },
});

const chandelierFlip = strategy({
  id: "chandelier_flip",
  title: "Chandelier stop and reverse",
  family,
  entry: "The close crosses above the stop of a short position: the lowest low plus `mult` ranges",
  exit: "The close crosses below the stop of a long position: the highest high less `mult` ranges",
  parameters: {
    period: range("Bars of the extremes and of the average true range", 22, 10, 50),
    mult: range("Ranges that a stop keeps away", 3, 1.5, 6, 0.25),
  },
  rules: ({ mult, period }) => {
    const { long, short } = chandelier(period, mult);
    return reversing(crossesOver(close, short), crossesUnder(close, long));
  },
});

const linregSlope = strategy({
  id: "linreg_slope",
  title: "Slope of the regression",
  family,
  entry: "The slope of the regression of closes, as a part of the close, rises above the threshold",
  exit: "It falls below the threshold's negative",
  parameters: {
    period: range("Bars of the regression", 30, 10, 120, 2),
    threshold: range("Part of the price a bar that counts as a slope", 0, 0, 0.005, 0.0005),
  },
  rules: ({ period, threshold }) => {
    const slope = quotient(regressionSlope(close, period), close);
    return reversing(
      crossesOver(slope, constant(threshold)),
      crossesUnder(slope, constant(times(threshold, -1))),
    );
  },
});

const heikinAshiTurn = strategy({
  id: "heikin_ashi",
  title: "Heikin-Ashi",
  family,
  entry: "`confirm` Heikin-Ashi bars in a row rise",
  exit: "`confirm` of them in a row fall; trades are at real prices",
  parameters: { confirm: range("Bars in a row that must agree", 2, 1, 5) },
  rules: ({ confirm }) => {
    const { close: closed, open: opened } = heikinAshi();
    return reversing(
      begins(lasting(isAbove(closed, opened), confirm)),
      begins(lasting(isBelow(closed, opened), confirm)),
    );
  },
});

const trixSignal = strategy({
  id: "trix_signal",
  title: "TRIX and its signal",
  family,
  entry: "TRIX crosses above its signal line",
  exit: "It crosses below",
  parameters: {
    period: range("Length of the three averages", 15, 5, 40),
    signal: range("Length of the signal", 9, 3, 20),
  },
  rules: ({ period, signal }) => {
    const { line, signal: average } = trix(close, period, signal);
    return crossing(line, average);
  },
});

const alligator = strategy({
  id: "alligator",
  title: "Alligator of Williams",
  family,
  entry: "Lips are above teeth and teeth above jaw: smoothed averages of the middle price, `shift` bars late",
  exit: "That order is lost",
  parameters: {
    jaw: range("Length of the jaw", 13, 8, 34),
    teeth: range("Length of the teeth", 8, 5, 21),
    lips: range("Length of the lips", 5, 3, 13),
    shift: range("Bars that all three are late", 3, 0, 8),
  },
  constraints: ({ jaw, lips, teeth }) => [less(lips, teeth), less(teeth, jaw)],
  rules: ({ jaw, lips, shift, teeth }) => {
    const line = (length: typeof jaw) => before(rma(middle, length), shift);
    const [fast, slow, slowest] = [line(lips), line(teeth), line(jaw)];
    // No look back past a row without prices: averages of this bar, above 0 as prices are, must be there as well.
    const isKnown = isAbove(rma(middle, jaw), constant(0));
    return buying(
      allOf(isAbove(fast, slow), isAbove(slow, slowest), isKnown),
      anyOf(isAtMost(fast, slow), isAtMost(slow, slowest)),
    );
  },
});

const elderImpulse = strategy({
  id: "elder_impulse",
  title: "Impulse system of Elder",
  family,
  entry: "The EMA and the histogram of MACD both rise",
  exit: "Both fall",
  parameters: {
    ema: range("Length of the EMA", 13, 5, 40),
    macd_fast: range("Length of MACD's fast average", 12, 5, 20),
    macd_slow: range("Length of MACD's slow average", 26, 15, 60),
    signal: range("Length of MACD's signal", 9, 3, 20),
  },
  constraints: ({ macd_fast, macd_slow }) => [less(macd_fast, macd_slow)],
  rules: ({ ema: length, macd_fast, macd_slow, signal }) => {
    const average = ema(close, length);
    const { histogram } = macd(close, macd_fast, macd_slow, signal);
    const [averageBefore, histogramBefore] = [before(average, 1), before(histogram, 1)];
    return reversing(
      allOf(isAbove(average, averageBefore), isAbove(histogram, histogramBefore)),
      allOf(isBelow(average, averageBefore), isBelow(histogram, histogramBefore)),
    );
  },
});

export const trendSystems: Strategy[] = [
  ...[supertrendFlip, psarFlip],
  ...directionalSystems,
  ...[vortexCross, chandelierFlip, linregSlope, heikinAshiTurn, trixSignal, alligator, elderImpulse],
];
