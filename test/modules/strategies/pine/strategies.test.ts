import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { engineSettings, type SettingsInput } from "../../../../src/modules/strategies/engine/settings.ts";
import { crossSignals, FLAT, LONG, NO_CHANGE } from "../../../../src/modules/strategies/engine/signals.ts";
import { rsi } from "../../../../src/modules/strategies/indicators/momentum.ts";
import { sma } from "../../../../src/modules/strategies/indicators/moving-averages.ts";
import { highest, lowest } from "../../../../src/modules/strategies/indicators/rolling.ts";
import { atr } from "../../../../src/modules/strategies/indicators/volatility.ts";
import { type PineOptions, runPine } from "../../../../src/modules/strategies/pine/run.ts";
import { googBars, WITHOUT_DATA } from "../engine/goog.ts";
import { dailyBars, hourlyBars } from "./sample-market.ts";

interface Case {
  readonly source: string;
  signals(bars: Bars): Int8Array;
}

const HEAD = (title: string, told: string) =>
  `//@version=6\nstrategy("${title}", overlay=true, initial_capital=100000, margin_long=0, margin_short=0, pyramiding=0, process_orders_on_close=false, ${told})`;

/** Long where one rule holds and flat where the other does, in the engine's terms; a position ends before it begins. */
function longSignals(
  bars: Bars,
  enters: (bar: number) => boolean,
  leaves: (bar: number) => boolean,
): Int8Array {
  return Int8Array.from(bars.close, (_, bar) => (leaves(bar) ? FLAT : enters(bar) ? LONG : NO_CHANGE));
}

const CASES: Record<string, (told: string) => Case> = {
  sma_cross: (told) => ({
    source: `${HEAD("SMA cross", told)}
fast = input.int(5, "Length of the fast average", minval=3, maxval=60, step=1)
slow = input.int(25, "Length of the slow average", minval=10, maxval=250, step=1)
fastLine = ta.sma(close, fast)
slowLine = ta.sma(close, slow)
up = ta.crossover(fastLine, slowLine)
down = ta.crossunder(fastLine, slowLine)
if up
    strategy.entry("Long", strategy.long)
if down
    strategy.entry("Short", strategy.short)
plot(fastLine, "Fast", color.blue)
plot(slowLine, "Slow", color.orange)
`,
    signals: ({ close }) =>
      crossSignals(sma(close, 5), sma(close, 25), "tradingview", new Int8Array(close.length)),
  }),
  donchian_turtle: (told) => ({
    source: `${HEAD("Donchian turtle", told)}
entry = input.int(20, "Bars of the breakout", minval=10, maxval=100, step=1)
leave = input.int(10, "Bars of the exit", minval=5, maxval=50, step=1)
top = ta.highest(high, entry)
bottom = ta.lowest(low, leave)
enters = close > top[1]
leaves = close < bottom[1]
if enters and not leaves
    strategy.entry("Long", strategy.long)
if leaves
    strategy.close("Long")
`,
    signals: (bars) => {
      const [top, bottom] = [highest(bars.high, 20), lowest(bars.low, 10)];
      const [nan, close] = [Number.NaN, bars.close];
      return longSignals(
        bars,
        (bar) => (close[bar] ?? nan) > (top[bar - 1] ?? nan),
        (bar) => (close[bar] ?? nan) < (bottom[bar - 1] ?? nan),
      );
    },
  }),
  rsi2_connors: (told) => ({
    source: `${HEAD("RSI(2)", told)}
period = input.int(2, "Length of the RSI", minval=2, maxval=5, step=1)
level = input.int(10, "Bought below", minval=2, maxval=25, step=1)
strength = ta.rsi(close, period)
exitLine = ta.sma(close, 5)
trendLine = ta.sma(close, 200)
leaves = close > exitLine
if close > trendLine and strength < level and not leaves
    strategy.entry("Long", strategy.long)
if leaves
    strategy.close("Long")
`,
    signals: (bars) => {
      const { close } = bars;
      const [strength, exit, trend] = [rsi(close, 2), sma(close, 5), sma(close, 200)];
      const nan = Number.NaN;
      return longSignals(
        bars,
        (bar) => (close[bar] ?? nan) > (trend[bar] ?? nan) && (strength[bar] ?? nan) < 10,
        (bar) => (close[bar] ?? nan) > (exit[bar] ?? nan),
      );
    },
  }),
};

/** Ways to trade, as the script and as the engine are told them. */
const WAYS: Record<string, readonly [told: string, settings: SettingsInput, options: PineOptions]> = {
  "ten shares, with costs": [
    "default_qty_type=strategy.fixed, default_qty_value=10, commission_type=strategy.commission.percent, commission_value=0.1, slippage=2",
    {
      sizing: { kind: "fixed_quantity", quantity: 10 },
      costs: { commissionRate: 0.001, slippageTicks: 2 },
    },
    {},
  ],
  "all equity, sized at the fill": [
    "default_qty_type=strategy.percent_of_equity, default_qty_value=100, commission_type=strategy.commission.percent, commission_value=0.1",
    { costs: { commissionRate: 0.001 } },
    { sizing: "at_fill" },
  ],
};

