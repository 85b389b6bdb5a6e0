import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import type { Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { meanReversion } from "../../../../src/modules/strategies/catalogue/mean-reversion.ts";
import { numberOf, type Values } from "../../../../src/modules/strategies/language/numbers.ts";
import { barsOf, flatBars } from "../engine/small-bars.ts";
import { type Decided, decidedOn } from "./decided-on.ts";

function named(id: string): Strategy {
  const found = meanReversion.find((strategy) => strategy.id === id);
  if (found === undefined) throw new Error(`no strategy ${id} in mean reversion`);
  return found;
}

const traded = (bars: Bars, ...volume: number[]): Bars => ({ ...bars, volume: Float64Array.from(volume) });

/** Bars from 10 to 20, so that a close of 12 stands at a fifth of the range. */
const fromTenToTwenty = (...closes: number[]): Bars =>
  barsOf(closes.map((close) => [close, 20, 10, close] as const));

type Case = [id: string, guarantee: string, values: Values, bars: Bars, decided: Decided];

const CASES: Case[] = [
  // RSI from bar 2 on: 50, 75, 44.1, 32.6, 64.
  [
    "rsi_reversion",
    "trades where the RSI comes back out of a zone, not where it goes in",
    { period: 2, oversold: 40, overbought: 60 },
    flatBars(10, 11, 10, 11, 10.3, 10, 10.5),
    { 4: "short", 6: "long" },
  ],
  // Averages over three bars from bar 3 on: 25.7, 27.7, 31; over two: 28.5, 26.5, 33. The fall goes on below the trend.
  [
    "rsi2_connors",
    "buys a fall above the trend, and leaves above the short average",
    { period: 1, entry: 10, exit_ma: 2, trend_ma: 3 },
    flatBars(10, 20, 30, 27, 26, 40),
    { 3: "long", 5: "flat" },
  ],
  // A fall is 0 in all three parts as long as it gets faster; a rise after it is 100.
  [
    "connors_rsi",
    "buys a streak of faster and faster falls, and leaves on the first rise",
    { rsi: 1, streak: 1, rank: 1, entry: 15, exit: 70 },
    flatBars(100, 100, 99, 97, 94, 95, 98),
    { 2: "long", 3: "long", 4: "long", 5: "flat" },
  ],
  // %K: 10, 5, 20, 50, 40, 60, 90, 80; %D: 7.5, 12.5, 35, 45, 50, 75, 85 from bar 1 on. The crossings at 40 and 60 are in no zone.
  [
    "stochastic_kd",
    "trades crossings of %K and %D inside the zones alone",
    { k: 1, smooth_k: 1, d: 2, oversold: 30, overbought: 70 },
    fromTenToTwenty(11, 10.5, 12, 15, 14, 16, 19, 18),
    { 2: "long", 7: "short" },
  ],
  // From bar 4 on the RSI is the highest of three up to bar 6, then the lowest up to bar 9, then the highest.
  [
    "stoch_rsi",
    "trades where the RSI leaves an end of its own range",
    { rsi: 2, k: 3, smooth: 1, oversold: 20, overbought: 80 },
    flatBars(10, 11, 10, 9, 9.5, 11, 12, 11, 10, 9, 12),
    { 7: "short", 10: "long" },
  ],
  // %R: -95, -80, -70, -10, -20, -30.
  [
    "williams_r",
    "needs %R beyond a level, not at it",
    { period: 1, oversold: -80, overbought: -20 },
    fromTenToTwenty(10.5, 12, 13, 19, 18, 17),
    { 2: "long", 5: "short" },
  ],
  // CCI from bar 2 on: -100, -20, 50, 100, 20, -50, 100.
  [
    "cci_reversion",
    "trades where the index comes back from a level or its negative",
    { period: 3, level: 90 },
    flatBars(10, 10, 7, 8, 8, 11, 10, 10, 13),
    { 3: "long", 6: "short" },
  ],
  // 27 of 35 flowed up in bars 2 and 3, nothing down in bars 4 and 5: 0, 77, 100, 100, 52, 0, 53 from bar 2 on.
  [
    "mfi_reversion",
    "trades where the money flow comes back out of a zone",
    { period: 2, oversold: 20, overbought: 80 },
    traded(flatBars(10, 9, 8, 9, 10, 11, 10, 9, 10), 1, 1, 1, 3, 1, 1, 1, 3, 3),
    { 3: "long", 6: "short", 8: "long" },
  ],
  // From bar 3 on the lower band is 7.3, 6.5, 6.3, 6.3, 7.2, the middle 9, 8.25, 7.8, 7.8, 9.8, 11.3, 11.9, the upper 12.5 and 13.6.
  [
    "bollinger_reversion",
    "comes back inside a band on either side, and leaves at the middle",
    { period: 4, mult: 1 },
    flatBars(10, 10, 10, 6, 7, 8.25, 10, 14, 13, 10.5),
    { 4: "long", 5: "flat", 8: "short", 9: "flat" },
  ],
  // The close passes the lower band, 6.4, and is at the middle of 8 at once.
  [
    "bollinger_reversion",
    "opens nothing at the middle band",
    { period: 3, mult: 1 },
    flatBars(10, 10, 10, 6, 8, 9, 10),
    {},
  ],
  // %B from bar 3 on: -0.2, 0.5, 1.04, 1.1, 1.2, 0.5, -0.03, -0.2.
  [
    "percent_b",
    "buys on every bar below its level, and needs the other level passed to leave",
    { period: 3, mult: 1, entry: 0.05, exit: 0.5 },
    flatBars(10, 10, 10, 6, 8, 9, 10, 14, 12, 11, 9),
    { 3: "long", 5: "flat", 9: "long", 10: "long" },
  ],
  // Deviations from the average from bar 3 on: -1.4, 0, 1.1, 1.2, 1.4, 0, -1.1, -1.3.
  [
    "zscore_reversion",
    "buys so many deviations below the average, and leaves nearer to it",
    { period: 3, entry: 1.2, exit: 0.5 },
    flatBars(10, 10, 10, 6, 8, 9, 10, 14, 12, 11, 9),
    { 3: "long", 4: "flat", 10: "long" },
  ],
  // A lower band of 10, 7, 6.75, 7.4 from bar 2 on, and a middle of 10, 8, 7.5, 8.25.
  [
    "keltner_reversion",
    "comes back above the lower band, and leaves at the average",
    { ema: 3, atr: 2, mult: 0.5 },
    flatBars(10, 10, 10, 6, 7, 9, 10),
    { 4: "long", 5: "flat" },
  ],
  // Parts of the range: 0.125, 0.75, 0.875, none, 0.25, 0.025.
  [
    "ibs_reversion",
    "buys near a bar's low and leaves near one's high, and has nothing to say of a bar without range",
    { entry: 0.2, exit: 0.8, trend_ma: 0 },
    barsOf([
      [10, 12, 8, 8.5],
      [10, 12, 8, 11],
      [10, 12, 8, 11.5],
      [10, 10, 10, 10],
      [10, 12, 8, 9],
      [9, 9, 5, 5.1],
    ]),
    { 0: "long", 2: "flat", 5: "long" },
  ],
  // Averages over two bars from bar 1 on: 9.75, 10.15, 10.4, 8.55. The first and last bar stand as low, but not above them.
  [
    "ibs_reversion",
    "buys above the trend alone where it is told to",
    { entry: 0.2, exit: 0.8, trend_ma: 2 },
    barsOf([
      [10, 12, 8, 8.5],
      [10, 12, 8, 11],
      [10, 16, 8, 9.3],
      [12, 20, 11, 11.5],
      [9, 9, 5, 5.1],
    ]),
    { 3: "long" },
  ],
  [
    "down_streak",
    "counts closes that fall one after the other, an unchanged one ending the streak",
    { streak: 2, hold: 5, trend_ma: 0 },
    flatBars(10, 9, 8, 7, 7, 6, 5, 6, 5, 4),
    { 2: "long", 3: "long", 6: "long", 7: "flat", 9: "long" },
  ],
  // The average over four bars is 24.25 at bar 3 and 16.5 at bar 6.
  [
    "down_streak",
    "buys above the trend alone where it is told to",
    { streak: 2, hold: 5, trend_ma: 4 },
    flatBars(10, 30, 29, 28, 29, 5, 4, 3),
    { 3: "long", 4: "flat" },
  ],
  // VWAP 9.3, 9, 8.7 and deviations of 0.94, 0.82, 0.47 from bar 2 on.
  [
    "vwap_reversion",
    "buys so many deviations below the average, and leaves at it",
    { window: 3, mult: 1 },
    traded(flatBars(10, 10, 8, 9, 9), 1, 1, 1, 1, 1),
    { 2: "long", 3: "flat" },
  ],
];

describe("mean reversion", () => {
  it.each(CASES)("%s %s", (id, _, values, bars, decided) => {
    expect(decidedOn(named(id), bars, values)).toEqual(decided);
  });

  it("vwap_reversion waits on a day's first bar for a deviation, and begins anew with the next day", () => {
    // Both days begin with a close below its own typical price. VWAP: 9.7, 9.5, 9.6, 9.7; 9.3, 8.7, 7.1.
    const rows = barsOf([
      [10, 12, 8, 9],
      [10, 10, 10, 8],
      [10, 10, 10, 9.5],
      [10, 10, 10, 10],
      [10, 12, 8, 8],
      [8, 8, 8, 8],
      [4, 4, 4, 4],
    ]);
    const times = rows.times.map((_, bar) => bar * 21_600_000);
    const bars = traded({ ...rows, times }, 1, 1, 1, 1, 1, 1, 1);
    expect(decidedOn(named("vwap_reversion"), bars, { window: 3, mult: 1 }, true)).toEqual({
      ...{ 1: "long", 3: "flat", 6: "long" },
    });
  });

  it("down_streak leaves after its bars at the latest", () => {
    const { hold = 0 } = named("down_streak").rules;
    expect(numberOf(hold, { hold: 4 })).toBe(4);
  });

  it("shorts by the rules that say when, and by no others", () => {
    const both = meanReversion.filter(({ sides }) => sides === "both").map(({ id }) => id);
    expect(both).toEqual([
      ...["rsi_reversion", "stochastic_kd", "stoch_rsi", "williams_r", "cci_reversion"],
      ...["bollinger_reversion", "mfi_reversion"],
    ]);
  });
});
