import { beforeAll, describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { Evaluator } from "../../../../src/modules/strategies/engine/evaluate.ts";
import { measure } from "../../../../src/modules/strategies/engine/metrics.ts";
import { engineSettings, type SettingsInput } from "../../../../src/modules/strategies/engine/settings.ts";
import { dataFile } from "../../../support/data.ts";
import { googBars, strictCross, WITHOUT_DATA } from "./goog.ts";

interface ReferenceTrade {
  size: number;
  entryBar: number;
  exitBar: number;
  entryPrice: number;
  exitPrice: number;
  pnl: number;
  returnPct: number;
  commission: number;
  entry: string;
  exit: string;
}

interface Reference {
  cases: Record<
    string,
    {
      stats: Record<string, number>;
      trades: ReferenceTrade[];
      equity_sample: Record<string, number>;
    }
  >;
  grid_final_equity: { n1: number; n2: number; equityFinal: number }[];
}

const WITH_COMMISSION = { commissionRate: 0.002 };
const CASES: [string, number, number, SettingsInput][] = [
  ["A sma 10/20 commission .002 exclusive", 10, 20, { costs: WITH_COMMISSION }],
  ["B sma 10/20 commission .002 exclusive finalize", 10, 20, { costs: WITH_COMMISSION, closeAtEnd: "open" }],
  ["D sma 10/30 no cost exclusive finalize", 10, 30, { closeAtEnd: "open" }],
  [
    "F sma 10/20 commission .002 long-only finalize",
    10,
    20,
    { costs: WITH_COMMISSION, closeAtEnd: "open", side: "long" },
  ],
];

let bars: Bars | undefined;
let reference: Reference;

beforeAll(async () => {
  bars = await googBars();
  const bytes = await dataFile("engine-reference.json");
  if (bytes !== undefined) reference = JSON.parse(new TextDecoder().decode(bytes));
});

/** Equal to 1e-9 of the value. */
function expectNear(actual: number | null | undefined, expected: number | undefined) {
  if (expected === undefined) throw new Error("the reference has no such value");
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(
    1e-9 * Math.max(1, Math.abs(expected)),
  );
}

describe.each(CASES)("the reference's case %s", (name, fast, slow, input) => {
  const settings = engineSettings(input);
  const run = (series: Bars) => backtest(series, { signals: strictCross(series, fast, slow) }, settings);

  it("has the same trades, each of them", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const { trades } = run(bars);
    const expected = reference.cases[name]?.trades ?? [];
    expect(trades.length).toBe(expected.length);
    for (const [at, trade] of trades.entries()) {
      const other = expected[at];
      if (other === undefined) throw new Error("the reference has no such trade");
      expect(trade.quantity * (trade.side === "long" ? 1 : -1)).toBe(other.size);
      expect([trade.entryBar, trade.exitBar]).toEqual([other.entryBar, other.exitBar]);
      expect([trade.entryPrice, trade.exitPrice]).toEqual([other.entryPrice, other.exitPrice]);
      expect(trade.entryTime).toBe(Date.parse(other.entry));
      expect(trade.exitTime).toBe(Date.parse(other.exit));
      expectNear(trade.pnl, other.pnl);
      expectNear(trade.return, other.returnPct);
      expectNear(trade.commission, other.commission);
    }
  });

  it("has the same equity at the bars that it tells", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const { equity } = run(bars);
    for (const [bar, value] of Object.entries(reference.cases[name]?.equity_sample ?? {}))
      expectNear(equity[Number(bar)], value);
  });

  it("has the same figures", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const stats = reference.cases[name]?.stats ?? {};
    const { values } = measure(bars, run(bars), settings, { periodsPerYear: 252 });
    expectNear(values.equity_final, stats["Equity Final [$]"]);
    expectNear(values.total_return, (stats["Return [%]"] ?? 0) / 100);
    expectNear(values.trades, stats["# Trades"]);
    expectNear(values.win_rate, (stats["Win Rate [%]"] ?? 0) / 100);
    expectNear(values.profit_factor, stats["Profit Factor"]);
    expectNear(values.max_drawdown, -(stats["Max. Drawdown [%]"] ?? 0) / 100);
    expectNear(values.commissions, stats["Commissions [$]"] ?? 0);
    expectNear(values.sharpe_geometric, stats["Sharpe Ratio"]);
    expectNear(values.sortino_geometric, stats["Sortino Ratio"]);
    expectNear(values.calmar, stats["Calmar Ratio"]);
    expectNear(values.cagr, (stats["CAGR [%]"] ?? 0) / 100);
    expectNear(values.annual_return, (stats["Return (Ann.) [%]"] ?? 0) / 100);
    expectNear(values.sqn, stats.SQN);
    expectNear(values.kelly, stats["Kelly Criterion"]);
    expectNear(values.best_trade, (stats["Best Trade [%]"] ?? 0) / 100);
    expectNear(values.worst_trade, (stats["Worst Trade [%]"] ?? 0) / 100);
    expectNear(values.expectancy, (stats["Expectancy [%]"] ?? 0) / 100);
  });
});

it("gives the final equity of each of the reference's 25 pairs, on both paths", (ctx) => {
  if (!bars) return ctx.skip(WITHOUT_DATA);
  const settings = engineSettings({ costs: WITH_COMMISSION });
  const evaluator = new Evaluator(bars, settings, 252);
  for (const { equityFinal, n1, n2 } of reference.grid_final_equity) {
    const signals = strictCross(bars, n1, n2);
    expectNear(evaluator.evaluate({ signals }).equity, equityFinal);
    expectNear(backtest(bars, { signals }, settings).equity.at(-1), equityFinal);
  }
});

it("gives an arithmetic Sharpe of 0.8268 and a geometric one of 0.6007 for GOOG 10/20", (ctx) => {
  if (!bars) return ctx.skip(WITHOUT_DATA);
  const settings = engineSettings({ costs: WITH_COMMISSION });
  const run = backtest(bars, { signals: strictCross(bars, 10, 20) }, settings);
  const { values } = measure(bars, run, settings);
  expect(values.sharpe).toBeCloseTo(0.8268, 4);
  expect(values.sharpe_geometric).toBeCloseTo(0.6007, 4);
});
