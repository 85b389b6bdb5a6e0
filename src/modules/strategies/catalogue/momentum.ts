import {
  allOf,
  type Condition,
  crossesOver,
  crossesUnder,
  everyBars,
  isAbove,
  isAtLeast,
  isAtMost,
  isBelow,
  lasting,
} from "../language/nodes.ts";
import { atMost, less, minus } from "../language/numbers.ts";
import { crossing, reversing } from "../language/rules.ts";
import { ema } from "../language/vocabulary/averages.ts";
import { awesome, cmo, coppock, kst, macd, ppo, tsi } from "../language/vocabulary/momentum.ts";
import { before, close, constant, difference, middle } from "../language/vocabulary/prices.ts";
import { roc, rsi } from "../language/vocabulary/windows.ts";
import { range, strategy } from "./declare.ts";

const family = "momentum";

const fast = range("Length of the fast average", 12, 5, 30);
const slow = range("Length of the slow average", 26, 15, 80);
const signal = range("Length of the signal, an average of the line", 9, 3, 20);
const ZERO = constant(0);

export const macdSignal = strategy({
  id: "macd_signal",
  title: "MACD and its signal",
  family,
  core: true,
  entry: "The MACD line, EMA(fast) - EMA(slow), crosses above its signal, an EMA of it",
  exit: "The MACD line crosses below its signal",
  parameters: { fast, slow, signal },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow, signal }) => {
    const lines = macd(close, fast, slow, signal);
    return crossing(lines.line, lines.signal);
  },
});

export const macdZero = strategy({
  id: "macd_zero",
  title: "MACD and zero",
  family,
  entry: "The MACD line, EMA(fast) - EMA(slow), crosses above 0",
  exit: "The MACD line crosses below 0",
  parameters: { fast, slow },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(difference(ema(close, fast), ema(close, slow)), ZERO),
});

export const macdHistTurn = strategy({
  id: "macd_hist_turn",
  title: "Turn of the MACD histogram",
  family,
  entry: "The MACD histogram is below 0 and has risen on each of the last `bars` bars",
  exit: "The MACD histogram is above 0 and has fallen on each of the last `bars` bars",
  parameters: { fast, slow, signal, bars: range("Bars in a row that it turns for", 2, 1, 5) },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ bars, fast, slow, signal }) => {
    const { histogram } = macd(close, fast, slow, signal);
    const last = before(histogram, 1);
    return reversing(
      allOf(isBelow(histogram, ZERO), lasting(isAbove(histogram, last), bars)),
      allOf(isAbove(histogram, ZERO), lasting(isBelow(histogram, last), bars)),
    );
  },
});

export const ppoSignal = strategy({
  id: "ppo_signal",
  title: "PPO and its signal",
  family,
  entry:
    "The percentage price oscillator, MACD in percent of EMA(slow), crosses above its signal, an EMA of it",
  exit: "The oscillator crosses below its signal",
  parameters: { fast, slow, signal },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow, signal }) => {
    const lines = ppo(close, fast, slow, signal);
    return crossing(lines.line, lines.signal);
  },
});

export const rsiTrend = strategy({
  id: "rsi_trend",
  title: "RSI as a trend",
  family,
  entry: "RSI(period) crosses above `upper`",
  exit: "RSI(period) crosses below `lower`",
  parameters: {
    period: range("Length of the RSI", 14, 5, 40),
    upper: range("Level above which momentum is up", 55, 50, 70),
    lower: range("Level below which momentum is down", 45, 30, 50),
  },
  constraints: ({ lower, upper }) => [atMost(lower, upper)],
  rules: ({ lower, period, upper }) => {
    const strength = rsi(close, period);
    return reversing(crossesOver(strength, constant(upper)), crossesUnder(strength, constant(lower)));
  },
});

export const rocZero = strategy({
  id: "roc_zero",
  title: "Rate of change",
  family,
  core: true,
  entry: "The change of the close over `period` bars, in percent, crosses above `threshold`",
  exit: "That change crosses below -`threshold`",
  parameters: {
    period: range("Bars that the change is taken over", 12, 3, 120),
    threshold: range("Distance from 0 at which it counts, in percent", 0, 0, 5, 0.25),
  },
  rules: ({ period, threshold }) => {
    const change = roc(close, period);
    return reversing(
      crossesOver(change, constant(threshold)),
      crossesUnder(change, constant(minus(0, threshold))),
    );
  },
});

