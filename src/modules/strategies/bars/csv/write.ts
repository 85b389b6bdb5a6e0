import type { Bars } from "../bars.ts";
import { DAY } from "../timeframe.ts";

const HEADER = "time,open,high,low,close,volume";

/**
 * Bars as lines of a CSV, without line breaks: ISO times in UTC (dates alone where all are midnight) and the shortest
 * decimals that read back as the same numbers. Nothing in it can be taken for a formula but a negative number.
 */
export function* csvLinesOf({ times, open, high, low, close, volume }: Bars): Generator<string> {
  const length = times.every((time) => time % DAY === 0) ? "2004-08-19".length : undefined;
  yield HEADER;
  for (let at = 0; at < times.length; at += 1) {
    const time = new Date(times[at] ?? 0).toISOString().slice(0, length);
    yield `${time},${open[at]},${high[at]},${low[at]},${close[at]},${volume[at]}`;
  }
}
