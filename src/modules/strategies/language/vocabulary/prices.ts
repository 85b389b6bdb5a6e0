import type { Bars } from "../../bars/bars.ts";
import { middlePrices, typicalPrices } from "../../indicators/oscillators.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

const price = (name: Exclude<keyof Bars, "times">): Series =>
  seriesOf({ name, compute: ({ bars }) => [bars[name]], pine: { call: () => name } }, []);

export const open = price("open");
export const high = price("high");
export const low = price("low");
export const close = price("close");
export const volume = price("volume");

/** (high + low) / 2. */
export const middle = seriesOf(
  { name: "hl2", compute: ({ bars }) => [middlePrices(bars)], pine: { call: () => "hl2" } },
  [],
);
/** (high + low + close) / 3. */
export const typical = seriesOf(
  { name: "hlc3", compute: ({ bars }) => [typicalPrices(bars)], pine: { call: () => "hlc3" } },
  [],
);

const CONSTANT: Operation = {
  name: "constant",
  compute: (market, _, [value = Number.NaN]) => [market.column().fill(value)],
  pine: { call: (_, [value = "na"]) => value },
};
/** The same number on every bar. */
export const constant = (value: Num): Series => seriesOf(CONSTANT, [], [value]);

function arithmetic(sign: string, apply: (left: number, right: number) => number): Operation {
  return {
    name: sign,
    compute: (market, [left = NONE, right = NONE]) => {
      const out = market.column();
      for (let bar = 0; bar < out.length; bar += 1)
        out[bar] = apply(left[bar] ?? Number.NaN, right[bar] ?? Number.NaN);
      return [out];
    },
    pine: { call: ([left, right]) => `(${left} ${sign} ${right})` },
  };
}
const NONE = new Float64Array(0);

const ADD = arithmetic("+", (left, right) => left + right);
const SUBTRACT = arithmetic("-", (left, right) => left - right);
const MULTIPLY = arithmetic("*", (left, right) => left * right);
// Pine gives na where the divisor is 0, and so do we.
const DIVIDE = arithmetic("/", (left, right) => (right === 0 ? Number.NaN : left / right));

const asSeries = (value: Series | Num): Series => (isSeries(value) ? value : constant(value));
const isSeries = (value: Series | Num): value is Series =>
  typeof value === "object" && ["operation", "conditional", "count"].includes(value.kind);

export const sum = (left: Series, right: Series | Num) => seriesOf(ADD, [left, asSeries(right)]);
export const difference = (left: Series, right: Series | Num) => seriesOf(SUBTRACT, [left, asSeries(right)]);
export const product = (left: Series, right: Series | Num) => seriesOf(MULTIPLY, [left, asSeries(right)]);
export const quotient = (left: Series, right: Series | Num) => seriesOf(DIVIDE, [left, asSeries(right)]);

const BEFORE: Operation = {
  name: "before",
  compute: (market, [values = NONE], [bars = 0]) => {
    const out = market.column().fill(Number.NaN);
    if (bars < values.length) out.set(values.subarray(0, values.length - bars), bars);
    return [out];
  },
  pine: { call: ([values], [bars]) => `${values}[${bars}]` },
};
/** The value `bars` bars ago. */
export const before = (values: Series, bars: Num): Series => seriesOf(BEFORE, [values], [bars]);
