import { describe, expect, it } from "vitest";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { Evaluator } from "../../../../src/modules/strategies/engine/evaluate.ts";
import { measure } from "../../../../src/modules/strategies/engine/metrics.ts";
import { engineSettings, type SettingsInput } from "../../../../src/modules/strategies/engine/settings.ts";
import { FLAT, LONG, SHORT } from "../../../../src/modules/strategies/engine/signals.ts";
import { flatBars, signalsAt } from "./small-bars.ts";

function measured(prices: number[], at: Record<number, number>, input: SettingsInput = {}) {
  const bars = flatBars(...prices);
  const settings = engineSettings(input);
  const run = backtest(bars, { signals: signalsAt(prices.length, at) }, settings);
  return { run, ...measure(bars, run, settings, { periodsPerYear: 252 }) };
}

/** A figure or a reason for each name, and JSON keeps all of it. */
function expectWhole({ reasons, values }: ReturnType<typeof measured>) {
  for (const [name, value] of Object.entries(values)) {
    expect(value === null || Number.isFinite(value), name).toBe(true);
    expect(name in reasons, name).toBe(value === null);
  }
  expect(JSON.parse(JSON.stringify(values))).toEqual(values);
}

describe("no trade", () => {
  it("has figures of a flat curve, and a reason for each that has no value", () => {
    const found = measured([10, 11, 12, 13], {});
    expectWhole(found);
    expect(found.values).toMatchObject({
      trades: 0,
      total_return: 0,
      max_drawdown: 0,
      exposure: 0,
      turnover: 0,
    });
    expect(found.values).toMatchObject({ win_rate: null, profit_factor: null, sharpe: null, calmar: null });
    expect(found.reasons).toMatchObject({
      win_rate: "no trade was closed",
      sharpe: "the returns do not vary",
    });
  });

  it("has a reason for everything on a single bar, and on none", () => {
    expectWhole(measured([10], { 0: LONG }));
    expectWhole(measured([], {}));
  });
});

describe("one trade", () => {
  it("has a win rate, and no system quality, which needs two", () => {
    const found = measured([10, 10, 12, 12], { 0: LONG, 1: FLAT });
    expectWhole(found);
    expect(found.values).toMatchObject({ trades: 1, win_rate: 1, sqn: null });
    expect(found.values.best_trade).toBeCloseTo(0.2, 12);
  });
});

describe("no losing trade", () => {
  it("has no profit factor and no payoff rather than infinite ones", () => {
    const found = measured([10, 10, 12, 12, 12, 15, 15], { 0: LONG, 1: FLAT, 3: LONG, 4: FLAT });
    expectWhole(found);
    expect(found.values).toMatchObject({ trades: 2, win_rate: 1, profit_factor: null, payoff: null });
    expect(found.reasons.profit_factor).toBe("no trade lost");
  });
});

describe("no winning trade", () => {
  it("has a profit factor of 0, and no payoff", () => {
    const found = measured([10, 10, 8, 8], { 0: LONG, 1: FLAT });
    expectWhole(found);
    expect(found.values).toMatchObject({ profit_factor: 0, payoff: null, kelly: null, max_losers: 1 });
  });
});

describe("zero variance", () => {
  it("has no Sharpe ratio, on either path", () => {
    const prices = Array.from({ length: 40 }, (_, bar) => 100 * 1.01 ** bar);
    const bars = flatBars(...prices);
    const settings = engineSettings({ lotSize: 0, cash: 100 });
    const signals = signalsAt(40, { 0: LONG });
    const held = { ...bars, open: bars.open.map((price, bar) => (bar === 1 ? 100 : price)) };
    const run = backtest(held, { signals }, settings);
    expect(measure(held, run, settings, { periodsPerYear: 252 }).values.sharpe).toBeNull();
    expect(new Evaluator(held, settings, 252).evaluate({ signals }).sharpe).toBeNull();
  });
});

describe("cancellation at large prices", () => {
  it("loses nothing of a rise by one in a price of a thousand million", () => {
    const at = 1e9;
    const { run, values } = measured([at, at, at + 1, at + 1], { 0: LONG, 1: FLAT }, { cash: 1e9 });
    expect(run.trades[0]?.pnl).toBe(1);
    expect(values.total_return).toBeCloseTo(1e-9, 15);
  });
});

describe("bankruptcy", () => {
  it("ends the run at the first close with nothing left", () => {
    const found = measured([10, 10, 25, 5, 5, 5], { 0: SHORT, 3: LONG });
    expectWhole(found);
    expect(found.run.bankruptBar).toBe(2);
    expect(found.run.trades).toMatchObject([{ exitBar: 2, exitReason: "bankruptcy", pnl: -15_000 }]);
    expect([...found.run.equity]).toEqual([10_000, 10_000, -5000, -5000, -5000, -5000]);
    expect(found.values).toMatchObject({ cagr: null, max_drawdown: 1.5 });
    expect(found.reasons.cagr).toBe("nothing was left at the end");
  });
});

describe("determinism", () => {
  it("gives the same bytes again, and with an evaluator that has run others before", () => {
    const bars = flatBars(...Array.from({ length: 200 }, (_, bar) => 50 + 10 * Math.sin(bar / 3)));
    const settings = engineSettings({ costs: { commissionRate: 0.001 } });
    const of = (step: number) =>
      signalsAt(
        200,
        Object.fromEntries(Array.from({ length: 12 }, (_, k) => [k * step, k % 2 ? LONG : SHORT])),
      );
    const evaluator = new Evaluator(bars, settings, 252);
    const first = evaluator.evaluate({ signals: of(11) });
    evaluator.evaluate({ signals: of(7) });
    expect(evaluator.evaluate({ signals: of(11) })).toEqual(first);
    const [one, two] = [
      backtest(bars, { signals: of(5) }, settings),
      backtest(bars, { signals: of(5) }, settings),
    ];
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
  });
});

it("refuses columns of another length, a missing true range and settings that are no numbers", () => {
  const bars = flatBars(10, 10, 10);
  const signals = signalsAt(3, {});
  const settings = engineSettings();
  expect(() => backtest(bars, { signals: signalsAt(2, {}) }, settings)).toThrow(RangeError);
  expect(() => backtest(bars, { signals, trend: new Float64Array(4) }, settings)).toThrow(RangeError);
  expect(() => backtest(bars, { signals }, engineSettings({ overlays: { stopAtr: 1 } }))).toThrow(RangeError);
  expect(() => engineSettings({ cash: Number.NaN })).toThrow(RangeError);
  expect(() => engineSettings({ cash: 0 })).toThrow(RangeError);
  expect(() => engineSettings({ costs: { commissionRate: -0.1 } })).toThrow(RangeError);
});
