import type { PriceColumns } from "./oscillators.ts";
import { runsOf } from "./runs.ts";

/** The range of a bar that holds those after it. */
export interface MotherBar {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * The bar before the last inside bar, one with a lower high and a higher low than the bar before it, as long as no close has left
 * its range: from the inside bar to the bar before that close. No value while there is none.
 */
export function motherBar({ high, low, close }: PriceColumns): MotherBar {
  const runs = runsOf(high, low, close);
  const tops = new Float64Array(close.length).fill(Number.NaN);
  const bottoms = new Float64Array(close.length).fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    let top = Number.NaN;
    let bottom = Number.NaN;
    for (let i = (runs[r] ?? 0) + 1; i < (runs[r + 1] ?? 0); i += 1) {
      const [lastHigh, lastLow, now] = [high[i - 1] ?? 0, low[i - 1] ?? 0, close[i] ?? 0];
      if ((high[i] ?? 0) < lastHigh && (low[i] ?? 0) > lastLow) {
        top = lastHigh;
        bottom = lastLow;
      } else if (now > top || now < bottom) top = bottom = Number.NaN;
      tops[i] = top;
      bottoms[i] = bottom;
    }
  }
  return { high: tops, low: bottoms };
}
