import { allOf, isAbove, isBelow, onlyWhen, valueWhen } from "../language/nodes.ts";
import { minus } from "../language/numbers.ts";
import { buying, reversing } from "../language/rules.ts";
import { motherBar } from "../language/vocabulary/patterns.ts";
import { before, close, difference, high, low, product, sum } from "../language/vocabulary/prices.ts";
import { sessionThrust } from "../language/vocabulary/sessions.ts";
import { lowest } from "../language/vocabulary/windows.ts";
import { range, strategy } from "./declare.ts";
import { aboveTrend } from "./trend-filter.ts";

const family = "breakout";

const barRange = difference(high, low);

const nr7Breakout = strategy({
  id: "nr7_breakout",
  title: "Narrowest range breakout",
  family,
  entry:
    "After a bar whose range, high - low, is below that of each of the `n` - 1 bars before it: a stop order at its high, for the next bar only",
  exit: "A stop at the low of the last such bar, or the open after `hold` bars",
  parameters: {
    n: range("Bars of which the last has the narrowest range", 7, 4, 12),
    hold: range("Bars after which it leaves", 5, 1, 15),
  },
  rules: ({ hold, n }) => {
    const isNarrowest = isBelow(barRange, before(lowest(barRange, minus(n, 1)), 1));
    return {
      orders: { longEntryStop: onlyWhen(isNarrowest, high), longExitStop: valueWhen(isNarrowest, low) },
      hold,
    };
  },
});

const insideBar = strategy({
  id: "inside_bar",
  title: "Inside bar breakout",
  family,
  entry:
    "After an inside bar, with a lower high and a higher low than the bar before it, the mother bar: the first close outside the mother bar's range is above it, and above SMA(trend_ma) unless `trend_ma` is 0",
  exit: "The close is below the low of the mother bar that it was bought at, or `hold` bars have passed",
  parameters: {
    hold: range("Bars after which it leaves", 5, 1, 15),
    trend_ma: range("Length of the average that tells the trend, 0 for none", 50, 0, 200, 10),
  },
  rules: ({ hold, trend_ma }) => {
    const hasBroken = allOf(isAbove(close, before(motherBar.high, 1)), aboveTrend(trend_ma));
    const floor = valueWhen(hasBroken, before(motherBar.low, 1));
    return { ...buying(hasBroken, isBelow(close, floor)), hold };
  },
});

const dualThrust = strategy({
  id: "dual_thrust",
  title: "Dual Thrust",
  family,
  entry:
    "The close is above the session's open + `k1` x the range of the last `days` whole sessions: the larger of highest high - lowest close and highest close - lowest low. A session is a UTC day on intraday bars, otherwise a bar",
  exit: "The close is below the session's open - `k2` x that range",
  parameters: {
    days: range("Whole sessions that the range is taken over", 4, 1, 10),
    k1: range("Part of the range above the open", 0.5, 0.2, 1, 0.05),
    k2: range("Part of the range below the open", 0.5, 0.2, 1, 0.05),
  },
  rules: ({ days, k1, k2 }) => {
    const session = sessionThrust(days);
    return reversing(
      isAbove(close, sum(session.open, product(session.range, k1))),
      isBelow(close, difference(session.open, product(session.range, k2))),
    );
  },
});

const williamsVolBreak = strategy({
  id: "williams_vol_break",
  title: "Williams' volatility breakout",
  family,
  entry:
    "After a bar that has a range: a stop order at its close + `k` x its range, high - low, for the next bar only. The close stands for the next open, which isn't known when the order is placed",
  exit: "The open after `hold` bars",
  parameters: {
    k: range("Part of the range above the close", 0.5, 0.2, 1.2, 0.05),
    hold: range("Bars after which it leaves", 1, 1, 5),
  },
  rules: ({ hold, k }) => ({
    orders: { longEntryStop: onlyWhen(isAbove(high, low), sum(close, product(barRange, k))) },
    hold,
  }),
});

export const barBreakout = [nr7Breakout, insideBar, dualThrust, williamsVolBreak];
