import type { Bars } from "./bars.ts";

/** Bars, or returns, from one place up to another, that one not included. */
export interface Span {
  from: number;
  to: number;
}

export const spanLength = ({ from, to }: Span): number => Math.max(0, to - from);

/** The bars of a span, as views of the columns. */
export function cutBars(bars: Bars, { from, to }: Span): Bars {
  const cut = (column: Float64Array) => column.subarray(from, to);
  const { close, high, low, open, times, volume } = bars;
  return {
    ...{ times: cut(times), open: cut(open), high: cut(high) },
    ...{ low: cut(low), close: cut(close), volume: cut(volume) },
  };
}

/** The first place whose time is at least the given one; past the last where there is none. */
export function firstFrom(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The places whose times lie within the given ones, both included. */
export const spanWithin = (times: Float64Array, { from, to }: { from?: number; to?: number }): Span => ({
  from: from === undefined ? 0 : firstFrom(times, from),
  to: to === undefined ? times.length : firstFrom(times, to + 1),
});
