import { roc as rocOf, rsi as rsiOf } from "../../indicators/momentum.ts";
import {
  deviation as deviationOf,
  highest as highestOf,
  lowest as lowestOf,
} from "../../indicators/rolling.ts";
import { atr as atrOf } from "../../indicators/volatility.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

type Kernel = (values: Float64Array, length: number) => Float64Array;

const NONE = new Float64Array(0);

/** A figure of a window that Pine has as `ta.<name>(source, length)`. */
function windowed(name: string, kernel: Kernel): (values: Series, length: Num) => Series {
  const operation: Operation = {
    name,
    compute: (_, [values = NONE], [length = 0]) => [kernel(values, length)],
    pine: { call: ([values], [length]) => `ta.${name}(${values}, ${length})` },
  };
  return (values, length) => seriesOf(operation, [values], [length]);
}

export const highest = windowed("highest", (values, length) => highestOf(values, length));
export const lowest = windowed("lowest", (values, length) => lowestOf(values, length));
export const deviation = windowed("stdev", (values, length) => deviationOf(values, length));
export const rsi = windowed("rsi", (values, length) => rsiOf(values, length));
export const roc = windowed("roc", (values, length) => rocOf(values, length));

const ATR: Operation = {
  name: "atr",
  compute: ({ bars }, _, [length = 0]) => [atrOf(bars, length)],
  pine: { call: (_, [length]) => `ta.atr(${length})` },
};
/** Average true range of the bars. */
export const atr = (length: Num): Series => seriesOf(ATR, [], [length]);
