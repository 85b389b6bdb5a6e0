import {
  allOf,
  anyOf,
  countOf,
  crossesOver,
  crossesUnder,
  isAbove,
  isAtLeast,
  isBelow,
} from "../language/nodes.ts";
import { atMost, less, minus, type Num, over, plus, times } from "../language/numbers.ts";
import { buying, crossing, reversing } from "../language/rules.ts";
import { kama } from "../language/vocabulary/adaptive.ts";
import { ema, sma, vwma } from "../language/vocabulary/averages.ts";
import { before, close, constant, product } from "../language/vocabulary/prices.ts";
import { range, strategy } from "./declare.ts";

const family = "moving_average_trend";

const kamaTrend = strategy({
  id: "kama_trend",
  title: "Price and Kaufman's adaptive average",
  family,
  entry: "The close crosses above the adaptive average, times 1 plus the band",
  exit: "The close crosses below the adaptive average, times 1 less the band",
  parameters: {
    period: range("Bars whose efficiency the average follows", 10, 5, 40),
    fast_sc: range("Length of the average in a straight market", 2, 2, 5),
    slow_sc: range("Length of the average in a market without direction", 30, 15, 60, 5),
    band: range("Part of the average by which it must be passed", 0, 0, 0.02, 0.0025),
  },
  constraints: ({ fast_sc, slow_sc }) => [less(fast_sc, slow_sc)],
  rules: ({ band, fast_sc, period, slow_sc }) => {
    const average = kama(close, period, fast_sc, slow_sc);
    return reversing(
      crossesOver(close, product(average, plus(1, band))),
      crossesUnder(close, product(average, minus(1, band))),
    );
  },
});

const vwmaSma = strategy({
  id: "vwma_sma",
  title: "Average by volume and plain average",
  family,
  entry: "The average weighted by volume crosses above the simple one of the same length",
  exit: "It crosses below",
  parameters: { period: range("Length of both averages", 20, 5, 100) },
  rules: ({ period }) => crossing(vwma(close, period), sma(close, period)),
});

const tripleEma = strategy({
  id: "triple_ema",
  title: "Stack of three EMAs",
  family,
  core: true,
  entry: "The three EMAs come into order: fast above middle above slow",
  exit: "The fast EMA is below the middle one",
  parameters: {
    fast: range("Length of the fast average", 5, 3, 20),
    mid: range("Length of the middle average", 20, 10, 60),
    slow: range("Length of the slow average", 50, 30, 200, 5),
  },
  constraints: ({ fast, mid, slow }) => [less(fast, mid), less(mid, slow)],
  rules: ({ fast, mid, slow }) => {
    const [quick, middle, late] = [ema(close, fast), ema(close, mid), ema(close, slow)];
    // By crossings, so that the order was known and another one before.
    const comes = anyOf(
      allOf(crossesOver(quick, middle), isAbove(middle, late)),
      allOf(crossesOver(middle, late), isAbove(quick, middle)),
    );
    return buying(comes, isBelow(quick, middle));
  },
});

/** The most EMAs that a ribbon has. */
const MOST_EMAS = 10;

const maRibbon = strategy({
  id: "ma_ribbon",
  title: "Ribbon of EMAs",
  family,
  entry:
    "Of the ribbon's neighbouring EMAs at least `agree` pairs are in rising order, the shorter above the longer",
  exit: "Fewer than half of the pairs are",
  parameters: {
    start: range("Length of the shortest EMA", 10, 5, 30),
    count: range("EMAs of the ribbon", 6, 4, 10),
    gap: range("By how much each is longer than the one before", 5, 2, 15),
    agree: range("Pairs that must be in order", 5, 3, 9),
  },
  constraints: ({ agree, count }) => [less(agree, count)],
  rules: ({ agree, count, gap, start }) => {
    const emas = Array.from({ length: MOST_EMAS }, (_, at): { at: number; line: ReturnType<typeof ema> } => {
      const length: Num = at === 0 ? start : plus(start, times(gap, at));
      return { at, line: ema(close, length) };
    });
    const pairs = emas.slice(1).map(({ at, line }) => {
      const shorter = emas[at - 1]?.line ?? line;
      return allOf(less(at, count), isAbove(shorter, line));
    });
    // Nothing is decided before the longest of those that count has a value.
    const known = emas.map(({ at, line }) => anyOf(atMost(count, at), isAbove(line, constant(0))));
    const inOrder = countOf(pairs);
    return buying(
      allOf(isAtLeast(inOrder, constant(agree)), ...known),
      isBelow(inOrder, constant(over(minus(count, 1), 2))),
    );
  },
});

const priceVsSma = strategy({
  id: "price_vs_sma",
  title: "Price and its long average",
  family,
  core: true,
  entry: "The close crosses above the simple average, times 1 plus the band",
  exit: "The close crosses below the simple average, times 1 less the band",
  parameters: {
    period: range("Length of the average", 200, 20, 300, 5),
    band: range("Part of the average by which it must be passed", 0, 0, 0.05, 0.005),
  },
  rules: ({ band, period }) => {
    const average = sma(close, period);
    return reversing(
      crossesOver(close, product(average, plus(1, band))),
      crossesUnder(close, product(average, minus(1, band))),
    );
  },
});

const maSlope = strategy({
  id: "ma_slope",
  title: "Slope of a moving average",
  family,
  entry: "The average comes to be above its value `lag` bars before",
  exit: "It comes to be below that value",
  parameters: {
    period: range("Length of the average", 50, 10, 200, 5),
    lag: range("Bars over which the slope is taken", 5, 1, 30),
  },
  rules: ({ lag, period }) => {
    const average = sma(close, period);
    return crossing(average, before(average, lag));
  },
});

export const averageSystems = [kamaTrend, vwmaSma, tripleEma, maRibbon, priceVsSma, maSlope];
