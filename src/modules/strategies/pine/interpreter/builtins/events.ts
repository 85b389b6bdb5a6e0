import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA, toBool, toNumber, type Value } from "../values.ts";
import { ofPast, Past } from "./windows.ts";

/** Whether a line has come to the other side of another; where the two met before, that counts as the side it comes from. */
const crossing = (direction: 1 | -1 | 0): Builtin =>
  series(
    "float source1, float source2",
    "bool",
    ofNumbers((machine) => {
      let [before, otherBefore] = [NA, NA];
      return (now = NA, other = NA) => {
        const side = machine.compare(now, other);
        const last = machine.compareLines(before, otherBefore);
        before = now;
        otherBefore = other;
        const isOver = side > 0 && last <= 0;
        const isUnder = side < 0 && last >= 0;
        return direction === 0 ? isOver || isUnder : direction === 1 ? isOver : isUnder;
      };
    }),
  );

/** Of the source now and `length` bars ago. */
const differing = (figure: (now: number, then: number) => number): Builtin =>
  ofPast((past, length = NA) => figure(past.at(0), past.at(past.length(length))));

/** What happened, when, and how far values moved since. */
export const EVENTS: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.cross": [crossing(0)],
  "ta.crossover": [crossing(1)],
  "ta.crossunder": [crossing(-1)],
  "ta.change": [
    ofPast(
      (past, length = NA) => past.at(0) - past.at(Number.isNaN(length) ? 1 : past.length(length)),
      "float source, int length?",
      "first",
    ),
    series("bool source, int length?", "bool", (machine, place) => {
      const past = new Past(machine, place);
      return (source, length) => {
        past.push(toNumber(source));
        const then = past.at(length === undefined ? 1 : past.length(toNumber(length)));
        return !Number.isNaN(then) && then !== toNumber(source);
      };
    }),
  ],
  "ta.mom": [differing((now, then) => now - then)],
  "ta.roc": [differing((now, then) => (then === 0 ? NA : (100 * (now - then)) / then))],
  "ta.cum": [
    series(
      "float source",
      "float",
      ofNumbers(() => {
        let sum = 0;
        return (source = NA) => {
          if (!Number.isNaN(source)) sum += source;
          return sum;
        };
      }),
    ),
  ],
  "ta.barssince": [
    series("bool condition", "int", () => {
      let since = NA;
      return (condition) => {
        since = toBool(condition) ? 0 : since + 1;
        return since;
      };
    }),
  ],
  "ta.valuewhen": [
    series("bool condition, float source, simple int occurrence", "float", () => {
      const values: Value[] = [];
      return (condition, source, occurrence) => {
        if (toBool(condition)) values.push(source ?? NA);
        return values[values.length - 1 - toNumber(occurrence)] ?? NA;
      };
    }),
  ],
};
