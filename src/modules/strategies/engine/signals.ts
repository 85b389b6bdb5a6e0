/** The position that a strategy wants after a bar. */
export const LONG = 1;
export const SHORT = -1;
export const FLAT = 0;
/** Whatever the position is, it stays. */
export const NO_CHANGE = 2;

/** One target per bar, decided on that bar's close from bars up to it. */
export type Signals = Int8Array | Int32Array;

/**
 * Prices at which an order works in a bar, NaN where there is none; each stands at the bar in which it works, and is made from
 * the bars before it and that bar's open. Entries work while there is no position, exits while theirs is held.
 */
export interface Orders {
  readonly longEntryStop?: Float64Array;
  readonly longEntryLimit?: Float64Array;
  readonly shortEntryStop?: Float64Array;
  readonly shortEntryLimit?: Float64Array;
  readonly longExitStop?: Float64Array;
  readonly longExitLimit?: Float64Array;
  readonly shortExitStop?: Float64Array;
  readonly shortExitLimit?: Float64Array;
}

/** What a strategy hands to the engine besides its signals. */
export interface Inputs {
  readonly signals: Signals;
  readonly orders?: Orders;
  /** Average true range, which the overlays in ATR and the sizing by risk need; no entry where it is not a number. */
  readonly atr?: Float64Array;
  /** A moving average: no long below it, no short above it, nothing where it is not a number. */
  readonly trend?: Float64Array;
}

/**
 * When a line crosses another. `tradingview`: it was at most the other and now is above (`ta.crossover`), so a touch and a rise
 * is a crossing. `strict`: it was below and now is above, so after a touch there is none.
 */
export type CrossingRule = "tradingview" | "strict";

/**
 * Writes LONG where `fast` crosses above `slow`, SHORT where it crosses below, and NO_CHANGE elsewhere; also where one of the
 * four values is not a number. All three are of the same length.
 */
export function crossSignals<T extends Signals>(
  fast: Float64Array,
  slow: Float64Array,
  rule: CrossingRule,
  target: T,
): T {
  if (fast.length !== target.length || slow.length !== target.length)
    throw new RangeError(`lines of ${fast.length} and ${slow.length} bars for ${target.length} signals`);
  const touches = rule === "tradingview";
  let before = Number.NaN;
  for (let bar = 0; bar < target.length; bar += 1) {
    const now = (fast[bar] ?? 0) - (slow[bar] ?? 0);
    if (now > 0 && (before < 0 || (touches && before === 0))) target[bar] = LONG;
    else if (now < 0 && (before > 0 || (touches && before === 0))) target[bar] = SHORT;
    else target[bar] = NO_CHANGE;
    before = now;
  }
  return target;
}
