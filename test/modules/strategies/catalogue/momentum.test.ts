import { describe, expect, it } from "vitest";
import type { Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { momentum } from "../../../../src/modules/strategies/catalogue/momentum.ts";
import type { Values } from "../../../../src/modules/strategies/language/numbers.ts";
import { barsOf, flatBars } from "../engine/small-bars.ts";
import { type Decided, decidedOn } from "./decided-on.ts";

function named(id: string): Strategy {
  const found = momentum.find((strategy) => strategy.id === id);
  if (found === undefined) throw new Error(`no strategy ${id} in momentum`);
  return found;
}

type Case = [id: string, guarantee: string, values: Values, closes: number[], decided: Decided];

const SHORT_MACD = { fast: 1, slow: 2, signal: 2 };

/** Closes whose MACD (1, 2, 2) has these values as its histogram from bar 2 on. */
function closesOf(histogram: readonly number[]): number[] {
  const closes = [100, 100];
  let [slow, signal] = [100, 0];
  for (const [bar, wanted] of histogram.entries()) {
    const line = bar === 0 ? 2 * wanted : signal + 3 * wanted;
    closes.push(slow + 3 * line);
    slow += 2 * line;
    signal = line - wanted;
  }
  return closes;
}

// With lengths of 1 and 2 the slow average is 10, 8, 8, 8, 6, 7.33 from bar 1 on, the line 0, -1, 0, 0, -1, 0.67.
const V_SHAPED = [10, 10, 7, 8, 8, 5, 8];

const CASES: Case[] = [
  [
    "macd_signal",
    "trades where the line crosses its signal, on whichever side of 0",
    SHORT_MACD,
    V_SHAPED,
    { 3: "long", 5: "short", 6: "long" },
  ],
  [
    "macd_zero",
    "trades where the line crosses 0, and not where it only comes back to it",
    { fast: 1, slow: 2 },
    V_SHAPED,
    { 2: "short", 5: "short", 6: "long" },
  ],
  [
    "macd_hist_turn",
    "buys a histogram below 0 that has risen for its bars, and leaves one above 0 that has fallen for them",
    { ...SHORT_MACD, bars: 2 },
    closesOf([-0.5, -0.4, -0.3, -0.2, 0.3, 0.2, 0.1, 0.2, 0.1]),
    { 4: "long", 5: "long", 8: "short" },
  ],
  [
    "macd_hist_turn",
    "asks for more bars in a row where it is told to",
    { ...SHORT_MACD, bars: 3 },
    closesOf([-0.5, -0.4, -0.3, -0.2, 0.3, 0.2, 0.1, 0.2, 0.1]),
    { 5: "long" },
  ],
  [
    "ppo_signal",
    "trades where the oscillator crosses its signal",
    SHORT_MACD,
    V_SHAPED,
    { 3: "long", 5: "short", 6: "long" },
  ],
  // The slow average is 11.5, 14.5, 17.7: the line grows from 1.5 to 1.6, in percent it falls.
  ["macd_signal", "sees a rise that grows in money", SHORT_MACD, [10, 13, 16, 19.3], { 3: "long" }],
  ["ppo_signal", "sees no rise that shrinks in percent", SHORT_MACD, [10, 13, 16, 19.3], {}],
  // RSI: 50, 75, 44.1, 32.6, 63.95.
  [
    "rsi_trend",
    "keeps its side between the levels",
    { period: 2, upper: 60, lower: 40 },
    [10, 11, 10, 11, 10.3, 10, 10.5],
    { 3: "long", 5: "short", 6: "long" },
  ],
  // Changes over two bars: 4, 5, 5.8, -1.9, -5 and -12.6 %.
  [
    "roc_zero",
    "needs a change beyond the threshold on either side, not one at it",
    { period: 2, threshold: 5 },
    [100, 100, 104, 105, 110, 103, 104.5, 90],
    { 4: "long", 7: "short" },
  ],
  // Compared are closes 5 and 2, 8 and 5, 11 and 8, 14 and 11.
  [
    "ts_momentum",
    "decides on every rebalancing bar alone, and goes out where nothing has changed",
    { lookback: 4, skip: 1, rebalance: 3 },
    [10, 10, 10, 10, 10, 12, 8, 8, 8, 8, 20, 8, 8, 8, 9, 9],
    { 6: "long", 9: "short", 12: "flat", 15: "long" },
  ],
  // The last bar but one is skipped: what it does changes nothing.
  [
    "ts_momentum",
    "sees nothing of the bars that it skips",
    { lookback: 2, skip: 1, rebalance: 1 },
    [10, 11, 5, 5],
    { 2: "long", 3: "short" },
  ],
  // Index and signal from bar 3 on: 71 and -14, 85 and 52, -51 and -17, 72 and 42.
  [
    "tsi_signal",
    "trades where the index crosses its signal",
    { long: 2, short: 1, signal: 2 },
    [10, 9, 8, 11, 12, 10, 14],
    { 5: "short", 6: "long" },
  ],
  // All rates are over one bar but the slowest, over two: 6·roc(1) + 4·roc(2) is 100, 40, 100, 40, 0, 100.
  [
    "kst_signal",
    "trades where the sum of rates crosses its simple average",
    { scale: 0.05, signal: 2 },
    [100, 100, 110, 110, 121, 121, 121, 133.1],
    { 4: "long", 5: "short", 7: "long" },
  ],
  // Rates over one and two bars together: -20, -10, 20, 10, -18; averaged -13.3, 10, 13.3, -8.8.
  [
    "coppock",
    "trades where the averaged rates cross 0",
    { roc1: 1, roc2: 2, wma: 2 },
    [100, 100, 90, 90, 99, 99, 90],
    { 4: "long", 6: "short" },
  ],
  // Against two bars before: -0.4, just the same, 0.5, -0.4.
  [
    "cmo_zero",
    "is exactly 0 at the price of so many bars ago",
    { period: 2 },
    [10.1, 11.3, 9.7, 11.3, 10.2, 10.9],
    { 4: "long", 5: "short" },
  ],
];

describe("momentum", () => {
  it.each(CASES)("%s %s", (id, _, values, closes, decided) => {
    expect(decidedOn(named(id), flatBars(...closes), values)).toEqual(decided);
  });

  it("awesome_osc reads the middles of bars, not their closes", () => {
    // Middles 10, 9, 11, 11, 8, while closes do the opposite.
    const bars = barsOf([
      [10, 11, 9, 9],
      [10, 12, 6, 12],
      [10, 16, 6, 6],
      [10, 15, 7, 7],
      [10, 14, 2, 14],
    ]);
    expect(decidedOn(named("awesome_osc"), bars, { fast: 1, slow: 2 })).toEqual({ 2: "long", 4: "short" });
  });

  it("ts_momentum decides nothing where one of its two closes is missing", () => {
    const values = { lookback: 2, skip: 1, rebalance: 1 };
    const bars = flatBars(10, 11, Number.NaN, 12, 13, 14);
    expect(decidedOn(named("ts_momentum"), bars, values)).toEqual({ 2: "long", 5: "long" });
  });
});
