import { anyOf, type Condition, isAbove } from "../language/nodes.ts";
import { atMost, greater, type Num } from "../language/numbers.ts";
import { sma } from "../language/vocabulary/averages.ts";
import { close } from "../language/vocabulary/prices.ts";

/** The close is above the average of so many closes; with a length of 0, always. */
export const aboveTrend = (length: Num): Condition =>
  anyOf(atMost(length, 0), isAbove(close, sma(close, greater(length, 1))));
