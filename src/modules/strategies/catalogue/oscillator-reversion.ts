import { allOf, crossesOver, crossesUnder, isAbove, isBelow, type Series } from "../language/nodes.ts";
import { less, minus, type Num } from "../language/numbers.ts";
import { buying, type Rules, reversing } from "../language/rules.ts";
import { sma } from "../language/vocabulary/averages.ts";
import {
  cci,
  connorsRsi,
  mfi,
  stochastic,
  stochasticRsi,
  williamsR,
} from "../language/vocabulary/oscillators.ts";
import { close, constant } from "../language/vocabulary/prices.ts";
import { rsi } from "../language/vocabulary/windows.ts";
import { range, strategy } from "./declare.ts";

const family = "mean_reversion";

const oversold = range("Level below which it counts as oversold", 20, 5, 35);
const overbought = range("Level above which it counts as overbought", 80, 65, 95);

/** Long where it leaves the oversold zone, short where it leaves the overbought one. */
const leavingZones = (oscillator: Series, oversold: Num, overbought: Num): Rules =>
  reversing(crossesOver(oscillator, constant(oversold)), crossesUnder(oscillator, constant(overbought)));

const rsiReversion = strategy({
  id: "rsi_reversion",
  title: "RSI reversion",
  family,
  core: true,
  entry: "RSI(period) crosses back above `oversold`",
  exit: "RSI(period) crosses back below `overbought`",
  parameters: {
    period: range("Length of the RSI", 14, 2, 30),
    oversold: range("Level below which it counts as oversold", 30, 10, 40),
    overbought: range("Level above which it counts as overbought", 70, 60, 90),
  },
  constraints: ({ oversold, overbought }) => [less(oversold, overbought)],
  rules: ({ overbought, oversold, period }) => leavingZones(rsi(close, period), oversold, overbought),
});

const rsi2Connors = strategy({
  id: "rsi2_connors",
  title: "Connors' RSI(2)",
  family,
  core: true,
  entry: "The close is above SMA(trend_ma) while RSI(period) is below `entry`",
  exit: "The close is above SMA(exit_ma); such a bar opens nothing either",
  parameters: {
    period: range("Length of the RSI", 2, 2, 5),
    entry: range("Level below which the RSI must be", 10, 2, 25),
    exit_ma: range("Length of the average that ends a position", 5, 3, 20),
    trend_ma: range("Length of the average that tells the trend", 200, 50, 250, 10),
  },
  constraints: ({ exit_ma, trend_ma }) => [less(exit_ma, trend_ma)],
  rules: ({ entry, exit_ma, period, trend_ma }) =>
    buying(
      allOf(isAbove(close, sma(close, trend_ma)), isBelow(rsi(close, period), constant(entry))),
      isAbove(close, sma(close, exit_ma)),
    ),
});

const connorsComposite = strategy({
  id: "connors_rsi",
  title: "Connors RSI",
  family,
  entry:
    "The mean of RSI(rsi) of closes, RSI(streak) of the number of closes in a row that rose or fell, and the percent rank of the last change among the `rank` before it is below `entry`",
  exit: "That mean is above `exit`",
  parameters: {
    rsi: range("Length of the RSI of closes", 3, 2, 10),
    streak: range("Length of the RSI of streaks", 2, 2, 5),
    rank: range("Changes that the last one is ranked among", 100, 50, 200, 10),
    entry: range("Level below which it buys", 15, 5, 30),
    exit: range("Level above which it leaves", 70, 50, 90),
  },
  constraints: ({ entry, exit }) => [less(entry, exit)],
  rules: ({ entry, exit, rank, rsi, streak }) => {
    const composite = connorsRsi(close, rsi, streak, rank);
    return buying(isBelow(composite, constant(entry)), isAbove(composite, constant(exit)));
  },
});

const stochasticKd = strategy({
  id: "stochastic_kd",
  title: "Stochastic, %K and %D",
  family,
  core: true,
  entry: "%K crosses above %D, and is still below `oversold` there",
  exit: "%K crosses below %D, and is still above `overbought` there",
  parameters: {
    k: range("Bars of the range that the close is set against", 14, 5, 30),
    smooth_k: range("Length of the average that makes %K", 3, 1, 6),
    d: range("Length of the average of %K that makes %D", 3, 2, 8),
    ...{ oversold, overbought },
  },
  constraints: ({ oversold, overbought }) => [less(oversold, overbought)],
  rules: ({ d, k, overbought, oversold, smooth_k }) => {
    const lines = stochastic(k, smooth_k, d);
    return reversing(
      allOf(crossesOver(lines.k, lines.d), isBelow(lines.k, constant(oversold))),
      allOf(crossesUnder(lines.k, lines.d), isAbove(lines.k, constant(overbought))),
    );
  },
});

const stochRsi = strategy({
  id: "stoch_rsi",
  title: "Stochastic RSI",
  family,
  entry: "The stochastic of RSI(rsi) over `k` bars, averaged over `smooth`, crosses above `oversold`",
  exit: "That line crosses below `overbought`",
  parameters: {
    rsi: range("Length of the RSI", 14, 7, 28),
    k: range("Bars of the range that the RSI is set against", 14, 7, 28),
    smooth: range("Length of the average of the line", 3, 1, 6),
    ...{ oversold, overbought },
  },
  constraints: ({ oversold, overbought }) => [less(oversold, overbought)],
  rules: ({ k, overbought, oversold, rsi, smooth }) =>
    leavingZones(stochasticRsi(close, rsi, k, smooth), oversold, overbought),
});

const williamsReversion = strategy({
  id: "williams_r",
  title: "Williams %R",
  family,
  entry: "Williams' %R over `period` bars, -100 to 0, crosses above `oversold`",
  exit: "%R crosses below `overbought`",
  parameters: {
    period: range("Bars of the range that the close is set against", 14, 5, 40),
    oversold: range("Level below which it counts as oversold", -80, -95, -65),
    overbought: range("Level above which it counts as overbought", -20, -35, -5),
  },
  rules: ({ overbought, oversold, period }) => leavingZones(williamsR(period), oversold, overbought),
});

const cciReversion = strategy({
  id: "cci_reversion",
  title: "CCI reversion",
  family,
  core: true,
  entry: "The commodity channel index of typical prices over `period` bars crosses back above -`level`",
  exit: "The index crosses back below `level`",
  parameters: {
    period: range("Length of the index", 20, 10, 60),
    level: range("Distance from 0 at which it counts as stretched", 100, 50, 200, 5),
  },
  rules: ({ level, period }) => leavingZones(cci(period), minus(0, level), level),
});

export const mfiReversion = strategy({
  id: "mfi_reversion",
  title: "Money flow index",
  family,
  entry: "The money flow index over `period` bars crosses above `oversold`",
  exit: "The index crosses below `overbought`",
  parameters: { period: range("Length of the index", 14, 5, 30), oversold, overbought },
  constraints: ({ oversold, overbought }) => [less(oversold, overbought)],
  rules: ({ overbought, oversold, period }) => leavingZones(mfi(period), oversold, overbought),
});

export const oscillatorReversion = [
  ...[rsiReversion, rsi2Connors, connorsComposite, stochasticKd],
  ...[stochRsi, williamsReversion, cciReversion],
];
