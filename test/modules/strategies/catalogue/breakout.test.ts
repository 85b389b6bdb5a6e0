import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { breakout } from "../../../../src/modules/strategies/catalogue/breakout.ts";
import type { Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { PreparedStrategy } from "../../../../src/modules/strategies/catalogue/prepare.ts";
import { runStrategy } from "../../../../src/modules/strategies/catalogue/run.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import type { Values } from "../../../../src/modules/strategies/language/numbers.ts";
import { barsOf, flatBars } from "../engine/small-bars.ts";
import { type Decided, decidedOn } from "./decided-on.ts";

function named(id: string): Strategy {
  const found = breakout.find((strategy) => strategy.id === id);
  if (found === undefined) throw new Error(`no strategy ${id} in breakout`);
  return found;
}

type Case = [id: string, guarantee: string, values: Values, bars: Bars, decided: Decided];

const CASES: Case[] = [
  // Highest highs of two bars before: 13, 14, 15, 15.5, 18, 19; lowest lows of one before: 10, 11, 12, 12, 10, 9.
  [
    "donchian_turtle",
    "sets the close against the bars before, and needs it beyond them",
    { entry: 2, exit: 1 },
    barsOf([
      [10, 12, 9, 11],
      [11, 13, 10, 12],
      [12, 14, 11, 13],
      [13, 15, 12, 13.5],
      [13, 15.5, 12, 15],
      [13, 18, 10, 16],
      [15, 16, 9, 10],
      [10, 12, 9, 8.5],
    ]),
    { 5: "long", 7: "flat" },
  ],
  // Upper band and middle from bar 3 on: 10 and 10, 12.7 and 11, 14.5 and 12.25, 15.6 and 13.5, 15.2 and 14, 15 and 13.25, 15.6 and 13.5.
  [
    "bollinger_breakout",
    "buys the crossing of the upper band, and leaves at that of the middle",
    { period: 4, mult: 1 },
    flatBars(10, 10, 10, 10, 14, 15, 15, 12, 11, 16),
    { 4: "long", 7: "flat", 9: "long" },
  ],
  // Upper band and middle from bar 2 on: 10 and 10, 13 and 12, 14.25 and 13.5, 13.9 and 12.75, 12.7 and 11.9, 15.6 and 13.9.
  [
    "keltner_breakout",
    "buys the crossing of the upper band, and leaves at that of the average",
    { ema: 3, atr: 2, mult: 0.5 },
    flatBars(10, 10, 10, 14, 15, 12, 11, 16),
    { 3: "long", 5: "flat", 7: "long" },
  ],
  // True ranges average 0.5, 0.75, 1.9, 1.2, 1.8, 1.2 from bar 1 on: moves of more than 0.75, 1.1, 2.8, 1.8, 2.8, 1.8 count.
  [
    "atr_breakout",
    "measures a move from close to close by the range before it",
    { atr: 2, mult: 1.5 },
    flatBars(10, 11, 10, 13, 12.5, 10, 10.5, 12.5),
    { 2: "short", 3: "long", 5: "short", 7: "long" },
  ],
  // Highs of two bars before: 13, 14, 14.5. At bar 2 the close is a tenth below.
  [
    "high_52w",
    "buys at the high of the bars before",
    { lookback: 2, near: 0, exit: 2 },
    barsOf([
      [10, 12, 9, 11],
      [11, 13, 10, 12],
      [12, 14, 11, 12.9],
      [13, 14.5, 12, 14],
      [13, 14, 9, 10],
    ]),
    { 3: "long", 4: "flat" },
  ],
  // 95 % of those highs is 12.35, 13.3 and 13.775.
  [
    "high_52w",
    "buys near that high where it is told to",
    { lookback: 2, near: 0.05, exit: 2 },
    barsOf([
      [10, 12, 9, 11],
      [11, 13, 10, 12],
      [12, 14, 11, 12.9],
      [13, 14.5, 12, 13.2],
      [13, 14, 9, 10],
    ]),
    { 2: "long", 4: "flat" },
  ],
  // Bar 1 is inside bar 0, from 8 to 14, which bar 2 doesn't leave and bar 3 does; bar 4 is inside bar 3, from 10 to 16.
  [
    "inside_bar",
    "waits for the first close outside the mother bar, and leaves below the one that it was bought at",
    { hold: 5, trend_ma: 0 },
    barsOf([
      [10, 14, 8, 11],
      [11, 13, 9, 12],
      [12, 15, 11, 14],
      [12, 16, 10, 15],
      [13, 15, 12, 14],
      [13, 15.5, 9, 9.5],
      [10, 18, 9, 17],
      [10, 18, 7, 7.5],
    ]),
    { 3: "long", 7: "flat" },
  ],
  // The average over four bars is 17.5 and 14.5 at the two breakouts.
  [
    "inside_bar",
    "buys above the trend alone where it is told to",
    { hold: 5, trend_ma: 4 },
    barsOf([
      [30, 34, 28, 32],
      [11, 14, 8, 11],
      [11, 13, 9, 12],
      [12, 16, 10, 15],
      [13, 15, 12, 14],
      [13, 17, 12, 17],
    ]),
    { 5: "long" },
  ],
  // Ranges of two bars before: 3, 4, 7, 6; bands about the open: 10.5 to 13.5, 11 to 15, 6.5 to 13.5, 7 to 13.
  [
    "dual_thrust",
    "takes each bar for a session where bars are a day or longer",
    { days: 2, k1: 0.5, k2: 0.5 },
    barsOf([
      [10, 12, 9, 11],
      [11, 13, 10, 12],
      [12, 16, 11, 13.6],
      [13, 15, 9, 9],
      [10, 12, 8, 11],
      [10, 12, 7, 7],
    ]),
    { 2: "long", 3: "short" },
  ],
];

/** Levels of a strategy's orders, by the bars in which they work. */
function levelsOf(strategy: Strategy, bars: Bars, values: Values) {
  const options = { crossing: "tradingview", isIntraday: false } as const;
  const orders = new PreparedStrategy(strategy, bars, options).inputs(values).orders ?? {};
  return Object.fromEntries(Object.entries(orders).map(([name, levels]) => [name, [...levels]]));
}

const NONE = Number.NaN;

describe("breakout", () => {
  it.each(CASES)("%s %s", (id, _, values, bars, decided) => {
    expect(decidedOn(named(id), bars, values)).toEqual(decided);
  });

  it("dual_thrust measures whole UTC days before and from the day's open on intraday bars", () => {
    // The first day runs from 9 to 13 with a last close of 12: a range of 3. The second day opens at 12: 10.5 to 13.5.
    const rows = barsOf([
      [10, 13, 9, 10],
      [10, 12, 10, 12],
      [12, 14, 12, 13.5],
      [13, 14, 13, 13.8],
      [20, 25, 20, 24],
      [20, 21, 10, 11],
    ]);
    // The second day: from 12 to 14, closing at 13.8. The third opens at 20: 19 to 21.
    const bars = { ...rows, times: rows.times.map((_, bar) => bar * 43_200_000) };
    expect(decidedOn(named("dual_thrust"), bars, { days: 1, k1: 0.5, k2: 0.5 }, true)).toEqual({
      ...{ 3: "long", 4: "long", 5: "short" },
    });
  });

  it("squeeze_momentum buys where the bands leave the channel upward, and leaves when momentum falls below 0", () => {
    const rows = SQUEEZED.map((close) => [close, close + 1, close - 1, close] as const);
    const values = { bb: 4, bb_mult: 2, kc: 4, kc_mult: 1.5 };
    expect(decidedOn(named("squeeze_momentum"), barsOf(rows), values)).toEqual({ 9: "long", 12: "flat" });
    const fallen = SQUEEZED.map((close) => 20 - close);
    const downward = fallen.map((close) => [close, close + 1, close - 1, close] as const);
    expect(decidedOn(named("squeeze_momentum"), barsOf(downward), values)).toEqual({});
  });

  it("nr7_breakout orders at the high of a bar narrower than all before it, for one bar, and guards its low", () => {
    // Ranges of 5, 4, 2, 2, 1.5, 4.5, 4 and 6: bar 3 is as narrow as the one before, not narrower.
    const bars = barsOf([
      [10, 14, 9, 11],
      [11, 14, 10, 12],
      [12, 13, 11, 12],
      [12, 14, 12, 13],
      [13, 13.5, 12, 13],
      [13, 17, 12.5, 16],
      [13, 17, 13, 16],
      [13, 17, 11, 16],
    ]);
    const levels = levelsOf(named("nr7_breakout"), bars, { n: 3, hold: 5 });
    expect(levels).toEqual({
      longEntryStop: [NONE, NONE, NONE, 13, NONE, 13.5, NONE, NONE],
      longExitStop: [NONE, NONE, NONE, 11, 11, 12, 12, 12],
    });
    const settings = engineSettings({});
    const options = { crossing: "tradingview", isIntraday: false } as const;
    const { run } = runStrategy(named("nr7_breakout"), { n: 3, hold: 5 }, bars, settings, options);
    expect(
      run.trades.map(({ entryBar, entryPrice, exitBar, exitPrice }) => [
        entryBar,
        entryPrice,
        exitBar,
        exitPrice,
      ]),
    ).toEqual([[3, 13, 7, 12]]);
  });

  it("williams_vol_break orders above the close by a part of the range, and leaves at the open after its bars", () => {
    const bars = barsOf([
      [10, 12, 9, 11],
      [11, 11, 11, 11],
      [12, 16, 11, 13],
      [14, 17, 13, 16],
      [15, 15, 15, 15],
    ]);
    const levels = levelsOf(named("williams_vol_break"), bars, { k: 0.5, hold: 1 });
    expect(levels).toEqual({ longEntryStop: [NONE, 12.5, NONE, 15.5, 18] });
    const settings = engineSettings({});
    const options = { crossing: "tradingview", isIntraday: false } as const;
    const { run } = runStrategy(named("williams_vol_break"), { k: 0.5, hold: 1 }, bars, settings, options);
    expect(
      run.trades.map(({ entryBar, entryPrice, exitBar, exitPrice }) => [
        entryBar,
        entryPrice,
        exitBar,
        exitPrice,
      ]),
    ).toEqual([[3, 15.5, 4, 15]]);
  });

  it("shorts by the rules that say when, and by no others", () => {
    const both = breakout.filter(({ sides }) => sides === "both").map(({ id }) => id);
    expect(both).toEqual(["atr_breakout", "dual_thrust"]);
  });
});

/**
 * Eight bars that hardly move, then a rise and a fall. The bands leave the channel on bar 9, where momentum is 3.3, and lie in it
 * again from bar 11 on; momentum is 0.7 on bar 11 and -2.9 on bar 12.
 */
const SQUEEZED = [10, 10.2, 10, 10.2, 10, 10.2, 10, 10.2, 14, 16, 17, 15, 11];