function requireSame(bars: Bars, make: (told: string) => Case, way: (typeof WAYS)[string]): number {
  const [told, settings, options] = way;
  const { signals, source } = make(told);
  const expected = backtest(bars, { signals: signals(bars) }, engineSettings({ cash: 100_000, ...settings }));
  const run = runPine(source, bars, { ties: "equal", ...options });
  const facts = ({ entryBar, exitBar, quantity, side }: (typeof run.trades)[number]) => ({
    ...{ side, quantity, entryBar, exitBar },
  });
  expect(run.trades.map(facts)).toEqual(
    expected.trades.map(({ entryBar, exitBar, quantity, side }) => ({ side, quantity, entryBar, exitBar })),
  );
  for (const [at, trade] of run.trades.entries()) {
    const other = expected.trades[at];
    expect(trade.entryPrice).toBe(other?.entryPrice);
    expect(trade.exitPrice).toBe(other?.exitPrice);
    expect(Math.abs(trade.pnl - (other?.pnl ?? 0))).toBeLessThan(1e-6);
  }
  expect(run.open.map(({ entryBar }) => entryBar)).toEqual(
    expected.open === null ? [] : [expected.open.entryBar],
  );
  const farthest = run.equity.reduce(
    (most, value, bar) => Math.max(most, Math.abs(value - (expected.equity[bar] ?? 0))),
    0,
  );
  expect(farthest).toBeLessThan(1e-6);
  return run.trades.length;
}

describe.each(Object.entries(CASES))("%s written in Pine by hand", (_, make) => {
  it.each(Object.entries(WAYS))("trades as the engine does on sample bars: %s", (__, way) => {
    for (const bars of [dailyBars(11), dailyBars(12), hourlyBars(13)])
      expect(requireSame(bars, make, way)).toBeGreaterThan(5);
  });

  it.for(Object.entries(WAYS))("trades as the engine does on GOOG: %s", async ([, way], ctx) => {
    const bars = await googBars();
    ctx.skip(!bars, WITHOUT_DATA);
    if (bars) expect(requireSame(bars, make, way)).toBeGreaterThan(15);
  });
});

describe("an exact tie of two averages", () => {
  it("on GOOG is told, and decided by rounding unless near values count as equal", async (ctx) => {
    const bars = await googBars();
    ctx.skip(!bars, WITHOUT_DATA);
    if (!bars) return;
    const { source } = CASES.sma_cross?.("default_qty_value=1") ?? { source: "" };
    const run = runPine(source, bars, { inputs: { fast: 5, slow: 25 } });
    expect(run.ties).toContain(1509);
  });
});

describe("stops and targets in ATR", () => {
  const source = `${HEAD("Guarded", "default_qty_type=strategy.fixed, default_qty_value=10")}
range = ta.atr(14)
quick = ta.sma(close, 5)
slow = ta.sma(close, 12)
up = ta.crossover(quick, slow)
down = ta.crossunder(quick, slow)
if up and range > 0 and strategy.position_size <= 0
    strategy.entry("L", strategy.long)
    strategy.exit("LX", "L", loss = 1.5 * range / syminfo.mintick, profit = 2 * range / syminfo.mintick)
if down and range > 0 and strategy.position_size >= 0
    strategy.entry("S", strategy.short)
    strategy.exit("SX", "S", loss = 1.5 * range / syminfo.mintick, profit = 2 * range / syminfo.mintick)
`;
  const settings = engineSettings({
    ...{ cash: 100_000, sizing: { kind: "fixed_quantity", quantity: 10 } },
    overlays: { stopAtr: 1.5, takeAtr: 2 },
  });

  it("given as loss and profit of an exit leave where the engine's overlays do", () => {
    for (const bars of [dailyBars(21), dailyBars(22), hourlyBars(23)]) {
      const [quick, slow] = [sma(bars.close, 5), sma(bars.close, 12)];
      const signals = crossSignals(quick, slow, "tradingview", new Int8Array(bars.close.length));
      const expected = backtest(bars, { signals, atr: atr(bars, 14) }, settings).trades;
      const { trades } = runPine(source, bars, { ties: "equal", intrabar: "stop_first" });
      expect(expected.filter(({ exitReason }) => exitReason !== "signal").length).toBeGreaterThan(30);
      expect(trades.map(({ entryBar, exitBar, side }) => [side, entryBar, exitBar])).toEqual(
        expected.map(({ entryBar, exitBar, side }) => [side, entryBar, exitBar]),
      );
      for (const [at, { exitPrice }] of trades.entries())
        expect(exitPrice).toBeCloseTo(expected[at]?.exitPrice ?? 0, 9);
    }
  });
});
