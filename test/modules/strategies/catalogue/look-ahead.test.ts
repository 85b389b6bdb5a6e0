import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS } from "../../../../src/modules/strategies/bars/session.ts";
import { STRATEGIES } from "../../../../src/modules/strategies/catalogue/catalogue.ts";
import { checkedValues, type Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { PreparedStrategy, rangesOf } from "../../../../src/modules/strategies/catalogue/prepare.ts";
import type { Values } from "../../../../src/modules/strategies/language/numbers.ts";
import { sliceOf } from "../../../support/indicators.ts";

const sample = (seed: number, unit: "d" | "h") =>
  sampleBars({
    ...{ seed, bars: 900, timeframe: { count: 1, unit } },
    ...{ session: ALWAYS, from: Date.UTC(2019, 0, 2) },
  });
const DAILY = sample(7, "d");
const HOURLY = sample(8, "h");

/** Everything that a strategy hands to the engine, up to a bar. */
function decisions(strategy: Strategy, bars: Bars, values: Values, isIntraday: boolean, end: number) {
  const prepared = new PreparedStrategy(strategy, bars, { crossing: "tradingview", isIntraday });
  const { atr, orders, signals, trend } = prepared.inputs(values);
  const columns = { atr, trend, ...orders };
  return {
    signals: [...signals.subarray(0, end)],
    ...Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, [...(column?.subarray(0, end) ?? [])]]),
    ),
  };
}

const valuesOf = (strategy: Strategy, given: Values = {}): Values =>
  checkedValues(rangesOf(strategy), strategy.constraints, given).values;

describe.each(STRATEGIES.map((strategy) => [strategy.id, strategy] as const))("%s", (_, strategy) => {
  it.each([
    ["daily", DAILY, false],
    ["hourly", HOURLY, true],
  ] as const)("decides the same on %s bars whatever comes later, bit by bit", (_, bars, isIntraday) => {
    const values = valuesOf(strategy, "trend_ma" in strategy.parameters ? {} : { trend_ma: 20 });
    for (const end of [1, 2, 13, 60, 255, 256, 500, 777, 899]) {
      const whole = decisions(strategy, bars, values, isIntraday, end);
      expect(decisions(strategy, sliceOf(bars, 0, end), values, isIntraday, end)).toEqual(whole);
    }
  });

  it("opens something on three years of days with its defaults", () => {
    const { orders, signals } = new PreparedStrategy(strategy, DAILY, {
      crossing: "tradingview",
      isIntraday: false,
    }).inputs(valuesOf(strategy));
    const levels = [orders?.longEntryStop, orders?.shortEntryStop];
    const hasOrder = levels.some((column) => column?.some((level) => !Number.isNaN(level)));
    expect(hasOrder || signals.includes(1)).toBe(true);
  });
});
