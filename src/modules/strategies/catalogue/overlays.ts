import { type Range, range } from "./declare.ts";

/** Bars of the average true range that stops, targets and sizes by risk are measured with. */
export const ATR_LENGTH = 14;

/**
 * Parameters that every strategy takes besides its own, all off at 0: a rule of its own under the same name goes before. Their
 * ranges allow 0 below the least that does something.
 */
export const OVERLAYS = {
  stop_atr: range("Stop, in average true ranges from the entry", 0, 0, 6, 0.25),
  take_atr: range("Target, in average true ranges from the entry", 0, 0, 12, 0.5),
  trail_atr: range("Trailing stop, in average true ranges from the best price", 0, 0, 8, 0.25),
  max_bars: range("Bars after which a position is left", 0, 0, 250),
  trend_ma: range("No long below the average of so many closes, no short above it", 0, 0, 250),
  cooldown: range("Bars after an exit in which nothing is opened", 0, 0, 20),
} satisfies Record<string, Range>;
