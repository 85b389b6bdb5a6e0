import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { crossSignals } from "../../../../src/modules/strategies/engine/signals.ts";
import { dataFile } from "../../../support/data.ts";

export const WITHOUT_DATA = "the data folder is not there";

/** GOOG.csv as bars, or undefined without the data folder. */
export async function googBars(): Promise<Bars | undefined> {
  const bytes = await dataFile("GOOG.csv");
  if (bytes === undefined) return undefined;
  const rows = new TextDecoder()
    .decode(bytes)
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const column = (at: number) => Float64Array.from(rows, (row) => Number(row[at]));
  return {
    times: Float64Array.from(rows, (row) => Date.parse(`${row[0]}T00:00:00Z`)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}

/** A simple moving average from sums of whole ticks, so that equal averages are equal numbers. */
export function exactSma(prices: Float64Array, length: number, ticksPerUnit = 100): Float64Array {
  const average = new Float64Array(prices.length).fill(Number.NaN);
  let sum = 0;
  for (let bar = 0; bar < prices.length; bar += 1) {
    sum += Math.round((prices[bar] ?? 0) * ticksPerUnit);
    if (bar >= length) sum -= Math.round((prices[bar - length] ?? 0) * ticksPerUnit);
    if (bar >= length - 1) average[bar] = sum / length / ticksPerUnit;
  }
  return average;
}

/** Signals of a cross of two averages by the rule that the reference cases use. */
export function strictCross({ close }: Bars, fast: number, slow: number): Int8Array {
  return crossSignals(exactSma(close, fast), exactSma(close, slow), "strict", new Int8Array(close.length));
}
