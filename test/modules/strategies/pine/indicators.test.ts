import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { cmo, macd, roc, rsi, tsi } from "../../../../src/modules/strategies/indicators/momentum.ts";
import { ema, rma, sma } from "../../../../src/modules/strategies/indicators/moving-averages.ts";
import {
  cci,
  stochastic,
  typicalPrices,
  williamsR,
} from "../../../../src/modules/strategies/indicators/oscillators.ts";
import {
  barsSinceHighest,
  barsSinceLowest,
  deviation,
  highest,
  lowest,
  percentRank,
  rollingSum,
} from "../../../../src/modules/strategies/indicators/rolling.ts";
import {
  directionalMovement,
  parabolicSar,
  supertrend,
} from "../../../../src/modules/strategies/indicators/trend.ts";
import { atr, bollinger, trueRange } from "../../../../src/modules/strategies/indicators/volatility.ts";
import {
  dailySessions,
  mfi,
  obv,
  rollingVwap,
  sessionVwap,
} from "../../../../src/modules/strategies/indicators/volume.ts";
import { hma, regressionEnd, vwma, wma } from "../../../../src/modules/strategies/indicators/weighted.ts";
import { googBars, WITHOUT_DATA } from "../engine/goog.ts";
import { dailyBars, hourlyBars } from "./sample-market.ts";
import { plotted } from "./scripts.ts";

const negated = (column: Float64Array) => column.map((value) => 0 - value);
const scaled = (column: Float64Array, by: number) => column.map((value) => value * by);
const directed = (bars: Bars) => directionalMovement(bars, 14, 10);

/** An expression or body in Pine, and the kernel whose values it must have. */
const PAIRS: Record<string, readonly [pine: string, kernel: (bars: Bars) => Float64Array]> = {
  sma: ["ta.sma(close, 20)", ({ close }) => sma(close, 20)],
  ema: ["ta.ema(close, 20)", ({ close }) => ema(close, 20)],
  rma: ["ta.rma(close, 14)", ({ close }) => rma(close, 14)],
  wma: ["ta.wma(close, 15)", ({ close }) => wma(close, 15)],
  hma: ["ta.hma(close, 21)", ({ close }) => hma(close, 21)],
  vwma: ["ta.vwma(close, 20)", ({ close, volume }) => vwma(close, volume, 20)],
  "rolling vwap": ["ta.vwma(hlc3, 20)", (bars) => rollingVwap(typicalPrices(bars), bars.volume, 20).vwap],
  linreg: ["ta.linreg(close, 20, 0)", ({ close }) => regressionEnd(close, 20)],
  sum: ["math.sum(close, 20)", ({ close }) => rollingSum(close, 20)],
  stdev: ["ta.stdev(close, 20)", ({ close }) => deviation(close, 20)],
  tr: ["ta.tr(true)", trueRange],
  atr: ["ta.atr(14)", (bars) => atr(bars, 14)],
  "bb above": ["[m, u, l] = ta.bb(close, 20, 2)\nplot(u)", ({ close }) => bollinger(close, 20, 2).upper],
  "bb below": ["[m, u, l] = ta.bb(close, 20, 2)\nplot(l)", ({ close }) => bollinger(close, 20, 2).lower],
  rsi: ["ta.rsi(close, 14)", ({ close }) => rsi(close, 14)],
  macd: [
    "[m, s, h] = ta.macd(close, 12, 26, 9)\nplot(m)",
    ({ close }) => macd(close, { fast: 12, slow: 26, signal: 9 }).line,
  ],
  "macd signal": [
    "[m, s, h] = ta.macd(close, 12, 26, 9)\nplot(s)",
    ({ close }) => macd(close, { fast: 12, slow: 26, signal: 9 }).signal,
  ],
  cci: ["ta.cci(hlc3, 20)", (bars) => cci(typicalPrices(bars), 20)],
  stoch: ["ta.stoch(close, high, low, 14)", (bars) => stochastic(bars, 14)],
  wpr: ["ta.wpr(14)", (bars) => williamsR(bars, 14)],
  mfi: ["bar_index < 14 ? na : m", (bars) => mfi(typicalPrices(bars), bars.volume, 14)],
  cmo: ["ta.cmo(close, 14)", ({ close }) => cmo(close, 14)],
  tsi: [
    "ta.tsi(close, 13, 25)",
    ({ close }) => scaled(tsi(close, { long: 25, short: 13, signal: 1 }).line, 0.01),
  ],
  roc: ["ta.roc(close, 12)", ({ close }) => roc(close, 12)],
  percentrank: ["ta.percentrank(close, 50)", ({ close }) => percentRank(close, 50)],
  highest: ["ta.highest(20)", ({ high }) => highest(high, 20)],
  lowest: ["ta.lowest(low, 20)", ({ low }) => lowest(low, 20)],
  highestbars: ["ta.highestbars(20)", ({ high }) => negated(barsSinceHighest(high, 20))],
  lowestbars: ["ta.lowestbars(20)", ({ low }) => negated(barsSinceLowest(low, 20))],
  sar: ["ta.sar(0.02, 0.02, 0.2)", (bars) => parabolicSar(bars, { start: 0.02, increment: 0.02, max: 0.2 })],
  supertrend: ["[l, d] = ta.supertrend(3, 10)\nplot(l)", (bars) => supertrend(bars, 10, 3).line],
  "supertrend's direction": [
    "[l, d] = ta.supertrend(3, 10)\nplot(na(l) ? na : d)",
    (bars) => negated(supertrend(bars, 10, 3).direction),
  ],
  "dmi plus": ["[p, m, a] = ta.dmi(14, 10)\nplot(p)", (bars) => directed(bars).plus],
  "dmi minus": ["[p, m, a] = ta.dmi(14, 10)\nplot(m)", (bars) => directed(bars).minus],
  adx: ["[p, m, a] = ta.dmi(14, 10)\nplot(a)", (bars) => directed(bars).adx],
  obv: ["ta.obv", ({ close, volume }) => obv(close, volume)],
  "session vwap": [
    "ta.vwap(hlc3)",
    (bars) => sessionVwap(typicalPrices(bars), bars.volume, dailySessions(bars.times)).vwap,
  ],
};

const BEFORE: Record<string, string> = { mfi: "m = ta.mfi(hlc3, 14)\n" };

function bodyOf(name: string, pine: string): string {
  return `${BEFORE[name] ?? ""}${pine.includes("plot(") ? pine : `plot(${pine})`}`;
}

/** The largest difference, relative to values beyond 1; missing values must be missing in both. */
function farthest(ours: readonly number[], theirs: Float64Array): number {
  let most = 0;
  for (const [bar, value] of ours.entries()) {
    const other = theirs[bar] ?? 0;
    if (Number.isNaN(value) !== Number.isNaN(other)) return Number.POSITIVE_INFINITY;
    const difference = Math.abs(value - other) / Math.max(1, Math.abs(other));
    if (difference > most) most = difference;
  }
  return most;
}

describe.each(Object.entries(PAIRS))("%s", (name, [pine, kernel]) => {
  it("is what the kernel gives, to 1e-9, on daily and hourly sample bars", () => {
    for (const bars of [dailyBars(), hourlyBars()])
      expect(farthest(plotted(bodyOf(name, pine), bars), kernel(bars))).toBeLessThan(1e-9);
  });

  it("is what the kernel gives, to 1e-9, on GOOG", async (ctx) => {
    const bars = await googBars();
    ctx.skip(!bars, WITHOUT_DATA);
    if (bars) expect(farthest(plotted(bodyOf(name, pine), bars), kernel(bars))).toBeLessThan(1e-9);
  });
});
