import {
  type CrossingRule,
  crossSignals,
  FLAT,
  LONG,
  NO_CHANGE,
  type Orders,
  SHORT,
} from "../engine/signals.ts";
import type { Columns } from "./columns.ts";
import type { Condition, Series } from "./nodes.ts";
import type { Values } from "./numbers.ts";
import type { RuleOrders, Rules } from "./rules.ts";

/** Turns a strategy's rules into one target per bar. The column it gives is written over by the next call. */
export class SignalMaker {
  readonly #rules: Rules;
  readonly #columns: Columns;
  readonly #crossing: CrossingRule;
  readonly #signals: Int8Array;
  readonly #never: Uint8Array;

  constructor(rules: Rules, columns: Columns, crossing: CrossingRule) {
    this.#rules = rules;
    this.#columns = columns;
    this.#crossing = crossing;
    const bars = columns.bars.close.length;
    this.#signals = new Int8Array(bars);
    this.#never = new Uint8Array(bars);
  }

  signals(values: Values): Int8Array {
    const lines = linesOf(this.#rules);
    if (lines === undefined) return this.#walk(values);
    const [fast, slow] = lines;
    const columns = this.#columns;
    return crossSignals(
      columns.series(fast, values),
      columns.series(slow, values),
      this.#crossing,
      this.#signals,
    );
  }

  /** Levels moved to the bar in which they work. */
  orders(values: Values): Orders | undefined {
    const { orders } = this.#rules;
    if (orders === undefined) return undefined;
    const moved: { -readonly [K in keyof Orders]: Orders[K] } = {};
    for (const name of ORDER_NAMES) {
      const level = orders[name];
      if (level === undefined) continue;
      const column = new Float64Array(this.#signals.length).fill(Number.NaN);
      column.set(this.#columns.series(level, values).subarray(0, -1), 1);
      moved[name] = column;
    }
    return moved;
  }

  /**
   * `wanted` is the side of the last entry that was not left since, which an exit rule needs to know: the exit of a long
   * position says nothing about a short one. Where a stop has closed the position already, leaving it again does nothing.
   */
  #walk(values: Values): Int8Array {
    const { exitLong, exitShort, long, short } = this.#rules;
    const [enter, leave] = [this.#column(long, values), this.#column(exitLong, values)];
    const [sell, cover] = [this.#column(short, values), this.#column(exitShort, values)];
    const signals = this.#signals;
    const hasOrders = this.#rules.orders !== undefined;
    let wanted = FLAT;
    for (let bar = 0; bar < signals.length; bar += 1) {
      let signal = NO_CHANGE;
      if (enter[bar] === 1 && leave[bar] === 0) signal = LONG;
      else if (sell[bar] === 1 && cover[bar] === 0) signal = SHORT;
      else if (wanted === LONG && leave[bar] === 1) signal = FLAT;
      else if (wanted === SHORT && cover[bar] === 1) signal = FLAT;
      else if (hasOrders && leave[bar] === 1 && cover[bar] === 1) signal = FLAT;
      if (signal !== NO_CHANGE) wanted = signal;
      signals[bar] = signal;
    }
    return signals;
  }

  #column(condition: Condition | undefined, values: Values): Uint8Array {
    return condition === undefined ? this.#never : this.#columns.condition(condition, values);
  }
}

const ORDER_NAMES = [
  "longEntryStop",
  "longExitStop",
  "shortEntryStop",
  "shortExitStop",
] as const satisfies readonly (keyof RuleOrders)[];

/** The two lines of rules that are nothing but their crossings, which one pass over both can tell. */
function linesOf({ exitLong, exitShort, long, orders, short }: Rules): [Series, Series] | undefined {
  if (orders !== undefined || exitLong !== short || exitShort !== long) return undefined;
  if (long?.kind !== "cross" || short?.kind !== "cross") return undefined;
  const isPair = long.left === short.left && long.right === short.right;
  return isPair && long.direction === "over" && short.direction === "under"
    ? [long.left, long.right]
    : undefined;
}
