import { PineFault, type Place } from "../fault.ts";
import type { Machine } from "../machine.ts";
import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA, type Value } from "../values.ts";

const MOST_LENGTH = 5_000;

/** What a source was on each run of one place of the script. */
export class Past {
  readonly #values: number[] = [];
  readonly #machine: Machine;
  readonly #place: Place;

  constructor(machine: Machine, place: Place) {
    this.#machine = machine;
    this.#place = place;
  }

  push(value: number): void {
    this.#values.push(value);
  }

  /** The value so many runs ago, na before the first. */
  at(back: number): number {
    return this.#values[this.#values.length - 1 - back] ?? NA;
  }

  /** A length as it may be: a whole number from 1 on. */
  length(length: number): number {
    if (!(Number.isInteger(length) && length >= 1 && length <= MOST_LENGTH))
      throw new PineFault(`a length of ${length}`, this.#place);
    this.#machine.spend(length, this.#place);
    return length;
  }

  /** Σ of the last values; na where one of them is. */
  sum(length: number): number {
    let sum = 0;
    for (let back = this.length(length) - 1; back >= 0; back -= 1) sum += this.at(back);
    return sum;
  }

  mean(length: number): number {
    return this.sum(length) / length;
  }

  /** Runs since the highest (sign 1) or lowest (-1) of the last values, the latest of equal ones; na where one of them is. */
  extreme(length: number, sign: 1 | -1): number {
    let found = 0;
    for (let back = 0; back < this.length(length); back += 1) {
      if (Number.isNaN(this.at(back))) return NA;
      if (sign * this.at(back) > sign * this.at(found)) found = back;
    }
    return found;
  }
}

/** A figure of what a builtin's first argument, the source, was so far; `figure` is given the other arguments. */
export const ofPast = (
  figure: (past: Past, ...given: number[]) => Value,
  parameters = "float source, int length",
  result = "float",
): Builtin =>
  series(
    parameters,
    result,
    ofNumbers((machine, place) => {
      const past = new Past(machine, place);
      return (source = NA, ...given) => {
        past.push(source);
        return figure(past, ...given);
      };
    }),
  );

/** pine_ema and pine_rma of the manual: seeded by the simple average, again after a gap. */
export class Smoothed {
  readonly #past: Past;
  #value = NA;

  constructor(machine: Machine, place: Place) {
    this.#past = new Past(machine, place);
  }

  next(value: number, length: number, alpha: number): number {
    this.#past.push(value);
    this.#value = Number.isNaN(this.#value)
      ? this.#past.mean(length)
      : alpha * value + (1 - alpha) * this.#value;
    return this.#value;
  }

  ema(value: number, length: number): number {
    return this.next(value, length, 2 / (length + 1));
  }

  rma(value: number, length: number): number {
    return this.next(value, length, 1 / length);
  }
}
