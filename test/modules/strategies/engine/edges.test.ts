import { describe, expect, it } from "vitest";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { Evaluator } from "../../../../src/modules/strategies/engine/evaluate.ts";
import { measure } from "../../../../src/modules/strategies/engine/metrics.ts";
import { combine } from "../../../../src/modules/strategies/engine/portfolio.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { FLAT, LONG } from "../../../../src/modules/strategies/engine/signals.ts";
import { fastMetrics } from "../../../../src/modules/strategies/optimizations/objective.ts";
import { barsOf, flatBars, run, signalsAt } from "./small-bars.ts";

describe("a cool-down with fills at the close", () => {
  const at = { 0: FLAT, 1: LONG, 2: FLAT, 3: LONG, 4: LONG, 5: LONG, 6: LONG };
  const bars = flatBars(10, 10, 10, 10, 10, 10, 10, 10);

  it.each([
    [0, 3],
    [1, 4],
    [2, 5],
    [3, 6],
  ])("of %i bars opens nothing in as many after the exit", (cooldown, entryBar) => {
    const { open } = run(bars, at, { fillAt: "close", overlays: { cooldown } });
    expect(open?.entryBar).toBe(entryBar);
  });
});

describe("a portfolio", () => {
  it("of one symbol twice is held as long as that symbol alone", () => {
    const bars = flatBars(10, 10, 11, 12, 11, 10);
    const alone = run(bars, { 0: LONG, 1: FLAT, 3: LONG });
    const { run: both } = combine([
      { bars, run: alone },
      { bars, run: alone },
    ]);
    expect(alone.barsHeld).toBe(3);
    expect(both.barsHeld).toBe(3);
  });
});

describe("prices below 0", () => {
  it("end both paths with the same bankruptcy, even where the exit leaves something", () => {
    const rows = [20, 20, -5, 5, 10].map((close, bar) => {
      const open = [20, 20, 20, 5, 5][bar] ?? 0;
      return [open, Math.max(open, close), Math.min(open, close), close] as const;
    });
    const bars = barsOf(rows);
    const settings = engineSettings({ cash: 1_010 });
    const signals = signalsAt(5, { 0: LONG, 3: LONG });
    const whole = backtest(bars, { signals }, settings);
    const fast = new Evaluator(bars, settings, 252).evaluate({ signals });
    expect(whole.bankruptBar).toBe(2);
    expect([fast.isBankrupt, fast.equity]).toEqual([true, whole.equity.at(-1)]);
  });
});

describe("growth beyond all numbers", () => {
  it("is no figure, on either path, and says why", () => {
    const bars = flatBars(10, 10, 64, 64);
    const settings = engineSettings({ lotSize: 0 });
    const signals = signalsAt(4, { 0: LONG });
    const { reasons, values } = measure(bars, backtest(bars, { signals }, settings), settings, {
      periodsPerYear: 8_766,
    });
    expect(values).toMatchObject({ annual_return: null, calmar: null });
    expect(reasons.annual_return).toBe("a year at this pace is beyond all numbers");
    const figures = new Evaluator(bars, settings, 8_766).evaluate({ signals });
    const told = fastMetrics(figures, 3 / 8_766);
    expect([told("annual_return_pct"), told("calmar")]).toEqual([null, null]);
  });
});
