import {
  allOf,
  crossesOver,
  crossesUnder,
  isAbove,
  isAtLeast,
  isAtMost,
  isBelow,
  lasting,
} from "../language/nodes.ts";
import { less, minus } from "../language/numbers.ts";
import { buying } from "../language/rules.ts";
import { bollinger, keltner, percentB, zScore } from "../language/vocabulary/channels.ts";
import { barStrength } from "../language/vocabulary/oscillators.ts";
import { before, close, constant, difference, product } from "../language/vocabulary/prices.ts";
import { vwapLines } from "../language/vocabulary/volume.ts";
import { range, strategy } from "./declare.ts";
import { mfiReversion, oscillatorReversion } from "./oscillator-reversion.ts";
import { aboveTrend } from "./trend-filter.ts";

const family = "mean_reversion";

const period = range("Length of the average and the deviation", 20, 10, 60);
const deviations = range("Distance of the bands, in deviations", 2, 1, 3.5, 0.1);

const bollingerReversion = strategy({
  id: "bollinger_reversion",
  title: "Bollinger reversion",
  family,
  core: true,
  entry:
    "The close crosses back above the lower band, SMA(period) - `mult` deviations; for a short, back below the upper one",
  exit: "The close is at or above the middle band, for a short at or below it; such a bar opens nothing on that side either",
  parameters: { period, mult: deviations },
  rules: ({ mult, period }) => {
    const bands = bollinger(close, period, mult);
    return {
      long: crossesOver(close, bands.lower),
      exitLong: isAtLeast(close, bands.middle),
      short: crossesUnder(close, bands.upper),
      exitShort: isAtMost(close, bands.middle),
    };
  },
});

const percentBReversion = strategy({
  id: "percent_b",
  title: "Bollinger %B",
  family,
  entry: "%B, 0 where the close is on the lower Bollinger band and 1 on the upper one, is below `entry`",
  exit: "%B is above `exit`",
  parameters: {
    ...{ period, mult: deviations },
    entry: range("%B below which it buys", 0.05, -0.2, 0.3, 0.05),
    exit: range("%B above which it leaves", 0.5, 0.3, 1, 0.05),
  },
  constraints: ({ entry, exit }) => [less(entry, exit)],
  rules: ({ entry, exit, mult, period }) => {
    const place = percentB(close, period, mult);
    return buying(isBelow(place, constant(entry)), isAbove(place, constant(exit)));
  },
});

const zscoreReversion = strategy({
  id: "zscore_reversion",
  title: "Z-score reversion",
  family,
  core: true,
  entry: "The close's distance from SMA(period), in deviations over the same bars, is below -`entry`",
  exit: "That distance is above -`exit`",
  parameters: {
    period: range("Length of the average and the deviation", 20, 5, 100),
    entry: range("Deviations below the average at which it buys", 2, 0.5, 3.5, 0.1),
    exit: range("Deviations below the average at which it leaves", 0, -0.5, 1, 0.1),
  },
  constraints: ({ entry, exit }) => [less(exit, entry)],
  rules: ({ entry, exit, period }) => {
    const distance = zScore(close, period);
    return buying(isBelow(distance, constant(minus(0, entry))), isAbove(distance, constant(minus(0, exit))));
  },
});

const keltnerReversion = strategy({
  id: "keltner_reversion",
  title: "Keltner reversion",
  family,
  entry: "The close crosses back above the lower Keltner band, EMA(ema) - `mult` x ATR(atr)",
  exit: "The close is at or above EMA(ema); such a bar opens nothing either",
  parameters: {
    ema: range("Length of the average", 20, 10, 60),
    atr: range("Length of the average true range", 10, 5, 30),
    mult: range("Distance of the bands, in average true ranges", 2, 1, 4, 0.1),
  },
  rules: ({ atr, ema, mult }) => {
    const channel = keltner(ema, atr, mult);
    return buying(crossesOver(close, channel.lower), isAtLeast(close, channel.middle));
  },
});

const ibsReversion = strategy({
  id: "ibs_reversion",
  title: "Internal bar strength",
  family,
  entry:
    "The close stands in the bar's range, 0 at its low and 1 at its high, below `entry`, and is above SMA(trend_ma) unless `trend_ma` is 0",
  exit: "The close stands in the bar's range above `exit`",
  parameters: {
    entry: range("Part of the range below which it buys", 0.2, 0.05, 0.4, 0.05),
    exit: range("Part of the range above which it leaves", 0.8, 0.5, 0.95, 0.05),
    trend_ma: range("Length of the average that tells the trend, 0 for none", 0, 0, 200, 50),
  },
  constraints: ({ entry, exit }) => [less(entry, exit)],
  rules: ({ entry, exit, trend_ma }) =>
    buying(
      allOf(isBelow(barStrength, constant(entry)), aboveTrend(trend_ma)),
      isAbove(barStrength, constant(exit)),
    ),
});

const downStreak = strategy({
  id: "down_streak",
  title: "Falling closes in a row",
  family,
  entry:
    "Each of the last `streak` closes is below the one before, and the last one is above SMA(trend_ma) unless `trend_ma` is 0",
  exit: "A close is above the one before, or `hold` bars have passed",
  parameters: {
    streak: range("Closes in a row that fall", 3, 2, 7),
    hold: range("Bars after which it leaves", 5, 1, 15),
    trend_ma: range("Length of the average that tells the trend, 0 for none", 200, 0, 250, 50),
  },
  rules: ({ hold, streak, trend_ma }) => {
    const last = before(close, 1);
    return {
      ...buying(allOf(lasting(isBelow(close, last), streak), aboveTrend(trend_ma)), isAbove(close, last)),
      hold,
    };
  },
});

const vwapReversion = strategy({
  id: "vwap_reversion",
  title: "VWAP reversion",
  family,
  entry:
    "The close is below VWAP - `mult` deviations, weighted by volume as well and above 0: since midnight UTC on intraday bars, over the last `window` bars on others",
  exit: "The close is at or above VWAP",
  parameters: {
    window: range("Bars of the average, where bars are a day or longer", 20, 5, 100),
    mult: range("Distance from the average, in deviations", 2, 0.5, 4, 0.1),
  },
  rules: ({ mult, window }) => {
    const [vwap, deviation] = vwapLines(window);
    // A session's first bar has no deviation yet: any close below its own typical price would do.
    const isStretched = isBelow(close, difference(vwap, product(deviation, mult)));
    return buying(allOf(isAbove(deviation, constant(0)), isStretched), isAtLeast(close, vwap));
  },
});

export const meanReversion = [
  ...oscillatorReversion,
  ...[bollingerReversion, percentBReversion, zscoreReversion, keltnerReversion],
  ...[ibsReversion, mfiReversion, downStreak, vwapReversion],
];
