import type { Backtest } from "../engine/backtest.ts";
import type { ExitReason, OpenTrade, Trade } from "../engine/trades.ts";

const REASONS: readonly ExitReason[] = ["signal", "stop", "trail", "target", "max_bars", "end", "bankruptcy"];

/** A trade of a run as it is kept, with the place of its symbol among the run's. */
export interface TradeRecord extends Omit<Trade, "exitPlace"> {
  symbol: number;
}

/** What is held after the last bar, likewise. */
export interface OpenRecord extends OpenTrade {
  symbol: number;
}

const TRADE_FIELDS = 15;
export const TRADE_BYTES = TRADE_FIELDS * 8;
/** Time, equity and drawdown. */
const CURVE_FIELDS = 3;
export const CURVE_BYTES = CURVE_FIELDS * 8;

/** Trades as rows of 15 doubles, so that any page of them is one range. */
export function encodeTrades(trades: readonly TradeRecord[]): Uint8Array<ArrayBuffer> {
  const rows = new Float64Array(trades.length * TRADE_FIELDS);
  for (const [at, trade] of trades.entries()) {
    const { entryBar, entryPrice, entryTime, exitBar, exitPrice, exitReason, exitTime, side } = trade;
    const reason = REASONS.indexOf(exitReason);
    rows.set(
      [
        ...[trade.symbol, side === "long" ? 1 : -1, reason, entryBar, exitBar, entryTime, exitTime],
        ...[
          entryPrice,
          exitPrice,
          trade.quantity,
          trade.pnl,
          trade.return,
          trade.commission,
          trade.mae,
          trade.mfe,
        ],
      ],
      at * TRADE_FIELDS,
    );
  }
  return new Uint8Array(rows.buffer);
}

/** Whole rows, as they stand in the object. */
export function decodeTrades(bytes: ArrayBuffer): TradeRecord[] {
  const rows = new Float64Array(bytes);
  return Array.from({ length: rows.length / TRADE_FIELDS }, (_, at) => {
    const [symbol = 0, side, reason = 0, ...rest] = rows.subarray(at * TRADE_FIELDS, (at + 1) * TRADE_FIELDS);
    const [entryBar = 0, exitBar = 0, entryTime = 0, exitTime = 0, entryPrice = 0, exitPrice = 0] = rest;
    const [quantity = 0, pnl = 0, returned = 0, commission = 0, mae = 0, mfe = 0] = rest.slice(6);
    return {
      ...{ symbol, side: side === 1 ? "long" : "short", exitReason: REASONS[reason] ?? "signal" },
      ...{ entryBar, exitBar, entryTime, exitTime, entryPrice, exitPrice },
      ...{ quantity, pnl, return: returned, commission, mae, mfe },
    };
  });
}

/** The curve as rows of time (ms), equity, and how far that is below its highest so far (a part of it). */
export function encodeCurve(
  times: Float64Array,
  { equity }: Pick<Backtest, "equity">,
): Uint8Array<ArrayBuffer> {
  const rows = new Float64Array(times.length * CURVE_FIELDS);
  let peak = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < times.length; at += 1) {
    const value = equity[at] ?? 0;
    peak = Math.max(peak, value);
    rows[at * CURVE_FIELDS] = times[at] ?? 0;
    rows[at * CURVE_FIELDS + 1] = value;
    rows[at * CURVE_FIELDS + 2] = (peak - value) / peak;
  }
  return new Uint8Array(rows.buffer);
}

export interface CurvePoint {
  time: number;
  equity: number;
  drawdown: number;
}

export function decodeCurve(bytes: ArrayBuffer): CurvePoint[] {
  const rows = new Float64Array(bytes);
  return Array.from({ length: rows.length / CURVE_FIELDS }, (_, at) => ({
    time: rows[at * CURVE_FIELDS] ?? 0,
    equity: rows[at * CURVE_FIELDS + 1] ?? 0,
    drawdown: rows[at * CURVE_FIELDS + 2] ?? 0,
  }));
}
