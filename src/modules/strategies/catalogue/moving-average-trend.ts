import {
  all,
  any,
  countOf,
  crossesOver,
  crossesUnder,
  isAbove,
  isAtLeast,
  isAtMost,
  isBelow,
} from "../language/nodes.ts";
import { less, minus, over, plus, times } from "../language/numbers.ts";
import { buying, crossing, reversing } from "../language/rules.ts";
import { dema, kama, tema } from "../language/vocabulary/adaptive.ts";
import { ema, hma, sma, vwma, wma } from "../language/vocabulary/averages.ts";
import { before, close, constant, product } from "../language/vocabulary/prices.ts";
import { range, strategy } from "./declare.ts";

const family = "moving_average_trend";

export const smaCross = strategy({
  id: "sma_cross",
  title: "SMA cross",
  family,
  core: true,
  entry: "SMA(fast) crosses above SMA(slow)",
  exit: "SMA(fast) crosses below SMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 250),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(sma(close, fast), sma(close, slow)),
});

export const emaCross = strategy({
  id: "ema_cross",
  title: "EMA cross",
  family,
  core: true,
  entry: "EMA(fast) crosses above EMA(slow)",
  exit: "EMA(fast) crosses below EMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 12, 3, 60),
    slow: range("Length of the slow average", 26, 10, 250),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(ema(close, fast), ema(close, slow)),
});

export const wmaCross = strategy({
  id: "wma_cross",
  title: "WMA cross",
  family,
  entry: "WMA(fast) crosses above WMA(slow)",
  exit: "WMA(fast) crosses below WMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 250),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(wma(close, fast), wma(close, slow)),
});

export const hmaCross = strategy({
  id: "hma_cross",
  title: "Hull MA cross",
  family,
  entry: "Hull MA(fast) crosses above Hull MA(slow)",
  exit: "Hull MA(fast) crosses below Hull MA(slow)",
  parameters: {
    fast: range("Length of the fast average", 16, 4, 60),
    slow: range("Length of the slow average", 49, 10, 200),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(hma(close, fast), hma(close, slow)),
});

const demaCross = strategy({
  id: "dema_cross",
  title: "DEMA cross",
  family,
  entry: "DEMA(fast) crosses above DEMA(slow)",
  exit: "DEMA(fast) crosses below DEMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 200),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(dema(close, fast), dema(close, slow)),
});

const temaCross = strategy({
  id: "tema_cross",
  title: "TEMA cross",
  family,
  entry: "TEMA(fast) crosses above TEMA(slow)",
  exit: "TEMA(fast) crosses below TEMA(slow)",
  parameters: {
    fast: range("Length of the fast average", 10, 3, 60),
    slow: range("Length of the slow average", 30, 10, 200),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(tema(close, fast), tema(close, slow)),
});

const kamaTrend = strategy({
  id: "kama_trend",
  title: "Close and KAMA",
  family,
  entry: "The close crosses above KAMA x (1 + `band`), Kaufman's adaptive average over `period` bars",
  exit: "The close crosses below KAMA x (1 - `band`)",
  parameters: {
    period: range("Bars whose efficiency sets the weight", 10, 5, 40),
    fast_sc: range("Length of the EMA that it is in a straight move", 2, 2, 5),
    slow_sc: range("Length of the EMA that it is where prices go nowhere", 30, 15, 60, 5),
    band: range("Distance from the average at which it counts, as a part of it", 0, 0, 0.02, 0.0025),
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
  title: "VWMA and SMA",
  family,
  entry: "The volume-weighted average of closes crosses above their SMA, both over `period` bars",
  exit: "The volume-weighted average crosses below the SMA",
  parameters: { period: range("Length of both averages", 20, 5, 100) },
  rules: ({ period }) => crossing(vwma(close, period), sma(close, period)),
});

const tripleEma = strategy({
  id: "triple_ema",
  title: "Three EMAs in order",
  family,
  core: true,
  entry: "EMA(fast) > EMA(mid) > EMA(slow), and not so on the bar before",
  exit: "EMA(fast) is below EMA(mid)",
  parameters: {
    fast: range("Length of the fast average", 5, 3, 20),
    mid: range("Length of the middle average", 20, 10, 60),
    slow: range("Length of the slow average", 50, 30, 200, 5),
  },
  constraints: ({ fast, mid, slow }) => [less(fast, mid), less(mid, slow)],
  rules: ({ fast, mid, slow }) => {
    const [first, second, third] = [ema(close, fast), ema(close, mid), ema(close, slow)];
    const [firstBefore, secondBefore, thirdBefore] = [before(first, 1), before(second, 1), before(third, 1)];
    // Only a known order can change: where the last average has its first value, nothing begins.
    const wasOtherwise = any(isAtMost(firstBefore, secondBefore), isAtMost(secondBefore, thirdBefore));
    const isKnown = isAbove(thirdBefore, constant(0));
    return buying(
      all(isAbove(first, second), isAbove(second, third), isKnown, wasOtherwise),
      isBelow(first, second),
    );
  },
});

const MOST_EMAS = 10;

const maRibbon = strategy({
  id: "ma_ribbon",
  title: "Ribbon of EMAs",
  family,
  entry:
    "Of `count` EMAs with lengths `start`, `start` + `gap`, ..., at least `agree` are above the next longer one",
  exit: "Fewer than half of the neighbours are in that order",
  parameters: {
    start: range("Length of the shortest average", 10, 5, 30),
    count: range("How many averages there are", 6, 4, MOST_EMAS),
    gap: range("Bars from one length to the next", 5, 2, 15),
    agree: range("Neighbours that must be in order", 5, 3, 9),
  },
  constraints: ({ agree, count }) => [less(agree, count)],
  rules: ({ agree, count, gap, start }) => {
    const averages = Array.from({ length: MOST_EMAS }, (_, at) => ema(close, plus(start, times(gap, at))));
    const inOrder = countOf(
      averages.slice(1).map((longer, at) => {
        const shorter = averages[at] ?? longer;
        return all(less(at + 1, count), isAbove(shorter, longer));
      }),
    );
    // Prices are above 0: so is the longest average that counts, once it has a value.
    const isKnown = isAbove(ema(close, plus(start, times(gap, minus(count, 1)))), constant(0));
    return buying(
      all(isKnown, isAtLeast(inOrder, constant(agree))),
      all(isKnown, isBelow(inOrder, constant(over(minus(count, 1), 2)))),
    );
  },
});

const priceVsSma = strategy({
  id: "price_vs_sma",
  title: "Close and SMA",
  family,
  core: true,
  entry: "The close crosses above SMA(period) x (1 + `band`)",
  exit: "The close crosses below SMA(period) x (1 - `band`)",
  parameters: {
    period: range("Length of the average", 200, 20, 300, 5),
    band: range("Distance from the average at which it counts, as a part of it", 0, 0, 0.05, 0.005),
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
  title: "Slope of an SMA",
  family,
  entry: "SMA(period) crosses above what it was `lag` bars ago: its slope turns up",
  exit: "SMA(period) crosses below what it was `lag` bars ago: its slope turns down",
  parameters: {
    period: range("Length of the average", 50, 10, 200, 5),
    lag: range("Bars that the slope is taken over", 5, 1, 30),
  },
  rules: ({ lag, period }) => {
    const average = sma(close, period);
    return crossing(average, before(average, lag));
  },
});

export const movingAverageTrend = [
  ...[smaCross, emaCross, wmaCross, hmaCross, demaCross, temaCross],
  ...[kamaTrend, vwmaSma, tripleEma, maRibbon, priceVsSma, maSlope],
];
