import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import type { Strategy } from "../../../../src/modules/strategies/catalogue/declare.ts";
import { PreparedStrategy } from "../../../../src/modules/strategies/catalogue/prepare.ts";
import type { Values } from "../../../../src/modules/strategies/language/numbers.ts";

export type Decided = Record<number, "long" | "short" | "flat">;

const NAMES = new Map<number, Decided[number]>([
  [1, "long"],
  [-1, "short"],
  [0, "flat"],
]);

/** What a strategy decides, by bar; lengths may be shorter than its ranges allow. */
export function decidedOn(strategy: Strategy, bars: Bars, values: Values, isIntraday = false): Decided {
  const prepared = new PreparedStrategy(strategy, bars, { crossing: "tradingview", isIntraday });
  const decided: Decided = {};
  for (const [bar, signal] of prepared.inputs(values).signals.entries()) {
    const name = NAMES.get(signal);
    if (name !== undefined) decided[bar] = name;
  }
  return decided;
}
