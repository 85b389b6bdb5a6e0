import { ema as emaOf, rma as rmaOf, sma as smaOf } from "../../indicators/moving-averages.ts";
import type { Ticks } from "../../indicators/ticks.ts";
import { hma as hmaOf, vwma as vwmaOf, wma as wmaOf } from "../../indicators/weighted.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";
import { volume } from "./prices.ts";

type Average = (values: Float64Array, length: number, out?: Float64Array, known?: Ticks) => Float64Array;

const NONE = new Float64Array(0);

/** An average over a length that Pine has under the same name. */
function average(name: string, kernel: Average): (values: Series, length: Num) => Series {
  const operation: Operation = {
    name,
    compute: (market, [values = NONE], [length = 0]) => [
      kernel(values, length, market.column(), market.ticks(values)),
    ],
    pine: { call: ([values], [length]) => `ta.${name}(${values}, ${length})` },
  };
  return (values, length) => seriesOf(operation, [values], [length]);
}

export const sma = average("sma", smaOf);
export const ema = average("ema", emaOf);
export const rma = average("rma", rmaOf);
export const wma = average("wma", wmaOf);
export const hma = average("hma", hmaOf);

const VWMA: Operation = {
  name: "vwma",
  compute: (market, [values = NONE, volumes = NONE], [length = 0]) => [
    vwmaOf(values, volumes, length, market.column()),
  ],
  pine: { call: ([values], [length]) => `ta.vwma(${values}, ${length})` },
};
/** Weighted by volume. */
export const vwma = (values: Series, length: Num): Series => seriesOf(VWMA, [values, volume], [length]);
