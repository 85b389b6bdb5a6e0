import { allOf, crossesOver, crossesUnder, isAbove, isAtLeast, isBelow } from "../language/nodes.ts";
import { atMost, minus } from "../language/numbers.ts";
import { buying, reversing } from "../language/rules.ts";
import { bollinger, keltner, squeeze } from "../language/vocabulary/channels.ts";
import {
  before,
  close,
  constant,
  difference,
  high,
  low,
  product,
  sum,
} from "../language/vocabulary/prices.ts";
import { atr as averageTrueRange, highest, lowest } from "../language/vocabulary/windows.ts";
import { barBreakout } from "./bar-breakout.ts";
import { range, strategy } from "./declare.ts";

const family = "breakout";

const atr = range("Length of the average true range", 10, 5, 30);

const donchianTurtle = strategy({
  id: "donchian_turtle",
  title: "Donchian breakout of the turtles",
  family,
  core: true,
  entry: "The close is above the highest high of the `entry` bars before it",
  exit: "The close is below the lowest low of the `exit` bars before it",
  parameters: {
    entry: range("Bars whose highest high must be passed", 20, 10, 100),
    exit: range("Bars whose lowest low ends a position", 10, 5, 50),
  },
  constraints: ({ entry, exit }) => [atMost(exit, entry)],
  rules: ({ entry, exit }) =>
    buying(isAbove(close, before(highest(high, entry), 1)), isBelow(close, before(lowest(low, exit), 1))),
});

const bollingerBreakout = strategy({
  id: "bollinger_breakout",
  title: "Bollinger breakout",
  family,
  core: true,
  entry: "The close crosses above the upper band, SMA(period) + `mult` deviations",
  exit: "The close crosses below SMA(period)",
  parameters: {
    period: range("Length of the average and the deviation", 20, 10, 60),
    mult: range("Distance of the band, in deviations", 2, 1, 3.5, 0.1),
  },
  rules: ({ mult, period }) => {
    const bands = bollinger(close, period, mult);
    return buying(crossesOver(close, bands.upper), crossesUnder(close, bands.middle));
  },
});

const keltnerBreakout = strategy({
  id: "keltner_breakout",
  title: "Keltner breakout",
  family,
  core: true,
  entry: "The close crosses above the upper Keltner band, EMA(ema) + `mult` x ATR(atr)",
  exit: "The close crosses below EMA(ema)",
  parameters: {
    ema: range("Length of the average", 20, 10, 60),
    atr,
    mult: range("Distance of the band, in average true ranges", 2, 1, 4, 0.1),
  },
  rules: ({ atr, ema, mult }) => {
    const channel = keltner(ema, atr, mult);
    return buying(crossesOver(close, channel.upper), crossesUnder(close, channel.middle));
  },
});

const squeezeBreakout = strategy({
  id: "squeeze_momentum",
  title: "Squeeze momentum",
  family,
  core: true,
  entry:
    "Bollinger's bands, SMA(bb) and `bb_mult` deviations, leave the channel of SMA(kc) and `kc_mult` average true ranges that they lay in, while momentum is above 0: the end of a regression of closes about the channel's middle",
  exit: "Momentum crosses below 0",
  parameters: {
    bb: range("Length of Bollinger's bands", 20, 10, 40),
    bb_mult: range("Distance of Bollinger's bands, in deviations", 2, 1, 3, 0.1),
    kc: range("Length of the channel and of the momentum", 20, 10, 40),
    kc_mult: range("Half the channel's width, in average true ranges", 1.5, 1, 3, 0.1),
  },
  rules: ({ bb, bb_mult, kc, kc_mult }) => {
    const { momentum, on } = squeeze(bb, bb_mult, kc, kc_mult);
    const ends = crossesUnder(on, constant(0.5));
    return buying(allOf(ends, isAbove(momentum, constant(0))), crossesUnder(momentum, constant(0)));
  },
});

const atrBreakout = strategy({
  id: "atr_breakout",
  title: "ATR breakout",
  family,
  core: true,
  entry: "The close is above the close before it + `mult` x ATR(atr) of that bar",
  exit: "The close is below the close before it - `mult` x ATR(atr) of that bar",
  parameters: {
    atr: { ...atr, default: 14 },
    mult: range("Move from close to close, in average true ranges", 1.5, 0.5, 4, 0.1),
  },
  rules: ({ atr, mult }) => {
    const last = before(close, 1);
    // The range before the move: its own would put the level out of the move's reach.
    const reach = product(before(averageTrueRange(atr), 1), mult);
    return reversing(isAbove(close, sum(last, reach)), isBelow(close, difference(last, reach)));
  },
});

const high52w = strategy({
  id: "high_52w",
  title: "Near the 52-week high",
  family,
  entry: "The close is at or above (1 - `near`) x the highest high of the `lookback` bars before it",
  exit: "The close is below the lowest low of the `exit` bars before it",
  parameters: {
    lookback: range("Bars whose highest high counts, 252 for a year of days", 252, 60, 300, 5),
    near: range("Part of the high that the close may be below it", 0, 0, 0.05, 0.005),
    exit: range("Bars whose lowest low ends a position", 60, 10, 120, 5),
  },
  rules: ({ exit, lookback, near }) =>
    buying(
      isAtLeast(close, product(before(highest(high, lookback), 1), minus(1, near))),
      isBelow(close, before(lowest(low, exit), 1)),
    ),
});

export const breakout = [
  ...[donchianTurtle, bollingerBreakout, keltnerBreakout],
  ...[squeezeBreakout, atrBreakout, high52w],
  ...barBreakout,
];
