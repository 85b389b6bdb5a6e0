import { beforeAll, describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { Evaluator } from "../../../../src/modules/strategies/engine/evaluate.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { curveMetrics } from "../../../../src/modules/strategies/statistics/curve-metrics.ts";
import { momentsOf } from "../../../../src/modules/strategies/statistics/moments.ts";
import { pairedTest } from "../../../../src/modules/strategies/statistics/paired.ts";
import { downsideDeviation, returnsOf } from "../../../../src/modules/strategies/statistics/ratios.ts";
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeError,
  sharpeSample,
} from "../../../../src/modules/strategies/statistics/significance.ts";
import { dataFile } from "../../../support/data.ts";
import { googBars, strictCross, WITHOUT_DATA } from "../engine/goog.ts";

interface Reference {
  A_sma10_20: Record<string, number>;
  buy_and_hold_close_to_close_frictionless: Record<string, number>;
  AB_A_vs_H: { n: number; neweyWestLag: number; neweyWestT: number; sharpeDiffAnnual: number };
  grid50: {
    grid: [number, number][];
    trials: number;
    bestBySharpe: [number, number];
    bestSharpeAnnual: number;
    sdTrialSharpePerBar: number;
    expectedMaxSharpePerBar: number;
    expectedMaxSharpeAnnual: number;
    psr0: number;
    dsr: number;
    annualSharpes: number[];
    equityFinal: number[];
  };
}

const PERIODS = 252;
/** After the tie on bar 1509 the pair 5/25 meets a second signal for the side that it holds, which reopens in the reference. */
const SETTINGS = engineSettings({ costs: { commissionRate: 0.002 }, onSameSignal: "reopen" });
let bars: Bars | undefined;
let reference: Reference;

beforeAll(async () => {
  bars = await googBars();
  const bytes = await dataFile("statistics-reference.json");
  if (bytes !== undefined) reference = JSON.parse(new TextDecoder().decode(bytes));
});

function expectNear(actual: unknown, expected: number | undefined) {
  if (typeof actual !== "number" || expected === undefined)
    throw new Error(`${actual} is no figure to compare`);
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
}

const CURVES: ["A_sma10_20" | "buy_and_hold_close_to_close_frictionless", (bars: Bars) => Float64Array][] = [
  ["A_sma10_20", (series) => backtest(series, { signals: strictCross(series, 10, 20) }, SETTINGS).equity],
  ["buy_and_hold_close_to_close_frictionless", ({ close }) => close],
];

describe.each(CURVES)("the reference's curve %s", (name, curveOf) => {
  it("has the same figures of the curve", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const expected = reference[name];
    const values = curveMetrics(curveOf(bars), bars.times, PERIODS);
    expectNear(values.total_return, expected.totalReturn);
    expectNear(values.annual_return, expected.annualReturn252);
    expectNear(values.cagr, expected.cagrCalendar);
    expectNear(values.volatility, expected.annualVolArith);
    expectNear(values.sharpe, expected.sharpeArith);
    expectNear(values.sortino, expected.sortinoArith);
    expectNear(values.max_drawdown, expected.maxDrawdown);
    expectNear(values.calmar, expected.calmar);
    expectNear(values.skewness, expected.skewBiased);
    expectNear(values.kurtosis, expected.kurtosisBiasedRaw);
    expectNear(values.value_at_risk, expected.varHist95_linearQuantile);
    expectNear(values.expected_shortfall, expected.cvarHist95_meanLE);
    expectNear(values.value_at_risk_normal, expected.varGauss95);
    expectNear(values.expected_shortfall_normal, expected.cvarGauss95);
    expectNear(values.value_at_risk_modified, expected.varCornishFisher95);
    expectNear(values.omega, expected.omega0);
    expectNear(values.ulcer_index, expected.ulcerIndex);
    expectNear(values.tail_ratio, expected.tailRatio95);
  });

  it("has the same moments, losses and significance", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const expected = reference[name];
    const returns = returnsOf(curveOf(bars));
    const moments = momentsOf(returns);
    const sample = moments && sharpeSample(moments);
    if (moments === null || sample === null) throw new Error("the returns do not vary");
    expect(moments.count).toBe(expected.returns);
    expectNear(moments.mean, expected.mean);
    expectNear(moments.deviation, expected.sdSample);
    expectNear(downsideDeviation(returns), expected.downsideDev);
    expectNear(probabilisticSharpe(sample, 0), expected.psr0);
    expectNear(probabilisticSharpe(sample, 1 / Math.sqrt(PERIODS)), expected.psr_vs_annual1);
    expectNear(minimumTrackRecord(sample, 0, 0.95), expected.minTRL95_bars);
    expectNear(sharpeError(sample), expected.sharpeSE_perBar);
  });
});

