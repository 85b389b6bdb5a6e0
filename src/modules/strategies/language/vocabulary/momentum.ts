import {
  awesome as awesomeOf,
  cmo as cmoOf,
  coppock as coppockOf,
  kst as kstOf,
  macd as macdOf,
  ppo as ppoOf,
  type SignalledLines,
  tsi as tsiOf,
} from "../../indicators/momentum.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";

const NONE = new Float64Array(0);

/** An oscillator, its signal line and the difference of both. */
export interface Signalled {
  readonly line: Series;
  readonly signal: Series;
  readonly histogram: Series;
}

function signalled(operation: Operation, values: Series, numbers: readonly Num[]): Signalled {
  const inputs = [values];
  const output = (at: number): Series => ({ kind: "operation", operation, inputs, numbers, output: at });
  return { line: output(0), signal: output(1), histogram: output(2) };
}

const columnsOf = ({ histogram, line, signal }: SignalledLines) => [line, signal, histogram];

const MACD: Operation = {
  name: "macd",
  compute: (_, [values = NONE], [fast = 0, slow = 0, signal = 0]) =>
    columnsOf(macdOf(values, { fast, slow, signal })),
  pine: {
    call: ([source], [fast, slow, signal]) => `ta.macd(${source}, ${fast}, ${slow}, ${signal})`,
    outputs: ["macdLine", "macdSignal", "macdHistogram"],
  },
};
/** Difference of two EMAs, with an EMA of itself as its signal. */
export const macd = (values: Series, fast: Num, slow: Num, signal: Num): Signalled =>
  signalled(MACD, values, [fast, slow, signal]);

const PPO: Operation = {
  name: "ppo",
  compute: (_, [values = NONE], [fast = 0, slow = 0, signal = 0]) =>
    columnsOf(ppoOf(values, { fast, slow, signal })),
  pine: {
    define: `f_ppo(source, fast, slow, signal) =>
    fastAverage = ta.ema(source, fast)
    slowAverage = ta.ema(source, slow)
    oscillator = 100 * (fastAverage - slowAverage) / slowAverage
    average = ta.ema(oscillator, signal)
    [oscillator, average, oscillator - average]`,
    call: ([source], [fast, slow, signal]) => `f_ppo(${source}, ${fast}, ${slow}, ${signal})`,
    outputs: ["ppoLine", "ppoSignal", "ppoHistogram"],
  },
};
/** MACD in percent of its slow EMA. */
export const ppo = (values: Series, fast: Num, slow: Num, signal: Num): Signalled =>
  signalled(PPO, values, [fast, slow, signal]);

const TSI: Operation = {
  name: "tsi",
  compute: (_, [values = NONE], [long = 0, short = 0, signal = 0]) =>
    columnsOf(tsiOf(values, { long, short, signal })),
  pine: {
    define: `f_tsi(source, slow, fast, signal) =>
    oscillator = 100 * ta.tsi(source, fast, slow)
    average = ta.ema(oscillator, signal)
    [oscillator, average, oscillator - average]`,
    call: ([source], [long, short, signal]) => `f_tsi(${source}, ${long}, ${short}, ${signal})`,
    outputs: ["tsiLine", "tsiSignal", "tsiHistogram"],
  },
};
/** True strength index, -100 to 100, with an EMA of itself as its signal. */
export const tsi = (values: Series, long: Num, short: Num, signal: Num): Signalled =>
  signalled(TSI, values, [long, short, signal]);

const KST: Operation = {
  name: "kst",
  compute: (_, [values = NONE], [scale = 0, signal = 0]) => columnsOf(kstOf(values, { scale, signal })),
  pine: {
    define: `f_kst(source, factor, signal) =>
    ten = math.max(1, math.round(10 * factor))
    fifteen = math.max(1, math.round(15 * factor))
    first = ta.sma(ta.roc(source, ten), ten)
    second = ta.sma(ta.roc(source, fifteen), ten)
    third = ta.sma(ta.roc(source, math.max(1, math.round(20 * factor))), ten)
    fourth = ta.sma(ta.roc(source, math.max(1, math.round(30 * factor))), fifteen)
    oscillator = first + 2 * second + 3 * third + 4 * fourth
    average = ta.sma(oscillator, signal)
    [oscillator, average, oscillator - average]`,
    call: ([source], [scale, signal]) => `f_kst(${source}, ${scale}, ${signal})`,
    outputs: ["kstLine", "kstSignal", "kstHistogram"],
  },
};
/** Pring's "know sure thing" with all its lengths times `scale`, and a simple average of itself as its signal. */
export const kst = (values: Series, scale: Num, signal: Num): Signalled =>
  signalled(KST, values, [scale, signal]);

const AWESOME: Operation = {
  name: "awesome",
  compute: (_, [values = NONE], [fast = 0, slow = 0]) => [awesomeOf(values, fast, slow)],
  pine: { call: ([source], [fast, slow]) => `(ta.sma(${source}, ${fast}) - ta.sma(${source}, ${slow}))` },
};
/** Difference of two simple averages, of middle prices as Williams means it. */
export const awesome = (values: Series, fast: Num, slow: Num): Series =>
  seriesOf(AWESOME, [values], [fast, slow]);

const COPPOCK: Operation = {
  name: "coppock",
  compute: (_, [values = NONE], [first = 0, second = 0, average = 0]) => [
    coppockOf(values, { first, second, average }),
  ],
  pine: {
    call: ([source], [first, second, average]) =>
      `ta.wma(ta.roc(${source}, ${first}) + ta.roc(${source}, ${second}), ${average})`,
  },
};
/** Weighted average of the sum of two rates of change. */
export const coppock = (values: Series, first: Num, second: Num, average: Num): Series =>
  seriesOf(COPPOCK, [values], [first, second, average]);

const CMO: Operation = {
  name: "cmo",
  compute: (_, [values = NONE], [length = 0]) => [cmoOf(values, length)],
  pine: {
    // `ta.cmo` takes the difference of two sums, whose rounding makes a crossing of 0 where the price is just what it was.
    define: `f_cmo(source, length) =>
    path = math.sum(math.abs(source - source[1]), length)
    moved = source - source[length]
    isFlat = ta.highest(source, length + 1) == ta.lowest(source, length + 1)
    isFlat ? na : 100 * moved / path`,
    call: ([source], [length]) => `f_cmo(${source}, ${length})`,
  },
};
/** Chande's momentum oscillator, -100 to 100. */
export const cmo = (values: Series, length: Num): Series => seriesOf(CMO, [values], [length]);
