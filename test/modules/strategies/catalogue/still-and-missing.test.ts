import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../../../src/modules/strategies/bars/session.ts";
import { checkedValues, type Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { momentum, tsMomentum } from "../../../../src/modules/strategies/catalogue/momentum.ts";
import { volumeBased } from "../../../../src/modules/strategies/catalogue/volume.ts";
import { flatBars } from "../engine/small-bars.ts";
import { decidedOn } from "./decided-on.ts";

const SAMPLE = sampleBars({
  ...{ seed: 3, bars: 600, timeframe: { count: 1, unit: "h" } },
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
const STRATEGIES = [...momentum, ...volumeBased];
/** It counts bars from the first one of all, and looks back over missing ones. */
const CARRIED_ON: readonly Strategy[] = [tsMomentum];

const defaultsOf = ({ constraints, parameters }: Strategy) =>
  checkedValues(parameters, constraints, {}).values;

describe.each([false, true])("with intraday bars: %s", (isIntraday) => {
  it.each(named(STRATEGIES))("%s decides nothing in a market that stands still", (_, strategy) => {
    const bars = flatBars(...new Array<number>(400).fill(99.9));
    const still = { ...bars, volume: bars.volume.map((_, bar) => 1000.1 + (bar % 7)) };
    expect(decidedOn(strategy, still, defaultsOf(strategy), isIntraday)).toEqual({});
  });

  it.each(named(STRATEGIES.filter((strategy) => !CARRIED_ON.includes(strategy))))(
    "%s begins anew after a row without prices, as on the first bar",
    (_, strategy) => {
      const values = defaultsOf(strategy);
      const all = Object.entries(decidedOn(strategy, withoutRow, values, isIntraday));
      const after = Object.fromEntries(all.filter(([bar]) => Number(bar) >= MISSING));
      expect(Object.keys(after).length).toBeGreaterThan(0);
      expect(after).toEqual(decidedOn(strategy, onlyAfter, values, isIntraday));
    },
  );
});
