import type { CrossingRule } from "../engine/signals.ts";
import type { Comparison, Condition, Series } from "./nodes.ts";
import { holds, numberOf, type Values } from "./numbers.ts";

interface SeriesSource {
  series(node: Series, values: Values): Float64Array;
}

/** A column for each condition, written anew at each asking. */
export class ConditionColumns {
  readonly #source: SeriesSource;
  readonly #length: number;
  readonly #crossing: CrossingRule;
  readonly #columns = new WeakMap<Condition, Uint8Array>();

  constructor(source: SeriesSource, length: number, crossing: CrossingRule) {
    this.#source = source;
    this.#length = length;
    this.#crossing = crossing;
  }

  column(node: Condition, values: Values): Uint8Array {
    let into = this.#columns.get(node);
    if (into === undefined) {
      into = new Uint8Array(this.#length);
      this.#columns.set(node, into);
    }
    return this.#write(node, values, into);
  }

  #write(node: Condition, values: Values, into: Uint8Array): Uint8Array {
    switch (node.kind) {
      case "compare":
        return compare(this.#of(node.left, values), node.operator, this.#of(node.right, values), into);
      case "cross": {
        const [left, right] = [this.#of(node.left, values), this.#of(node.right, values)];
        const touches = this.#crossing === "tradingview";
        return node.direction === "over"
          ? cross(left, right, touches, into)
          : cross(right, left, touches, into);
      }
      case "all":
        return this.#combine(node.of, values, into, 1);
      case "any":
        return this.#combine(node.of, values, into, 0);
      case "lasting":
        return lasting(this.column(node.of, values), numberOf(node.bars, values), into);
      case "begins":
        return begins(this.column(node.of, values), into);
      case "every": {
        const bars = numberOf(node.bars, values);
        for (let bar = 0; bar < into.length; bar += 1) into[bar] = bar % bars === 0 ? 1 : 0;
        return into;
      }
      case "holds":
        return into.fill(holds(node, values) ? 1 : 0);
    }
  }

  #of(node: Series, values: Values): Float64Array {
    return this.#source.series(node, values);
  }

  /** All of them with `start` 1, any of them with 0. What numbers alone decide is asked first, and the rest then left out. */
  #combine(of: readonly Condition[], values: Values, into: Uint8Array, start: 0 | 1): Uint8Array {
    into.fill(start);
    const decided = of
      .filter((part) => part.kind === "holds")
      .some((part) => holds(part, values) !== (start === 1));
    if (decided) return into.fill(1 - start);
    for (const part of of) {
      if (part.kind === "holds") continue;
      const column = this.column(part, values);
      if (start === 1)
        for (let bar = 0; bar < into.length; bar += 1) into[bar] = (into[bar] ?? 0) & (column[bar] ?? 0);
      else for (let bar = 0; bar < into.length; bar += 1) into[bar] = (into[bar] ?? 0) | (column[bar] ?? 0);
    }
    return into;
  }
}

function compare(
  left: Float64Array,
  operator: Comparison,
  right: Float64Array,
  into: Uint8Array,
): Uint8Array {
  if (operator === "<") return compare(right, ">", left, into);
  if (operator === "<=") return compare(right, ">=", left, into);
  if (operator === ">")
    for (let bar = 0; bar < into.length; bar += 1)
      into[bar] = (left[bar] ?? Number.NaN) > (right[bar] ?? Number.NaN) ? 1 : 0;
  else
    for (let bar = 0; bar < into.length; bar += 1)
      into[bar] = (left[bar] ?? Number.NaN) >= (right[bar] ?? Number.NaN) ? 1 : 0;
  return into;
}

/** Where `upper` comes to be above `lower`; see `CrossingRule` for what a touch before it means. */
function cross(upper: Float64Array, lower: Float64Array, touches: boolean, into: Uint8Array): Uint8Array {
  let before = Number.NaN;
  for (let bar = 0; bar < into.length; bar += 1) {
    const now = (upper[bar] ?? Number.NaN) - (lower[bar] ?? Number.NaN);
    into[bar] = now > 0 && (before < 0 || (touches && before === 0)) ? 1 : 0;
    before = now;
  }
  return into;
}

function lasting(of: Uint8Array, bars: number, into: Uint8Array): Uint8Array {
  let run = 0;
  for (let bar = 0; bar < into.length; bar += 1) {
    run = of[bar] === 1 ? run + 1 : 0;
    into[bar] = run >= bars ? 1 : 0;
  }
  return into;
}

function begins(of: Uint8Array, into: Uint8Array): Uint8Array {
  into[0] = 0;
  for (let bar = 1; bar < into.length; bar += 1) into[bar] = of[bar] === 1 && of[bar - 1] === 0 ? 1 : 0;
  return into;
}