export const tsMomentum = strategy({
  id: "ts_momentum",
  title: "Time-series momentum",
  family,
  core: true,
  entry:
    "On every `rebalance`-th bar from the first: the close `skip` bars ago is above the close `lookback` bars ago",
  exit: "On such a bar it is not above; a short position needs it below, and is left where it is not",
  parameters: {
    lookback: range("Bars ago at which the return begins", 252, 20, 300, 5),
    skip: range("Bars ago at which the return ends", 21, 0, 30),
    rebalance: range("Bars from one decision to the next", 21, 1, 63),
  },
  constraints: ({ lookback, skip }) => [less(skip, lookback)],
  rules: ({ lookback, rebalance, skip }) => {
    const [end, start] = [before(close, skip), before(close, lookback)];
    const decided = (condition: Condition) => allOf(everyBars(rebalance), condition);
    return {
      long: decided(isAbove(end, start)),
      exitLong: decided(isAtMost(end, start)),
      short: decided(isBelow(end, start)),
      exitShort: decided(isAtLeast(end, start)),
    };
  },
});

export const tsiSignal = strategy({
  id: "tsi_signal",
  title: "True strength index and its signal",
  family,
  entry: "The true strength index crosses above its signal, an EMA of it",
  exit: "The index crosses below its signal",
  parameters: {
    long: range("Length of the first smoothing", 25, 10, 50),
    short: range("Length of the second smoothing", 13, 5, 30),
    signal: range("Length of the signal", 13, 3, 25),
  },
  constraints: ({ long, short }) => [less(short, long)],
  rules: ({ long, short, signal }) => {
    const lines = tsi(close, long, short, signal);
    return crossing(lines.line, lines.signal);
  },
});

export const awesomeOsc = strategy({
  id: "awesome_osc",
  title: "Awesome oscillator",
  family,
  entry: "SMA(fast) - SMA(slow) of middle prices, (high + low) / 2, crosses above 0",
  exit: "That difference crosses below 0",
  parameters: {
    fast: range("Length of the fast average", 5, 3, 15),
    slow: range("Length of the slow average", 34, 20, 60),
  },
  constraints: ({ fast, slow }) => [less(fast, slow)],
  rules: ({ fast, slow }) => crossing(awesome(middle, fast, slow), ZERO),
});

export const kstSignal = strategy({
  id: "kst_signal",
  title: "Know sure thing and its signal",
  family,
  entry:
    "KST, a weighted sum of smoothed rates of change with all lengths times `scale`, crosses above its signal, an SMA of it",
  exit: "KST crosses below its signal",
  parameters: {
    scale: range("Factor of Pring's lengths (10, 15, 20 and 30 bars)", 1, 0.5, 2, 0.25),
    signal: range("Length of the signal", 9, 5, 20),
  },
  rules: ({ scale, signal }) => {
    const lines = kst(close, scale, signal);
    return crossing(lines.line, lines.signal);
  },
});

export const coppockCurve = strategy({
  id: "coppock",
  title: "Coppock curve",
  family,
  entry:
    "The Coppock curve, WMA(wma) of ROC(roc1) + ROC(roc2) on the bars given (the defaults are meant for monthly ones), crosses above 0",
  exit: "The curve crosses below 0",
  parameters: {
    roc1: range("Bars of the first rate of change", 14, 8, 24),
    roc2: range("Bars of the second rate of change", 11, 6, 20),
    wma: range("Length of the weighted average", 10, 5, 20),
  },
  rules: ({ roc1, roc2, wma }) => crossing(coppock(close, roc1, roc2, wma), ZERO),
});

export const cmoZero = strategy({
  id: "cmo_zero",
  title: "Chande momentum oscillator",
  family,
  entry: "Chande's momentum oscillator over `period` bars crosses above 0",
  exit: "The oscillator crosses below 0",
  parameters: { period: range("Length of the oscillator", 14, 5, 40) },
  rules: ({ period }) => crossing(cmo(close, period), ZERO),
});

export const momentum = [
  ...[macdSignal, macdZero, macdHistTurn, ppoSignal, rsiTrend, rocZero],
  ...[tsMomentum, tsiSignal, awesomeOsc, kstSignal, coppockCurve, cmoZero],
];
