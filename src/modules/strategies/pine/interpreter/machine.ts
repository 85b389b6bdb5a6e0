import type { Bars } from "../../bars/bars.ts";
import type { Broker } from "../broker/broker.ts";
import type { Declaration } from "./declaration.ts";
import { PineFault, type Place } from "./fault.ts";

/** Enough for a hundred indicators over ten thousand bars, and done in seconds. */
const MOST_STEPS = 200_000_000;
/** Two values that differ by no more, relatively, may be equal but for the rounding of sums. */
const NEAR = 1e-12;

export type InputValue = number | boolean | string;

/** An input of a script and the value it was run with. */
export interface PineInput {
  /** The variable that it is assigned to. */
  readonly name: string;
  readonly title: string;
  readonly kind: "int" | "float" | "bool" | "string";
  readonly value: InputValue;
  readonly default: InputValue;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly step: number | undefined;
}

/** A line of numbers that a script draws; shapes and conditions are 1 or 0. */
export interface Plot {
  readonly kind: "plot" | "shape" | "alert";
  readonly title: string;
  readonly values: Float64Array;
}

export interface Market {
  readonly bars: Bars;
  readonly isIntraday: boolean;
  /** Smallest movement of the price. */
  readonly tickSize: number;
}

/** `as_computed` compares floats as they are; `equal` takes values that differ by rounding alone for the same. */
export type TieRule = "as_computed" | "equal";

/** What a running script knows and has done. */
export class Machine {
  bar = 0;
  readonly market: Market;
  readonly bars: Bars;
  readonly version: 5 | 6;
  readonly declaration: Declaration;
  readonly broker: Broker;
  readonly inputs: PineInput[] = [];
  readonly plots: Plot[] = [];
  /** Bars on which two values were compared that differ, if at all, by rounding alone. */
  readonly ties = new Set<number>();
  readonly #tolerance: number;
  #steps = 0;

  constructor(market: Market, version: 5 | 6, declaration: Declaration, broker: Broker, ties: TieRule) {
    this.market = market;
    this.bars = market.bars;
    this.version = version;
    this.declaration = declaration;
    this.broker = broker;
    this.#tolerance = ties === "equal" ? NEAR : 0;
  }

  /** Throws a PineFault where the script does more than it may. */
  spend(steps: number, place: Place): void {
    this.#steps += steps;
    if (this.#steps > MOST_STEPS) throw new PineFault("the script does more than it may", place);
  }

  /** Below 0, 0 or above, as the left is to the right; NaN where one is na. Notes near ties. */
  compare(left: number, right: number): number {
    const difference = left - right;
    if (difference === 0 || Number.isNaN(difference)) return difference;
    const size = Math.max(Math.abs(left), Math.abs(right));
    if (Math.abs(difference) > NEAR * size) return difference;
    this.ties.add(this.bar);
    return this.#tolerance > 0 ? 0 : difference;
  }

  /** Like `compare`, of two lines for a crossing, where equality itself is worth a note. */
  compareLines(left: number, right: number): number {
    if (left === right) this.ties.add(this.bar);
    return this.compare(left, right);
  }
}
