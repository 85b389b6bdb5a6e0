import { roc as rocOf, rsi as rsiOf } from "../../indicators/momentum.ts";
import {
  deviation as deviationOf,
  highest as highestOf,
  lowest as lowestOf,
} from "../../indicators/rolling.ts";
import { atr as atrOf } from "../../indicators/volatility.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

type Kernel = (values: Float64Array, length: number, out?: Float64Array) => Float64Array;

const NONE = new Float64Array(0);

/** A figure of a window that Pine has as `ta.<name>(source, length)`. */
function windowed(name: string, kernel: Kernel): (values: Series, length: Num) => Series {
  const operation: Operation = {
    name,
    compute: (market, [values = NONE], [length = 0]) => [kernel(values, length, market.column())],
    pine: { call: ([values], [length]) => `ta.${name}(${values}, ${length})` },
  };
  return (values, length) => seriesOf(operation, [values], [length]);
}

export const highest = windowed("highest", highestOf);
export const lowest = windowed("lowest", lowestOf);
export const deviation = windowed("stdev", deviationOf);
export const rsi = windowed("rsi", rsiOf);
export const roc = windowed("roc", rocOf);

const ATR: Operation = {
  name: "atr",
  compute: (market, _, [length = 0]) => [atrOf(market.bars, length, market.column())],
  pine: { call: (_, [length]) => `ta.atr(${length})` },
};
/** Average true range of the bars. */
export const atr = (length: Num): Series => seriesOf(ATR, [], [length]);
