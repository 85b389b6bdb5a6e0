import type { Bars } from "../bars/bars.ts";
import type { EngineSettings } from "./settings.ts";
import type { Inputs } from "./signals.ts";

/** Throws a RangeError where a column is not as long as the bars, or a rule needs the true range and none was given. */
export function requireColumns(
  bars: Bars,
  { overlays, sizing }: EngineSettings,
  { atr, orders, signals, trend }: Inputs,
): void {
  const length = bars.close.length;
  requireLength("signals", signals, length);
  if (atr !== undefined) requireLength("atr", atr, length);
  else if (overlays.stopAtr + overlays.takeAtr + overlays.trailAtr > 0 || sizing.kind === "atr_risk")
    throw new RangeError("stops, targets and sizes in ATR need the average true range");
  if (trend !== undefined) requireLength("trend", trend, length);
  if (orders === undefined) return;
  requireLength("orders", orders.longEntryStop, length);
  requireLength("orders", orders.longEntryLimit, length);
  requireLength("orders", orders.shortEntryStop, length);
  requireLength("orders", orders.shortEntryLimit, length);
  requireLength("orders", orders.longExitStop, length);
  requireLength("orders", orders.longExitLimit, length);
  requireLength("orders", orders.shortExitStop, length);
  requireLength("orders", orders.shortExitLimit, length);
}

function requireLength(name: string, column: { length: number } | undefined, length: number): void {
  if (column !== undefined && column.length !== length)
    throw new RangeError(`${name} are of ${column.length} bars, the series is of ${length}`);
}
