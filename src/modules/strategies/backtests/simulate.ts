import type { Bars } from "../bars/bars.ts";
import type { Strategy } from "../catalogue/declare.ts";
import type { RunOptions } from "../catalogue/prepare.ts";
import { runStrategy } from "../catalogue/run.ts";
import type { Backtest } from "../engine/backtest.ts";
import { type Measures, measure } from "../engine/metrics.ts";
import { combine } from "../engine/portfolio.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { Values } from "../language/numbers.ts";
import type { OpenRecord, TradeRecord } from "./records.ts";

export interface SymbolSeries {
  symbol: string;
  bars: Bars;
}

export interface Simulation {
  /** Of the equity curve; of one symbol its own bars. */
  bars: Bars;
  run: Backtest;
  trades: TradeRecord[];
  open: OpenRecord[];
  measures: Measures;
}

/** Runs a strategy over one symbol, or over several that share the cash equally. */
export function simulate(
  strategy: Strategy,
  values: Values,
  series: readonly [SymbolSeries, ...SymbolSeries[]],
  settings: EngineSettings,
  options: RunOptions & { periods_per_year?: number | undefined },
): Simulation {
  const share = { ...settings, cash: settings.cash / series.length };
  const runs = series.map(({ bars }) => ({ bars, ...runStrategy(strategy, values, bars, share, options) }));
  const open = runs.flatMap(({ run }, symbol) => (run.open === null ? [] : [{ ...run.open, symbol }]));
  const [first] = runs;
  if (runs.length === 1 && first !== undefined) {
    const { bars, measures, run } = first;
    return { bars, run, open, measures, trades: run.trades.map((trade) => ({ ...trade, symbol: 0 })) };
  }
  const { bars, run, trades } = combine(runs);
  const given = options.periods_per_year === undefined ? {} : { periodsPerYear: options.periods_per_year };
  return {
    ...{ bars, run, open },
    measures: measure(bars, run, settings, given),
    trades: trades.map(({ part, trade }) => ({ ...trade, symbol: part })),
  };
}
