import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA } from "../values.ts";
import { ofPast, Past } from "./windows.ts";

/** A figure of the last values of a source, which is a price of the bar where none is given. */
function ofWindow(
  price: "high" | "low",
  figure: (past: Past, length: number) => number,
  result: string,
): Builtin[] {
  return [
    ofPast((past, length = NA) => figure(past, length), "float source, int length", result),
    series(
      "int length",
      result,
      ofNumbers((machine, place) => {
        const past = new Past(machine, place);
        return (length = NA) => {
          past.push(machine.bars[price][machine.bar] ?? NA);
          return figure(past, length);
        };
      }),
    ),
  ];
}

/** Whether the source is beyond each of the `length` values before it. */
const beyondAll = (sign: 1 | -1): Builtin =>
  ofPast(
    (past, length = NA) => {
      for (let back = 1; back <= past.length(length); back += 1)
        if (!(sign * (past.at(0) - past.at(back)) > 0)) return false;
      return true;
    },
    "float source, int length",
    "bool",
  );

const highestValue = (past: Past, length: number) => past.at(past.extreme(length, 1));
const lowestValue = (past: Past, length: number) => past.at(past.extreme(length, -1));

export const EXTREMES: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.highest": ofWindow("high", highestValue, "float"),
  "ta.lowest": ofWindow("low", lowestValue, "float"),
  // Of equal ones the latest; the manual leaves it open.
  "ta.highestbars": ofWindow("high", (past, length) => 0 - past.extreme(length, 1), "int"),
  "ta.lowestbars": ofWindow("low", (past, length) => 0 - past.extreme(length, -1), "int"),
  "ta.rising": [beyondAll(1)],
  "ta.falling": [beyondAll(-1)],
  "ta.median": [ofPast(median)],
};

function median(past: Past, length = NA): number {
  const values = Array.from({ length: past.length(length) }, (_, back) => past.at(back));
  if (values.some((value) => Number.isNaN(value))) return NA;
  values.sort((left, right) => left - right);
  return ((values[(length - 1) >> 1] ?? NA) + (values[length >> 1] ?? NA)) / 2;
}
