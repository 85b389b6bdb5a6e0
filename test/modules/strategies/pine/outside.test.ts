import { describe, expect, it } from "vitest";
import { runPine } from "../../../../src/modules/strategies/pine/run.ts";
import { runOutside } from "../../../support/outside-pine.ts";
import { dailyBars } from "./sample-market.ts";
import { indicator, strategy } from "./scripts.ts";

/**
 * One line of Pine each, whose values both runtimes give on each bar. Left out is where PineTS leaves the manual: `ta.rising` and
 * `ta.falling` ask each bar to be beyond the one before it, the middle of `ta.kc` waits for its range, the direction of
 * `ta.supertrend` is na while the line is. It wants crossings in
 * variables of their own, `ta.highestbars` with a source, and keeps a waiting order beside one of the same name.
 */
const SERIES: Record<string, string> = {
  sma: "ta.sma(close, 20)",
  ema: "ta.ema(close, 20)",
  rma: "ta.rma(close, 14)",
  wma: "ta.wma(close, 15)",
  hma: "ta.hma(close, 21)",
  vwma: "ta.vwma(close, 20)",
  swma: "ta.swma(close)",
  alma: "ta.alma(close, 9, 0.85, 6)",
  linreg: "ta.linreg(close, 20, 0)",
  sum: "math.sum(close, 20)",
  stdev: "ta.stdev(close, 20)",
  variance: "ta.variance(close, 20)",
  dev: "ta.dev(close, 20)",
  tr: "ta.tr(true)",
  atr: "ta.atr(14)",
  rsi: "ta.rsi(close, 14)",
  cci: "ta.cci(hlc3, 20)",
  stoch: "ta.stoch(close, high, low, 14)",
  wpr: "ta.wpr(14)",
  mfi: "ta.mfi(hlc3, 14)",
  cmo: "ta.cmo(close, 14)",
  tsi: "ta.tsi(close, 13, 25)",
  mom: "ta.mom(close, 10)",
  roc: "ta.roc(close, 12)",
  percentrank: "ta.percentrank(close, 50)",
  median: "ta.median(close, 9)",
  highest: "ta.highest(20)",
  lowest: "ta.lowest(low, 20)",
  highestbars: "ta.highestbars(high, 20)",
  lowestbars: "ta.lowestbars(low, 20)",
  crossover: "crossover ? 1 : 0",
  crossunder: "crossunder ? 1 : 0",
  cross: "cross ? 1 : 0",
  change: "ta.change(close)",
  cum: "ta.cum(volume)",
  barssince: "ta.barssince(close > open)",
  valuewhen: "ta.valuewhen(close > open, high, 1)",
  sar: "ta.sar(0.02, 0.02, 0.2)",
  obv: "ta.obv",
};

const CROSSINGS = `quick = ta.ema(close, 5)
slow = ta.ema(close, 15)
crossover = ta.crossover(quick, slow)
crossunder = ta.crossunder(quick, slow)
cross = ta.cross(quick, slow)
`;

/** Bodies that plot more than one. */
const TUPLES: Record<string, readonly [call: string, names: readonly string[]]> = {
  bb: ["ta.bb(close, 20, 2)", ["middle", "upper", "lower"]],
  kc: ["ta.kc(close, 20, 1.5)", ["_", "upper", "lower"]],
  macd: ["ta.macd(close, 12, 26, 9)", ["line", "signal", "histogram"]],
  dmi: ["ta.dmi(14, 10)", ["plus", "minus", "adx"]],
  supertrend: ["ta.supertrend(3, 10)", ["line", "_"]],
};

const BODIES = Object.entries({
  ...Object.fromEntries(Object.entries(SERIES).map(([name, pine]) => [name, `plot(${pine}, "${name}")`])),
  ...Object.fromEntries(
    Object.entries(TUPLES).map(([name, [call, names]]) => [
      name,
      `[${names.join(", ")}] = ${call}\n${names
        .filter((one) => one !== "_")
        .map((one) => `plot(${one}, "${one}")`)
        .join("\n")}`,
    ]),
  ),
});

describe("against PineTS", () => {
  const bars = dailyBars();

  it.each(BODIES)("%s is the same on each bar, to what PineTS prints", async (_, body) => {
    const source = indicator(`${CROSSINGS}${body}`);
    const outside = await runOutside(source, bars);
    for (const { title, values } of runPine(source, bars).plots) {
      const theirs = outside.plots[title] ?? [];
      const wrong = [...values].findIndex((value, bar) => {
        const other = theirs[bar] ?? Number.NaN;
        return !Object.is(value, other) && !(Math.abs(value - other) <= 2e-10 * Math.max(1, Math.abs(value)));
      });
      expect({ title, wrong, ours: values[wrong], theirs: theirs[wrong] }).toEqual({
        ...{ title, wrong: -1, ours: undefined, theirs: undefined },
      });
    }
  });

  it.each([
    [
      "reversing",
      'if crossover\n    strategy.entry("L", strategy.long)\nif crossunder\n    strategy.entry("S", strategy.short)',
    ],
    [
      "closing",
      'if crossover\n    strategy.entry("L", strategy.long)\nif crossunder\n    strategy.close("L")',
    ],
    [
      "guarded",
      'if crossover\n    strategy.entry("L", strategy.long)\n    strategy.exit("X", "L", stop = close * 0.97, limit = close * 1.04)',
    ],
    [
      "at a stop",
      'if crossover\n    strategy.entry("L", strategy.long, stop = high)\nif crossunder\n    strategy.close("L")\n    strategy.cancel("L")',
    ],
  ])("trades of a %s strategy are the same", async (_, orders) => {
    const told = "default_qty_value=3, commission_type=strategy.commission.percent, commission_value=0.1";
    const body = `${CROSSINGS}${orders}`;
    const source = strategy(body, told);
    const outside = await runOutside(source, bars);
    const ours = runPine(source, bars).trades;
    expect(ours.length).toBeGreaterThan(20);
    expect(ours.map(({ entryBar, exitBar }) => [entryBar, exitBar])).toEqual(
      outside.trades.map(({ entryBar, exitBar }) => [entryBar, exitBar]),
    );
    for (const [at, { entryPrice, exitPrice, pnl, quantity, side }] of ours.entries()) {
      const theirs = outside.trades[at];
      expect(side === "long" ? quantity : -quantity).toBe(theirs?.size);
      expect(entryPrice).toBeCloseTo(theirs?.entryPrice ?? 0, 9);
      expect(exitPrice).toBeCloseTo(theirs?.exitPrice ?? 0, 9);
      expect(pnl).toBeCloseTo(theirs?.pnl ?? 0, 9);
    }
  });
});
