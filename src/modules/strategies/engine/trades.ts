import type { Bars } from "../bars/bars.ts";
import type { FillPlace } from "./guard.ts";

/** Why a position was left: the strategy, an overlay or order, the end of the data, or that nothing was left. */
export type ExitReason = "signal" | "stop" | "trail" | "target" | "max_bars" | "end" | "bankruptcy";

interface Position {
  side: "long" | "short";
  /** Always above 0. */
  quantity: number;
  /** Index of the bar in which it was filled. */
  entryBar: number;
  /** Opening of that bar, ms since 1970. */
  entryTime: number;
  entryPrice: number;
  /** Money, net of `commission`. */
  pnl: number;
  /** Money, of all fills of the position so far. */
  commission: number;
}

export interface Trade extends Position {
  exitBar: number;
  exitTime: number;
  exitPrice: number;
  exitPlace: FillPlace;
  exitReason: ExitReason;
  /** `pnl` over what the entry cost without commission. */
  return: number;
  /** Maximum adverse excursion: the worst price that was surely held through, as a part of the entry price; 0 or below. */
  mae: number;
  /** Maximum favourable excursion, likewise; 0 or above. */
  mfe: number;
}

export interface OpenTrade extends Position {
  /** The last close. */
  markPrice: number;
}

interface Path {
  entryBar: number;
  entryPlace: FillPlace;
  exitBar: number;
  exitPlace: FillPlace;
}

/**
 * MAE and MFE of a trade. Bars that were held from open to close count with their high and low; of a bar that was entered or
 * left inside only the prices that must have been held count: the fills, and the open or close on the held side.
 */
export function excursion(
  { close, high, low, open }: Bars,
  direction: number,
  entryPrice: number,
  exitPrice: number,
  { entryBar, entryPlace, exitBar, exitPlace }: Path,
): { mae: number; mfe: number } {
  let highest = Math.max(entryPrice, exitPrice);
  let lowest = Math.min(entryPrice, exitPrice);
  const see = (most: number | undefined, least: number | undefined) => {
    highest = Math.max(highest, most ?? highest);
    lowest = Math.min(lowest, least ?? lowest);
  };
  for (let bar = entryBar; bar <= exitBar; bar += 1) {
    const fromOpen = bar > entryBar || entryPlace === "open";
    const toClose = bar < exitBar || exitPlace === "close";
    if (fromOpen && toClose) see(high[bar], low[bar]);
    else if (fromOpen) see(open[bar], open[bar]);
    else if (toClose) see(close[bar], close[bar]);
  }
  const up = highest / entryPrice - 1;
  const down = lowest / entryPrice - 1;
  return direction > 0 ? { mae: down, mfe: up } : { mae: 0 - up, mfe: 0 - down };
}
