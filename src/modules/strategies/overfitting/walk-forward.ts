import type { Span } from "../bars/slice.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import { type PeriodFigures, periodFigures } from "./period-figures.ts";

const MOST_WINDOWS = 1_000;

export interface WalkForwardOptions {
  /** Bars that parameters are chosen on; of the first window where `anchored`. */
  in_sample: number;
  /** Bars after them on which the choice is judged. */
  out_of_sample: number;
  /** Every window begins at the first bar, instead of moving along. */
  anchored: boolean;
  /** Bars from one window to the next, at most `out_of_sample`, so that none is left out; that many unless given. */
  step?: number;
}

/** Bars to run a strategy on: only those of the span count, the ones before it feed the indicators. */
export interface WarmSpan extends Span {
  /** The first bar that indicators may see, as many before `from` as were asked for or there are. */
  warmUpFrom: number;
}

export interface Window {
  index: number;
  inSample: WarmSpan;
  outOfSample: WarmSpan;
}

/**
 * The windows that fit into `bars`; bars at the end that fill no whole window are in none. `warmUp` is what the slowest indicator
 * needs before its first value. Throws a RangeError for lengths that are no whole numbers of at least 1, a step longer than
 * `out_of_sample`, or more than 1,000 windows.
 */
export function planWindows(bars: number, options: WalkForwardOptions, warmUp: number): Window[] {
  const { anchored, in_sample, out_of_sample, step = out_of_sample } = options;
  for (const [name, length] of Object.entries({ in_sample, out_of_sample, step }))
    if (!Number.isInteger(length) || length < 1)
      throw new RangeError(`${name} is ${length}, not a whole number of bars`);
  if (step > out_of_sample)
    throw new RangeError(`a step of ${step} bars leaves some out between windows of ${out_of_sample}`);
  const count = Math.max(0, Math.floor((bars - in_sample - out_of_sample) / step) + 1);
  if (count > MOST_WINDOWS) throw new RangeError(`${count} windows are more than ${MOST_WINDOWS}`);
  const warm = (from: number, to: number) => ({ warmUpFrom: Math.max(0, from - warmUp), from, to });
  return Array.from({ length: count }, (_, index) => {
    const border = in_sample + index * step;
    return {
      index,
      inSample: warm(anchored ? 0 : border - in_sample, border),
      outOfSample: warm(border, border + out_of_sample),
    };
  });
}

/** How a search looks from the outside. */
export interface WindowEvaluation<Choice> {
  /** The best parameters on the span, or null where none will do. */
  choose(span: WarmSpan): Choice | null;
  /** Returns of these parameters, one for each bar of the span: the bar's close against that of the bar before. */
  returnsOf(choice: Choice, span: WarmSpan): Float64Array;
}

export interface WindowResult<Choice> {
  window: Window;
  /** Null where the search found nothing: then nothing is traded out of sample. */
  choice: Choice | null;
  inSample: PeriodFigures;
  outOfSample: PeriodFigures;
  /** Of the bars out of sample. */
  returns: Float64Array;
}

/** Chooses in sample, and judges the choice out of sample. Throws a RangeError where a bar has no return. */
export function runWindow<Choice>(
  window: Window,
  { choose, returnsOf }: WindowEvaluation<Choice>,
  periodsPerYear: number,
): WindowResult<Choice> {
  const choice = choose(window.inSample);
  const returnsIn = (span: WarmSpan) => {
    const length = span.to - span.from;
    const returns = choice === null ? new Float64Array(length) : returnsOf(choice, span);
    if (returns.length !== length)
      throw new RangeError(`${returns.length} returns are not those of ${length} bars`);
    return returns;
  };
  const returns = returnsIn(window.outOfSample);
  return {
    window,
    choice,
    inSample: periodFigures(returnsIn(window.inSample), periodsPerYear),
    outOfSample: periodFigures(returns, periodsPerYear),
    returns,
  };
}

export interface WalkForwardSummary {
  windows: number;
  /** Means over the windows that have a Sharpe ratio on both sides. */
  inSampleSharpe: Metric;
  outOfSampleSharpe: Metric;
  /** Means over all windows of the mean return of a bar, times the periods of a year. */
  inSampleReturn: Metric;
  outOfSampleReturn: Metric;
  /** Out of sample over in sample (Pardo, "The Evaluation and Optimization of Trading Strategies", 2008). */
  efficiency: { sharpe: Metric; annualReturn: Metric };
  /** Part of the windows that gained out of sample. */
  profitable: Metric;
  /** All bars out of sample one after another, each from the latest window that had begun. */
  stitched: PeriodFigures;
}

/** What is left of the choices out of sample. The results are those of consecutive windows, in their order. */
export function summariseWalkForward(
  results: readonly Pick<WindowResult<unknown>, "window" | "inSample" | "outOfSample" | "returns">[],
  periodsPerYear: number,
): WalkForwardSummary {
  const pairs = results.flatMap(({ inSample, outOfSample }) =>
    typeof inSample.sharpe === "number" && typeof outOfSample.sharpe === "number"
      ? [{ inside: inSample.sharpe, outside: outOfSample.sharpe }]
      : [],
  );
  const noWindow =
    results.length === 0 ? "the bars are too few for a window" : "no window varies in both parts";
  const inSampleSharpe = meanOf(
    pairs.map(({ inside }) => inside),
    noWindow,
  );
  const outOfSampleSharpe = meanOf(
    pairs.map(({ outside }) => outside),
    noWindow,
  );
  const inSampleReturn = meanOf(
    results.map(({ inSample }) => inSample.arithmeticReturn),
    noWindow,
  );
  const outOfSampleReturn = meanOf(
    results.map(({ outOfSample }) => outOfSample.arithmeticReturn),
    noWindow,
  );
  const gained = results.map(({ outOfSample }) => (outOfSample.totalReturn > 0 ? 1 : 0));
  return {
    windows: results.length,
    inSampleSharpe,
    outOfSampleSharpe,
    inSampleReturn,
    outOfSampleReturn,
    efficiency: {
      sharpe: efficiencyOf(outOfSampleSharpe, inSampleSharpe),
      annualReturn: efficiencyOf(outOfSampleReturn, inSampleReturn),
    },
    profitable: meanOf(gained, noWindow),
    stitched: periodFigures(stitchedReturns(results), periodsPerYear),
  };
}

/** The returns out of sample as one series: of overlapping windows the later one counts from its first bar on. */
export function stitchedReturns(
  results: readonly Pick<WindowResult<unknown>, "window" | "returns">[],
): Float64Array {
  const parts = results.map(({ returns, window }, at) => {
    const next = results[at + 1]?.window.outOfSample.from ?? window.outOfSample.to;
    return returns.subarray(0, next - window.outOfSample.from);
  });
  const stitched = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    stitched.set(part, at);
    at += part.length;
  }
  return stitched;
}

function meanOf(values: readonly number[], reason: string): Metric {
  if (values.length === 0) return { missing: reason };
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Over a loss in sample there is nothing that could be kept. */
function efficiencyOf(outside: Metric, inside: Metric): Metric {
  if (typeof inside !== "number") return inside;
  if (typeof outside !== "number") return outside;
  return inside > 0 ? outside / inside : { missing: "nothing was gained in sample" };
}
