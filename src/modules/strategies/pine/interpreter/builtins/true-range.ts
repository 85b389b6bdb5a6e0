import type { Bars } from "../../../bars/bars.ts";
import { NA } from "../values.ts";

/** The true range of a bar; of the first one na, or high less low where that is asked for. */
export function trueRangeAt({ close, high, low }: Bars, bar: number, takesFirst: boolean): number {
  const [top, bottom, last] = [high[bar] ?? NA, low[bar] ?? NA, close[bar - 1] ?? NA];
  if (Number.isNaN(last)) return takesFirst ? top - bottom : NA;
  return Math.max(top - bottom, Math.abs(top - last), Math.abs(bottom - last));
}