describe("the reference's fifty pairs", () => {
  it("have the same equities and Sharpe ratios, and the same best one", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const { annualSharpes, bestBySharpe, equityFinal, grid } = reference.grid50;
    const evaluator = new Evaluator(bars, SETTINGS, PERIODS);
    const found: number[] = [];
    for (const [at, [fast, slow]] of grid.entries()) {
      const { equity, sharpe } = evaluator.evaluate({ signals: strictCross(bars, fast, slow) });
      expectNear(equity, equityFinal[at]);
      expectNear(sharpe, annualSharpes[at]);
      found.push(sharpe ?? Number.NEGATIVE_INFINITY);
    }
    expect(grid[found.indexOf(Math.max(...found))]).toEqual(bestBySharpe);
  });

  it("deflate the best one's Sharpe ratio to the same probability", (ctx) => {
    if (!bars) return ctx.skip(WITHOUT_DATA);
    const { grid50 } = reference;
    const perBar = Float64Array.from(grid50.annualSharpes, (value) => value / Math.sqrt(PERIODS));
    const deviation = momentsOf(perBar)?.deviation ?? Number.NaN;
    expectNear(deviation, grid50.sdTrialSharpePerBar);
    const expected = expectedMaximumSharpe(grid50.trials, deviation);
    expectNear(expected, grid50.expectedMaxSharpePerBar);
    expectNear(expected * Math.sqrt(PERIODS), grid50.expectedMaxSharpeAnnual);
    const [fast, slow] = grid50.bestBySharpe;
    const { equity } = backtest(bars, { signals: strictCross(bars, fast, slow) }, SETTINGS);
    const moments = momentsOf(returnsOf(equity));
    const sample = moments && sharpeSample(moments);
    if (sample === null) throw new Error("the returns do not vary");
    expectNear(sample.sharpe * Math.sqrt(PERIODS), grid50.bestSharpeAnnual);
    expectNear(probabilisticSharpe(sample, 0), grid50.psr0);
    expectNear(deflatedSharpe(sample, grid50.trials, deviation), grid50.dsr);
  });
});

it("finds the reference's Newey-West statistic of SMA 10/20 against its H, which is SMA 50/200", (ctx) => {
  if (!bars) return ctx.skip(WITHOUT_DATA);
  const series = bars;
  const [first, second] = (
    [
      [10, 20],
      [50, 200],
    ] as const
  ).map(([fast, slow]) => {
    const { equity } = backtest(series, { signals: strictCross(series, fast, slow) }, SETTINGS);
    return { returns: returnsOf(equity), sharpe: curveMetrics(equity, series.times, PERIODS).sharpe };
  });
  if (first === undefined || second === undefined) throw new Error("there are two curves");
  const { n, neweyWestLag, neweyWestT, sharpeDiffAnnual } = reference.AB_A_vs_H;
  expectNear(Number(first.sharpe) - Number(second.sharpe), sharpeDiffAnnual);
  const test = pairedTest(first.returns, second.returns);
  expect(test).toMatchObject({ count: n, lag: neweyWestLag });
  expectNear(test?.t, neweyWestT);
});
