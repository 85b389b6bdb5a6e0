import { describe, expect, it } from "vitest";
import type { Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { trendSystems } from "../../../../src/modules/strategies/catalogue/trend-systems.ts";
import type { Values } from "../../../../src/modules/strategies/language/numbers.ts";
import { barsOf, flatBars } from "../engine/small-bars.ts";
import { type Decided, decidedOn } from "./decided-on.ts";

function named(id: string): Strategy {
  const found = trendSystems.find((strategy) => strategy.id === id);
  if (found === undefined) throw new Error(`no strategy ${id} among trend systems`);
  return found;
}

type Case = [id: string, guarantee: string, values: Values, closes: number[], decided: Decided];

const repeated = (price: number, bars: number) => new Array<number>(bars).fill(price);
const bar = (high: number, low: number, close = low): [number, number, number, number] => [
  ...([close, high, low, close] as const),
];

const CLOUD = { tenkan: 1, kijun: 2, senkou_b: 3 };

const CASES: Case[] = [
  // The line: 10 above, then 10, 11 and 11 below the close.
  [
    "supertrend",
    "follows the direction's turns, and is not turned by a close on the line",
    { atr_period: 1, factor: 1 },
    [10, 13, 12, 11, 10],
    { 1: "long", 4: "short" },
  ],
  // The stop from bar 1 on: 10, 10, 11, 13, 13, 8.
  [
    "psar_flip",
    "trades where the stop changes its side, not where it is first known",
    { start: 0.5, increment: 0.5, max: 1 },
    [10, 11, 12, 13, 9, 8, 12],
    { 4: "short", 6: "long" },
  ],
  // ADX from bar 2 on: 0, 66.7, 44.4, 48, 61.9, 30.2; the lines cross on each bar.
  [
    "adx_dmi",
    "opens in a trend alone, and leaves without one",
    { period: 2, smoothing: 1, threshold: 50 },
    [10, 11, 10, 12, 9, 13, 4, 12],
    { 3: "long", 4: "flat", 6: "short", 7: "flat" },
  ],
  // Up and down from bar 2 on: 50 and 100, 100 and 50, 50 and 0, 0 and 100, 0 and 100, 100 and 100, 100 and 50.
  [
    "aroon_cross",
    "trades where one line crosses the other, also from a tie",
    { period: 2, level: 60 },
    [10, 11, 9, 12, 11, 10, 10, 10, 11],
    { 3: "long", 5: "short", 8: "long" },
  ],
  // Tenkan is the close, kijun the mean of two, the cloud from the bar before: 9.25 to 9.5 at bar 31, 8.9 to 10 at bar 35.
  [
    "ichimoku_tk",
    "buys a cross above the cloud, not one within it, and leaves at the opposite cross",
    CLOUD,
    [...repeated(10, 30), 9, 11, 12, 11.5, 8, 9],
    { 31: "long", 33: "flat" },
  ],
  // The cloud from bar 4 on: 10, 11 to 11.5, 11 to 11.4, 10.98 to 11.45, 11.1 to 11.2.
  [
    "ichimoku_kumo",
    "trades a close beyond the cloud, and nothing within it",
    CLOUD,
    [10, 10, 10, 10, 12, 11.2, 10.9, 11.3, 11.5],
    { 4: "long", 6: "short", 8: "long" },
  ],
  // Stops of a long and a short position from bar 1 on: 10 and 10, 11.5 and 11.5, 11.75 and 13.25, 10.375 and 11.625.
  [
    "chandelier_flip",
    "turns at the opposite stop, and keeps its side between both",
    { period: 2, mult: 1 },
    [10, 10, 13, 12, 10],
    { 2: "long", 4: "short" },
  ],
  ["chandelier_flip", "opens nothing beyond both stops", { period: 3, mult: 0.1 }, [10, 14, 12], {}],
  // Slopes: 3.8, 5.5, 0 and -5.8 % of the close.
  [
    "linreg_slope",
    "needs a slope beyond the threshold on either side, as a part of the price",
    { period: 2, threshold: 0.05 },
    [100, 104, 110, 110, 104],
    { 2: "long", 4: "short" },
  ],
  [
    "linreg_slope",
    "is exactly 0 on a window that is the same both ways",
    { period: 3, threshold: 0 },
    [10.1, 10.3, 10.1, 10.3, 10.2],
    { 4: "long" },
  ],
  // Heikin-Ashi opens: 10, 10, 10.5, 11.25, 11.125.
  [
    "heikin_ashi",
    "waits for as many bars in a row as it is told to",
    { confirm: 2 },
    [10, 11, 12, 11, 10],
    { 2: "long", 4: "short" },
  ],
  [
    "heikin_ashi",
    "compares with the smoothed open, not with the last price",
    { confirm: 1 },
    [10, 11, 12, 11.5, 10],
    { 1: "long", 4: "short" },
  ],
  // Changes 0, 0, 10, 0 %, the signal from bar 2 on 0, 6.7, 2.2.
  [
    "trix_signal",
    "trades where the change crosses its signal",
    { period: 1, signal: 2 },
    [100, 100, 100, 110, 110],
    { 3: "long", 4: "short" },
  ],
  // In order on bar 2 (12, 11.25, 11) and no more on bar 3 (9, 10.1, 10.3).
  [
    "alligator",
    "sees the order as late as it is told to",
    { lips: 1, teeth: 2, jaw: 3, shift: 1 },
    [10, 11, 12, 9, 9],
    { 3: "long", 4: "flat" },
  ],
  [
    "alligator",
    "sees it at once without a shift",
    { lips: 1, teeth: 2, jaw: 3, shift: 0 },
    [10, 11, 12, 9, 9],
    { 2: "long", 3: "flat" },
  ],
  // The histogram from bar 2 on: 0, 0.33, 0, -0.2.
  [
    "elder_impulse",
    "needs the average and the histogram to go the same way",
    { ema: 1, macd_fast: 1, macd_slow: 2, signal: 2 },
    [10, 10, 10, 13, 14, 13.5],
    { 3: "long", 5: "short" },
  ],
];

describe("trend systems", () => {
  it.each(CASES)("%s %s", (id, _, values, closes, decided) => {
    expect(decidedOn(named(id), flatBars(...closes), values)).toEqual(decided);
  });

  it("aroon_cross opens nothing where the upper line is not above the level", () => {
    // Both lines are at 0 on bar 2; on bar 3 up is at 50.
    const bars = barsOf([bar(12, 8), bar(11, 9), bar(11.5, 9.5), bar(10.5, 9.6)]);
    expect(decidedOn(named("aroon_cross"), bars, { period: 2, level: 50 })).toEqual({});
    expect(decidedOn(named("aroon_cross"), bars, { period: 2, level: 45 })).toEqual({ 3: "long" });
  });

  it("ichimoku_tk leaves a close below the cloud, where its lines have not crossed", () => {
    const still = repeated(10, 30).map((price) => bar(price, price));
    const bars = barsOf([...still, bar(9, 9), bar(11, 11), bar(14, 9.5, 9.6)]);
    expect(decidedOn(named("ichimoku_tk"), bars, CLOUD)).toEqual({ 31: "long", 32: "flat" });
  });

  it("vortex_cross trades where one line crosses the other, also from a tie", () => {
    // Moves up and down from bar 1 on: 3 and 1, 1 and 3, 2 and 2, 3 and 1.
    const bars = barsOf([bar(11, 9), bar(12, 10), bar(11, 9), bar(11, 9), bar(12, 10)]);
    expect(decidedOn(named("vortex_cross"), bars, { period: 1 })).toEqual({ 2: "short", 4: "long" });
  });

  it("heikin_ashi reads the whole bar, not the close alone", () => {
    // Closes stand still; the means of the bars rise and fall.
    const bars = barsOf([bar(10, 10), bar(14, 10), bar(10, 6, 10)]);
    expect(decidedOn(named("heikin_ashi"), bars, { confirm: 1 })).toEqual({ 1: "long", 2: "short" });
  });
});
