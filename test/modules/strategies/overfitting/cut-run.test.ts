import fc from "fast-check";
import { expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { type Inputs, NO_CHANGE } from "../../../../src/modules/strategies/engine/signals.ts";
import { cutRun, returnsInSpan } from "../../../../src/modules/strategies/overfitting/cut-run.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import { returnsOf } from "../../../../src/modules/strategies/statistics/ratios.ts";

const SETTINGS = engineSettings({
  lotSize: 0,
  costs: { commissionRate: 0.001 },
  overlays: { stopAtr: 1.5, trailAtr: 3, maxBars: 9 },
});

function wandering(random: Random, length: number): Bars {
  const close = new Float64Array(length);
  let price = 100;
  for (let bar = 0; bar < length; bar += 1) {
    price *= 1 + (random.next() - 0.5) / 10;
    close[bar] = price;
  }
  return {
    times: close.map((_, bar) => bar * 86_400_000),
    open: close.map((_, bar) => close[bar - 1] ?? 100),
    high: close.map((value, bar) => Math.max(value, close[bar - 1] ?? 100) * 1.01),
    low: close.map((value, bar) => Math.min(value, close[bar - 1] ?? 100) * 0.99),
    close,
    volume: close,
  };
}

/** Signals, orders and lines that are silent up to the first bar of the span. */
function someInputs(random: Random, { close }: Bars, from: number): Inputs {
  const after = (bar: number, value: number) => (bar > from ? value : Number.NaN);
  return {
    signals: new Int8Array(close.length).map((_, bar) =>
      bar >= from && random.next() < 0.3 ? random.below(3) - 1 : NO_CHANGE,
    ),
    atr: close.map((value) => value * 0.02),
    trend: close.map(() => 60 + 80 * random.next()),
    orders: {
      longEntryStop: close.map((_, bar) => after(bar, (close[bar - 1] ?? 100) * 1.02)),
      longExitLimit: close.map((_, bar) => after(bar, (close[bar - 1] ?? 100) * 1.04)),
    },
  };
}

it("runs a part of the series as the whole one does where nothing is decided before the part begins", () => {
  let trades = 0;
  fc.assert(
    fc.property(fc.integer(), fc.nat(100), fc.integer({ min: 0, max: 90 }), (seed, from, length) => {
      const random = new Random(seed);
      const bars = wandering(random, 200);
      const span = { from, to: from + length };
      const inputs = someInputs(random, bars, from);
      const whole = backtest(bars, inputs, SETTINGS);
      const part = cutRun(bars, inputs, span);
      const run = backtest(part.bars, part.inputs, SETTINGS);
      expect([...run.equity]).toEqual([...whole.equity.subarray(span.from, span.to)]);
      const returns = returnsInSpan(bars, inputs, SETTINGS, span);
      expect(returns).toHaveLength(length);
      expect([...returns.subarray(1)]).toEqual([...returnsOf(run.equity)]);
      expect(returns[0] ?? 0).toBe(0);
      trades += run.trades.length;
    }),
    { seed: 1 },
  );
  expect(trades).toBeGreaterThan(200);
});

it("takes no decision from before its first bar", () => {
  const random = new Random(2);
  const bars = wandering(random, 120);
  const inputs = someInputs(random, bars, 40);
  const signals = inputs.signals.slice();
  signals.fill(1, 0, 40);
  const span = { from: 40, to: 120 };
  expect(returnsInSpan(bars, { ...inputs, signals }, SETTINGS, span)).toEqual(
    returnsInSpan(bars, inputs, SETTINGS, span),
  );
});
