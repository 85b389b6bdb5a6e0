import type { PriceColumns } from "./oscillators.ts";
import { requireLength, runsOf } from "./runs.ts";

export interface SessionThrust {
  /** The price at which the bar's session began. */
  readonly open: Float64Array;
  /** Of the sessions before it. */
  readonly range: Float64Array;
}

/**
 * The open of each bar's session and the range of Chalek's Dual Thrust, the larger of highest high - lowest close and highest
 * close - lowest low over the last `length` whole sessions. `sessions` has a number per bar, a new session wherever it changes.
 */
export function dualThrust(
  prices: PriceColumns & { readonly open: Float64Array },
  sessions: Float64Array,
  length: number,
): SessionThrust {
  requireLength(length);
  const { open } = prices;
  const runs = runsOf(open, prices.high, prices.low, prices.close);
  const begun = new Float64Array(open.length).fill(Number.NaN);
  const range = new Float64Array(open.length).fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const done: Session[] = [];
    let session = sessionAt(prices, from);
    let [price, reach] = [open[from] ?? 0, Number.NaN];
    for (let i = from; i < (runs[r + 1] ?? 0); i += 1) {
      if (i > from && sessions[i] !== sessions[i - 1]) {
        done.push(session);
        if (done.length > length) done.shift();
        if (done.length === length) reach = rangeOf(done);
        session = sessionAt(prices, i);
        price = open[i] ?? 0;
      } else widen(session, prices, i);
      begun[i] = price;
      range[i] = reach;
    }
  }
  return { open: begun, range };
}

interface Session {
  high: number;
  low: number;
  close: number;
}

const sessionAt = ({ close, high, low }: PriceColumns, bar: number): Session => ({
  ...{ high: high[bar] ?? 0, low: low[bar] ?? 0, close: close[bar] ?? 0 },
});

function widen(session: Session, { close, high, low }: PriceColumns, bar: number): void {
  session.high = Math.max(session.high, high[bar] ?? 0);
  session.low = Math.min(session.low, low[bar] ?? 0);
  session.close = close[bar] ?? 0;
}

function rangeOf(sessions: readonly Session[]): number {
  const closes = sessions.map(({ close }) => close);
  const top = Math.max(...sessions.map(({ high }) => high));
  const bottom = Math.min(...sessions.map(({ low }) => low));
  return Math.max(top - Math.min(...closes), Math.max(...closes) - bottom);
}
