import { type Condition, crossesOver, crossesUnder, type Series } from "./nodes.ts";
import type { Num } from "./numbers.ts";

/**
 * What a strategy does at the close of each bar. A bar whose exit rule holds opens nothing on that side; where both sides could
 * be opened, it is the long one.
 */
export interface Rules {
  readonly long?: Condition;
  readonly exitLong?: Condition;
  /** Left out by a strategy that only buys, together with the other short rules. */
  readonly short?: Condition;
  readonly exitShort?: Condition;
  readonly orders?: RuleOrders;
  /** Bars after which a position is left; 0 is never. */
  readonly hold?: Num;
}

/** Levels known at the close of a bar, at which orders work in the next; nothing where a level has no value. */
export interface RuleOrders {
  readonly longEntryStop?: Series;
  readonly longExitStop?: Series;
  readonly shortEntryStop?: Series;
  readonly shortExitStop?: Series;
}

/** Long on one event, short on the opposite one; each leaves the other's position. */
export const reversing = (up: Condition, down: Condition): Rules => ({
  long: up,
  exitLong: down,
  short: down,
  exitShort: up,
});

/** Long when a line crosses above another, short when below. */
export const crossing = (fast: Series, slow: Series): Rules =>
  reversing(crossesOver(fast, slow), crossesUnder(fast, slow));

/** Long only. */
export const buying = (long: Condition, exitLong: Condition): Rules => ({ long, exitLong });

export const mayShort = ({ orders, short }: Rules): boolean =>
  short !== undefined || orders?.shortEntryStop !== undefined;
