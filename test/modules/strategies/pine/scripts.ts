import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { PineFault } from "../../../../src/modules/strategies/pine/interpreter/fault.ts";
import { type PineOptions, type PineRun, runPine } from "../../../../src/modules/strategies/pine/run.ts";
import { flatBars } from "../engine/small-bars.ts";

/** An indicator's body in some version; its first plot by bars. */
export function plotted(body: string, bars: Bars = flatBars(1, 2, 3, 4, 5, 6), version: 5 | 6 = 6): number[] {
  const [plot] = runPine(indicator(body, version), bars).plots;
  if (plot === undefined) throw new Error("nothing was plotted");
  return [...plot.values];
}

export const indicator = (body: string, version: 5 | 6 = 6): string =>
  `//@version=${version}\nindicator("test")\n${body}`;

export const strategy = (body: string, told = "", version: 5 | 6 = 6): string =>
  `//@version=${version}\nstrategy("test", initial_capital=1000, margin_long=0, margin_short=0${told && `, ${told}`})\n${body}`;

export const traded = (body: string, bars: Bars, told = "", options: PineOptions = {}): PineRun =>
  runPine(strategy(body, told), bars, options);

/** What a script is refused with. */
export function faultOf(source: string, bars: Bars = flatBars(1, 2, 3)): string {
  try {
    runPine(source, bars);
  } catch (error) {
    if (error instanceof PineFault) return error.message;
    throw error;
  }
  throw new Error("the script was taken");
}
