import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../../../src/modules/strategies/bars/session.ts";
import { breakout } from "../../../../src/modules/strategies/catalogue/breakout.ts";
import { checkedValues, type Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { meanReversion } from "../../../../src/modules/strategies/catalogue/mean-reversion.ts";
import { momentum, tsMomentum } from "../../../../src/modules/strategies/catalogue/momentum.ts";
import { movingAverageTrend } from "../../../../src/modules/strategies/catalogue/moving-average-trend.ts";
import { PreparedStrategy } from "../../../../src/modules/strategies/catalogue/prepare.ts";
import { trendSystems } from "../../../../src/modules/strategies/catalogue/trend-systems.ts";
import { volumeBased } from "../../../../src/modules/strategies/catalogue/volume.ts";
import { LONG, SHORT } from "../../../../src/modules/strategies/engine/signals.ts";
import { flatBars } from "../engine/small-bars.ts";

const SAMPLE = sampleBars({
  ...{ seed: 3, bars: 900, timeframe: { count: 1, unit: "h" } },
  ...{ session: ALWAYS, from: Date.UTC(2019, 0, 2) },
});
const MISSING = 300;

const mapped = (bars: Bars, change: (column: Float64Array) => Float64Array): Bars => ({
  times: bars.times,
  ...{ open: change(bars.open), high: change(bars.high), low: change(bars.low) },
  ...{ close: change(bars.close), volume: change(bars.volume) },
});
const withoutRow = mapped(SAMPLE, (column) => column.with(MISSING, Number.NaN));
const onlyAfter = mapped(SAMPLE, (column) =>
  column.map((value, bar) => (bar > MISSING ? value : Number.NaN)),
);

type Named = readonly [id: string, strategy: Strategy];
const named = (strategies: readonly Strategy[]): Named[] => strategies.map((told) => [told.id, told]);
const STRATEGIES = [
  ...movingAverageTrend,
  ...trendSystems,
  ...momentum,
  ...meanReversion,
  ...breakout,
  ...volumeBased,
];
/** A market that stands still is at its highest high all the time. */
const BUYS_A_STILL_ONE = ["high_52w"];
/** It counts bars from the first one of all, and looks back over missing ones. */
const CARRIED_ON: readonly Strategy[] = [tsMomentum];

const defaultsOf = ({ constraints, parameters }: Strategy) =>
  checkedValues(parameters, constraints, {}).values;

/** What may open a position: signals and levels of entry orders, by bar. An exit hangs on what was opened before. */
function openings(strategy: Strategy, bars: Bars, isIntraday: boolean): Record<number, number> {
  const prepared = new PreparedStrategy(strategy, bars, { crossing: "tradingview", isIntraday });
  const { orders, signals } = prepared.inputs(defaultsOf(strategy));
  const found: Record<number, number> = {};
  for (const [bar, signal] of signals.entries()) {
    const level = orders?.longEntryStop?.[bar] ?? Number.NaN;
    if (signal === LONG || signal === SHORT) found[bar] = signal;
    else if (!Number.isNaN(level)) found[bar] = level;
  }
  return found;
}

describe.each([false, true])("with intraday bars: %s", (isIntraday) => {
  it.each(named(STRATEGIES.filter(({ id }) => !BUYS_A_STILL_ONE.includes(id))))(
    "%s opens nothing in a market that stands still",
    (_, strategy) => {
      const bars = flatBars(...new Array<number>(400).fill(99.9));
      const still = { ...bars, volume: bars.volume.map((_, bar) => 1000.1 + (bar % 7)) };
      expect(openings(strategy, still, isIntraday)).toEqual({});
    },
  );

  it.each(named(STRATEGIES.filter((strategy) => !CARRIED_ON.includes(strategy))))(
    "%s begins anew after a row without prices, as on the first bar",
    (_, strategy) => {
      const all = Object.entries(openings(strategy, withoutRow, isIntraday));
      const after = Object.fromEntries(all.filter(([bar]) => Number(bar) > MISSING));
      expect(Object.keys(after).length).toBeGreaterThan(0);
      expect(after).toEqual(openings(strategy, onlyAfter, isIntraday));
    },
  );
});
