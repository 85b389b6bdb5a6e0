import type { Bars } from "../bars/bars.ts";
import { firstFrom } from "../bars/slice.ts";
import type { Backtest } from "./backtest.ts";

/** One symbol's run, with its share of the cash. */
export interface PortfolioPart {
  bars: Bars;
  run: Backtest;
}

export interface PortfolioTrade {
  /** Place of the part among the portfolio's. */
  part: number;
  trade: Backtest["trades"][number];
}

export interface Portfolio {
  /** The union of all times; the close is the mean of the parts' closes over their first ones, for buy and hold. */
  bars: Bars;
  run: Backtest;
  /** In the order of exits, those of one time in the order of the parts. */
  trades: PortfolioTrade[];
}

/**
 * Several runs as one: each symbol trades its own share of the cash, nothing is moved between them, and the equity at each time
 * is the sum of what each was worth at its latest close by then. Throws a RangeError without parts.
 */
export function combine(parts: readonly PortfolioPart[]): Portfolio {
  if (parts.length === 0) throw new RangeError("a portfolio needs a part");
  const times = unionOf(parts.map(({ bars }) => bars.times));
  const equity = new Float64Array(times.length);
  const index = new Float64Array(times.length);
  const held = new Uint8Array(times.length);
  for (const { bars, run } of parts) {
    let at = -1;
    for (let bar = 0; bar < times.length; bar += 1) {
      if (bars.times[at + 1] === times[bar]) at += 1;
      equity[bar] = (equity[bar] ?? 0) + (run.equity[Math.max(at, 0)] ?? 0);
      index[bar] =
        (index[bar] ?? 0) + (bars.close[Math.max(at, 0)] ?? 0) / (bars.close[0] ?? 1) / parts.length;
    }
    for (const [entered, left] of spansOf(bars, run))
      held.fill(1, firstFrom(times, entered), firstFrom(times, left));
  }
  const trades = parts
    .flatMap(({ run }, part) => run.trades.map((trade) => ({ part, trade })))
    .sort((a, b) => a.trade.exitTime - b.trade.exitTime || a.part - b.part);
  const sum = (of: "traded" | "commissionPaid") => parts.reduce((all, { run }) => all + run[of], 0);
  return {
    bars: {
      times,
      open: index,
      high: index,
      low: index,
      close: index,
      volume: new Float64Array(times.length),
    },
    run: {
      trades: trades.map(({ trade }) => trade),
      open: null,
      equity,
      barsHeld: held.reduce((count, one) => count + one, 0),
      traded: sum("traded"),
      commissionPaid: sum("commissionPaid"),
      bankruptBar: null,
    },
    trades,
  };
}

/** From the opening of the entry's bar up to the first time that is not held; the bar of an exit at its open is none. */
function spansOf({ times }: Bars, { open, trades }: Backtest): [number, number][] {
  const closed = trades.map(({ entryTime, exitPlace, exitTime }): [number, number] => {
    return [entryTime, exitPlace === "open" ? exitTime : exitTime + 1];
  });
  return open === null ? closed : [...closed, [open.entryTime, (times.at(-1) ?? open.entryTime) + 1]];
}

function unionOf(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const column of columns) {
    all.set(column, end);
    end += column.length;
  }
  all.sort();
  let kept = 0;
  for (let at = 0; at < all.length; at += 1)
    if (at === 0 || all[at] !== all[kept - 1]) {
      all[kept] = all[at] ?? 0;
      kept += 1;
    }
  return all.slice(0, kept);
}
