import { backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { measure } from "../../../../src/modules/strategies/engine/metrics.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { FLAT, LONG } from "../../../../src/modules/strategies/engine/signals.ts";
import type { OverfittingContent, ReportContent } from "../../../../src/modules/strategies/report/content.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import { flatBars, signalsAt } from "../engine/small-bars.ts";

/** Prices that wander, the same each time. */
export function wanderingPrices(count: number): number[] {
  const random = new Random(11);
  let price = 100;
  return Array.from({ length: count }, () => {
    price *= 1 + (random.next() - 0.49) * 0.04;
    return price;
  });
}

/** A report of a run that is long every other ten bars, or never. */
export function contentOf(prices: number[], trading = true): ReportContent {
  const bars = flatBars(...prices);
  const settings = engineSettings({ lotSize: 0, costs: { commissionRate: 0.001 } });
  const turns = trading ? Math.floor(prices.length / 10) : 0;
  const signals = Object.fromEntries(
    Array.from({ length: turns }, (_, turn) => [turn * 10, turn % 2 === 0 ? LONG : FLAT]),
  );
  const run = backtest(bars, { signals: signalsAt(prices.length, signals) }, settings);
  const first = prices[0] ?? 1;
  return {
    title: "Every other fortnight",
    desk: "Aldgate Partners",
    generatedAt: Date.UTC(2026, 10, 27),
    strategy: {
      title: "Calendar",
      entry: "The tenth bar",
      exit: "The twentieth bar",
      parameters: [{ title: "Bars to wait", value: 10 }],
    },
    dataset: {
      name: "Wandering prices",
      symbol: "WNDR",
      timeframe: "1d",
      from: bars.times[0] ?? 0,
      to: bars.times.at(-1) ?? 0,
      bars: prices.length,
      hash: "5eed".repeat(16),
    },
    settings,
    curve: {
      times: bars.times,
      equity: run.equity,
      benchmark: bars.close.map((close) => (10_000 * close) / first),
    },
    measures: measure(bars, run, settings, { periodsPerYear: 252 }),
    trades: run.trades.map((trade) => ({ ...trade, symbol: "WNDR" })),
    open: run.open === null ? [] : [{ ...run.open, symbol: "WNDR" }],
    optimization: { missing: "the parameters were given" },
    overfitting: { missing: "it was a single backtest" },
  };
}

/** Everything that a search adds to a report. */
export function withSearch(content: ReportContent): ReportContent {
  const values = Array.from({ length: 60 }, (_, at) => at + 5);
  return {
    ...content,
    optimization: {
      method: "Grid",
      trials: 3600,
      seed: 7,
      objective: "Sharpe ratio",
      space: [{ title: "Bars to wait", min: 5, max: 64, step: 1 }],
      top: Array.from({ length: 12 }, (_, trial) => ({
        ...{ trial, parameters: [trial + 5], objective: 1.5 - trial / 10, sharpe: 1.5 - trial / 10 },
        ...{ totalReturn: 0.4, maxDrawdown: 0.2, trades: 12 },
      })),
      convergence: Float64Array.from({ length: 3600 }, (_, at) => Math.min(1.5, at / 1000)),
      heatMap: {
        objective: "Sharpe ratio",
        x: { title: "Bars to wait", values },
        y: { title: "Bars to hold", values },
        cells: values.flatMap((y) => values.map((x) => (x < y ? Math.sin(x / 9) + y / 60 : null))),
      },
    },
    overfitting: OVERFITTED,
  };
}

export const OVERFITTED: OverfittingContent = {
  trials: 50,
  probabilisticSharpe: 0.997,
  deflatedSharpe: 0.797,
  minimumTrackRecord: 610,
  backtestOverfitting: {
    probability: 0.31,
    splits: 12_870,
    logits: { from: -4, to: 4, counts: [1, 2, 5, 9, 14, 9, 4, 1] },
  },
  walkForward: {
    metric: "Sharpe ratio",
    anchored: false,
    inSampleBars: 504,
    outOfSampleBars: 126,
    windows: Array.from({ length: 13 }, (_, at) => ({
      from: Date.UTC(2006, at * 6),
      to: Date.UTC(2006, at * 6 + 6),
      inSample: 1.35,
      outOfSample: at === 3 ? null : Math.sin(at),
    })),
    inSample: 1.35,
    outOfSample: 0.14,
    stitchedReturn: 0.09,
    efficiency: 0.14 / 1.35,
  },
  plateau: { metric: "Sharpe ratio", neighbours: 8, peak: 0.83, mean: 0.71, worst: 0.42 },
  tradePermutation: {
    runs: 1000,
    actual: 0.34,
    percentiles: [5, 25, 50, 75, 95].map((percent) => ({ percent, drawdown: 0.2 + percent / 300 })),
  },
  perturbation: {
    ...{ metric: "Sharpe ratio", runs: 200, steps: 2, base: 0.83, median: 0.6, low: 0.2, high: 0.9 },
  },
};
