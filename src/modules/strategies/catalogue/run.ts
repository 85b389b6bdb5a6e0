import type { Bars } from "../bars/bars.ts";
import { type Backtest, backtest } from "../engine/backtest.ts";
import { type Measures, measure } from "../engine/metrics.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { Values } from "../language/numbers.ts";
import type { Strategy } from "./declare.ts";
import { PreparedStrategy, type RunOptions, withOverlays } from "./prepare.ts";

export interface StrategyRun {
  run: Backtest;
  measures: Measures;
  settings: EngineSettings;
}

/** A strategy over one series by checked values, in full: trades, curve and figures. Deterministic. */
export function runStrategy(
  strategy: Strategy,
  values: Values,
  bars: Bars,
  settings: EngineSettings,
  { periods_per_year, ...options }: RunOptions & { periods_per_year?: number | undefined },
): StrategyRun {
  const all = withOverlays(settings, strategy, values);
  const run = backtest(bars, new PreparedStrategy(strategy, bars, options).inputs(values), all);
  const given = periods_per_year === undefined ? {} : { periodsPerYear: periods_per_year };
  return { run, measures: measure(bars, run, all, given), settings: all };
}
