import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { type Backtest, backtest } from "../../../../src/modules/strategies/engine/backtest.ts";
import { engineSettings, type SettingsInput } from "../../../../src/modules/strategies/engine/settings.ts";
import { type Inputs, NO_CHANGE } from "../../../../src/modules/strategies/engine/signals.ts";

const DAY_MS = 86_400_000;

/** Daily bars from rows of open, high, low and close. */
export function barsOf(rows: readonly (readonly [number, number, number, number])[]): Bars {
  const column = (at: 0 | 1 | 2 | 3) => Float64Array.from(rows, (row) => row[at]);
  return {
    times: Float64Array.from(rows, (_, bar) => bar * DAY_MS),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: new Float64Array(rows.length),
  };
}

/** Bars that stand still, each at its own price. */
export const flatBars = (...prices: number[]): Bars =>
  barsOf(prices.map((price) => [price, price, price, price]));

/** Signals by the bars on which they are decided; no change on all others. */
export function signalsAt(length: number, at: Record<number, number>): Int8Array {
  const signals = new Int8Array(length).fill(NO_CHANGE);
  for (const [bar, target] of Object.entries(at)) signals[Number(bar)] = target;
  return signals;
}

/** Levels by the bars in which they work. */
export function levelsAt(length: number, at: Record<number, number>): Float64Array {
  const levels = new Float64Array(length).fill(Number.NaN);
  for (const [bar, level] of Object.entries(at)) levels[Number(bar)] = level;
  return levels;
}

export function run(
  bars: Bars,
  at: Record<number, number>,
  settings: SettingsInput = {},
  more: Partial<Inputs> = {},
): Backtest {
  const signals = signalsAt(bars.close.length, at);
  return backtest(bars, { signals, ...more }, engineSettings(settings));
}
