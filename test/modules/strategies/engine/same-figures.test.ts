import fc from "fast-check";
import { expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { Evaluator } from "../../../../src/modules/strategies/engine/evaluate.ts";
import { measure } from "../../../../src/modules/strategies/engine/metrics.ts";
import {
  type CloseAtEnd,
  engineSettings,
  type SettingsInput,
  type Sizing,
} from "../../../../src/modules/strategies/engine/settings.ts";
import type { Inputs, Orders } from "../../../../src/modules/strategies/engine/signals.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";

const PERIODS = 252;
const SIZINGS: Sizing[] = [
  { kind: "all_equity" },
  { kind: "fixed_quantity", quantity: 7 },
  { kind: "fixed_notional", notional: 2500 },
  { kind: "percent_of_equity", fraction: 0.4 },
  { kind: "atr_risk", fraction: 0.05, atrMultiple: 2 },
];

/** Prices that wander, gap and sometimes double, so that shorts go bankrupt; all on a grid of 0.5, so that levels are touched. */
function wanderingBars(random: Random, length: number, isWild: boolean): Bars {
  const column = () => new Float64Array(length);
  const [times, open, high, low, close, volume] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  let price = 50;
  const onGrid = (value: number) => Math.max(0.5, Math.round(value * 2) / 2);
  for (let bar = 0; bar < length; bar += 1) {
    times[bar] = bar * 86_400_000;
    const first = onGrid(price + (random.next() - 0.5) * 4);
    const jump = isWild && random.next() < 0.05 ? price * 1.5 : 0;
    price = onGrid(first + (random.next() - 0.5) * 6 + jump);
    open[bar] = first;
    close[bar] = price;
    high[bar] = Math.max(first, price) + Math.round(random.next() * 4) / 2;
    low[bar] = Math.max(0.5, Math.min(first, price) - Math.round(random.next() * 4) / 2);
  }
  return { times, open, high, low, close, volume };
}

function someInputs(random: Random, bars: Bars): Inputs {
  const { length } = bars.close;
  const often = random.next() * 0.5;
  const signals = new Int8Array(length).map(() => (random.next() < often ? random.below(3) - 1 : 2));
  const around = (reach: number) =>
    new Float64Array(length).map((_, bar) =>
      random.next() < 0.3
        ? Math.round(((bars.close[bar - 1] ?? 50) + reach * random.next()) * 2) / 2
        : Number.NaN,
    );
  const orders: Record<string, Float64Array> = {};
  const names: [keyof Orders, number][] = [
    ["longEntryStop", 5],
    ["longEntryLimit", -5],
    ["shortEntryStop", -5],
    ["shortEntryLimit", 5],
    ["longExitStop", -5],
    ["longExitLimit", 5],
    ["shortExitStop", 5],
    ["shortExitLimit", -5],
  ];
  for (const [name, reach] of names) if (random.next() < 0.3) orders[name] = around(reach);
  const atr = new Float64Array(length).map((_, bar) => (bar < 3 ? Number.NaN : 1 + 2 * random.next()));
  const trend = new Float64Array(length).map((_, bar) => (bar < 3 ? Number.NaN : 40 + 20 * random.next()));
  return {
    signals,
    atr,
    ...(random.next() < 0.5 ? { orders } : {}),
    ...(random.next() < 0.3 ? { trend } : {}),
  };
}

function someSettings(random: Random): SettingsInput {
  const pick = <T>(...of: [T, ...T[]]): T => of[random.below(of.length)] ?? of[0];
  const sometimes = (value: number) => (random.next() < 0.4 ? value : 0);
  const isPlain = random.next() < 0.3;
  return {
    cash: pick(300, 10_000),
    side: pick("long", "short", "both"),
    fillAt: pick("next_open", "close"),
    sizing: pick(SIZINGS[0] as Sizing, ...SIZINGS.slice(1)),
    lotSize: pick(1, 0.1, 0, 5),
    closeAtEnd: pick<CloseAtEnd>(false, "close", "open"),
    onSameSignal: pick("hold", "hold", "reopen"),
    limitFill: pick("touch", "cross"),
    costs: {
      commissionRate: sometimes(0.002),
      commissionFixed: sometimes(1.5),
      slippageBps: sometimes(10),
      slippageTicks: sometimes(2),
      spreadBps: sometimes(8),
    },
    overlays: isPlain
      ? { maxBars: sometimes(4), cooldown: sometimes(2) }
      : {
          stopAtr: sometimes(1.5),
          takeAtr: sometimes(2),
          trailAtr: sometimes(2),
          maxBars: sometimes(1 + random.below(6)),
          cooldown: sometimes(3),
        },
  };
}

it("finds, from fill to fill, the very same figures as bar by bar", () => {
  const seen = { trades: 0, bankrupt: 0, stops: 0, targets: 0, open: 0 };
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 120 }), fc.boolean(), (seed, length, isWild) => {
      const random = new Random(seed);
      const bars = wanderingBars(random, length, isWild);
      const settings = engineSettings(someSettings(random));
      const evaluator = new Evaluator(bars, settings, PERIODS);
      for (let round = 0; round < 2; round += 1) {
        const inputs = someInputs(random, bars);
        const run = backtest(bars, inputs, settings);
        const { values } = measure(bars, run, settings, { periodsPerYear: PERIODS });
        expect(evaluator.evaluate(inputs)).toEqual({
          equity: run.equity.at(-1) ?? settings.cash,
          totalReturn: values.total_return ?? 0,
          maxDrawdown: values.max_drawdown,
          sharpe: values.sharpe,
          trades: values.trades,
          winRate: values.win_rate,
          profitFactor: values.profit_factor,
          isBankrupt: run.bankruptBar !== null,
        });
        seen.trades += run.trades.length;
        seen.bankrupt += run.bankruptBar === null ? 0 : 1;
        seen.open += run.open === null ? 0 : 1;
        seen.stops += run.trades.filter(({ exitReason }) => exitReason === "stop").length;
        seen.targets += run.trades.filter(({ exitReason }) => exitReason === "target").length;
      }
    }),
    { numRuns: 1500, seed: 1 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
