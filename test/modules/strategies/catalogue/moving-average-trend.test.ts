import { describe, expect, it } from "vitest";
import type { Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { movingAverageTrend } from "../../../../src/modules/strategies/catalogue/moving-average-trend.ts";
import type { Values } from "../../../../src/modules/strategies/language/numbers.ts";
import { flatBars } from "../engine/small-bars.ts";
import { type Decided, decidedOn } from "./decided-on.ts";

function named(id: string): Strategy {
  const found = movingAverageTrend.find((strategy) => strategy.id === id);
  if (found === undefined) throw new Error(`no strategy ${id} in moving-average trend`);
  return found;
}

type Case = [id: string, guarantee: string, values: Values, closes: number[], decided: Decided];

const KAMA = { period: 2, fast_sc: 2, slow_sc: 30 };
const RIBBON = { start: 1, count: 3, gap: 1 };

const CASES: Case[] = [
  // DEMA(2) from bar 2 on: 10, 12.67, 13.11; an EMA would still be below the close.
  [
    "dema_cross",
    "trades where the averages cross, and is passed by an overshooting slow one",
    { fast: 1, slow: 2 },
    [10, 10, 10, 13, 13],
    { 3: "long", 4: "short" },
  ],
  // TEMA(2) from bar 3 on: 10, 12.89, 13.11.
  [
    "tema_cross",
    "trades where the averages cross, one bar later for its first value",
    { fast: 1, slow: 2 },
    [10, 10, 10, 10, 13, 13],
    { 4: "long", 5: "short" },
  ],
  ["tema_cross", "knows nothing a bar earlier", { fast: 1, slow: 2 }, [10, 10, 10, 13, 13], { 4: "short" }],
  // KAMA from bar 2 on: 10, 11.33, 11.32, 10.73, 8.19.
  [
    "kama_trend",
    "trades where the close crosses the average",
    { ...KAMA, band: 0 },
    [10, 10, 10, 13, 11, 10],
    { 3: "long", 4: "short" },
  ],
  [
    "kama_trend",
    "keeps its side within the band",
    { ...KAMA, band: 0.1 },
    [10, 10, 10, 13, 11, 10, 5],
    { 3: "long", 6: "short" },
  ],
  ["kama_trend", "needs a close beyond the band", { ...KAMA, band: 0.15 }, [10, 10, 10, 13, 11], {}],
  // EMA(2) and EMA(3) from bar 2 on: 11 and 12, 9.67 and 10.5, 12.56 and 12.25, 11.52 and 11.63.
  [
    "triple_ema",
    "buys where the order comes to be, and leaves where fast is below mid",
    { fast: 1, mid: 2, slow: 3 },
    [14, 12, 10, 9, 14, 11],
    { 4: "long", 5: "flat" },
  ],
  // After 14: EMA(2) 12.72 and 13.57, EMA(3) 12.25 and 13.13, then 13.19 and 13.06 under a close of 13.
  [
    "ma_ribbon",
    "is long while enough neighbours are in order, and leaves with fewer than half",
    { ...RIBBON, agree: 2 },
    [10, 11, 12, 13, 9, 14, 14, 13],
    { 2: "long", 3: "long", 4: "flat", 5: "long", 6: "long" },
  ],
  [
    "ma_ribbon",
    "asks for no more neighbours than it is told to",
    { ...RIBBON, agree: 1 },
    [10, 11, 12, 13, 9, 14, 14, 13],
    { 2: "long", 3: "long", 4: "flat", 5: "long", 6: "long", 7: "long" },
  ],
  [
    "ma_ribbon",
    "counts no averages beyond its number, and waits for the longest that counts",
    { start: 1, count: 2, gap: 1, agree: 1 },
    [10, 11, 12],
    { 1: "long", 2: "long" },
  ],
  [
    "price_vs_sma",
    "trades where the close crosses the average",
    { period: 2, band: 0 },
    [10, 10, 12, 9],
    { 2: "long", 3: "short" },
  ],
  // The band about 11 and 10.5: 9.9 to 12.1 and 9.45 to 11.55.
  [
    "price_vs_sma",
    "needs a close beyond the band",
    { period: 2, band: 0.1 },
    [10, 10, 12, 9],
    { 3: "short" },
  ],
  [
    "ma_slope",
    "trades where the average comes to be on the other side of what it was",
    { period: 1, lag: 2 },
    [10, 10, 9, 11, 12, 8],
    { 3: "long", 5: "short" },
  ],
  [
    "ma_slope",
    "looks at averages, not at closes",
    { period: 2, lag: 1 },
    [10, 9, 8, 9, 9, 9.5],
    { 4: "long" },
  ],
];

describe("moving-average trend", () => {
  it.each(CASES)("%s %s", (id, _, values, closes, decided) => {
    expect(decidedOn(named(id), flatBars(...closes), values)).toEqual(decided);
  });

  it("vwma_sma trades where volume draws its average to the other side of the plain one", () => {
    // VWMA from bar 1 on: 11, 11, 11.5, 10.5, 11; the SMA is 11 all the time.
    const bars = { ...flatBars(10, 12, 10, 12, 10, 12), volume: Float64Array.of(1, 1, 1, 3, 9, 9) };
    expect(decidedOn(named("vwma_sma"), bars, { period: 2 })).toEqual({ 3: "long", 4: "short" });
  });

  it("vwma_sma sees no cross over bars on which nothing was traded", () => {
    // Only bar 3 has no average: 12 before it, above the plain 11, and 10 after it, below.
    const bars = { ...flatBars(10, 12, 10, 12, 10, 12), volume: Float64Array.of(1, 1, 0, 0, 9, 3) };
    expect(decidedOn(named("vwma_sma"), bars, { period: 2 })).toEqual({ 2: "long" });
  });
});
