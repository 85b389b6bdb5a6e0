import type { Bars } from "../bars/bars.ts";
import type { Ticks } from "../indicators/ticks.ts";
import type { Num, NumCondition } from "./numbers.ts";

/** What a kernel may know besides its inputs. */
export interface Market {
  readonly bars: Bars;
  /** Whether bars are shorter than a day, so that days are sessions of many bars. */
  readonly isIntraday: boolean;
  /** A number per bar, a new one with each UTC day. */
  sessions(): Float64Array;
  /** A column's values as whole ticks, worked out once. */
  ticks(column: Float64Array): Ticks;
}

/** How an indicator is computed here and written in Pine; the one place that knows both. */
export interface Operation {
  /** Unique; with its inputs and numbers it names the column. */
  readonly name: string;
  /** Its outputs, each as long as the bars, NaN where there is no value; value t depends on bars up to t only. */
  compute(
    market: Market,
    inputs: readonly Float64Array[],
    numbers: readonly number[],
  ): readonly Float64Array[];
  readonly pine: PineText;
}

export interface PineText {
  /** A function that Pine has not, written out; `call` uses it by its name. */
  readonly define?: string;
  /** The call, given the texts of inputs and numbers. With several outputs it gives a tuple in the order of `compute`. */
  call(inputs: readonly string[], numbers: readonly string[]): string;
  /** Names of the outputs; one if left out. */
  readonly outputs?: readonly string[];
}

/** A value per bar. */
export type Series = OperationSeries | ConditionalSeries | CountSeries;

export interface OperationSeries {
  readonly kind: "operation";
  readonly operation: Operation;
  readonly inputs: readonly Series[];
  readonly numbers: readonly Num[];
  readonly output: number;
}

/** `of` where the condition holds; elsewhere nothing, or what it was when the condition held last. */
export interface ConditionalSeries {
  readonly kind: "conditional";
  readonly condition: Condition;
  readonly of: Series;
  readonly keeps: boolean;
}

/** How many of the conditions hold. */
export interface CountSeries {
  readonly kind: "count";
  readonly conditions: readonly Condition[];
}

/** Yes or no per bar; no wherever a value that it needs is missing. */
export type Condition =
  | { readonly kind: "compare"; readonly left: Series; readonly operator: Comparison; readonly right: Series }
  | {
      readonly kind: "cross";
      readonly left: Series;
      readonly direction: "over" | "under";
      readonly right: Series;
    }
  | { readonly kind: "all" | "any"; readonly of: readonly Condition[] }
  | { readonly kind: "lasting"; readonly of: Condition; readonly bars: Num }
  | { readonly kind: "begins"; readonly of: Condition }
  | { readonly kind: "every"; readonly bars: Num }
  | NumCondition;

export type Comparison = ">" | ">=" | "<" | "<=";

/** The one output of an operation. */
export const seriesOf = (
  operation: Operation,
  inputs: readonly Series[],
  numbers: readonly Num[] = [],
): Series => ({ kind: "operation", operation, inputs, numbers, output: 0 });

/** One of several outputs of an operation, by its place. */
export const outputOf = (
  operation: Operation,
  inputs: readonly Series[],
  numbers: readonly Num[],
  output: number,
): OperationSeries => ({ kind: "operation", operation, inputs, numbers, output });

/** `of` on bars where the condition holds, nothing on the others. */
export const onlyWhen = (condition: Condition, of: Series): Series => ({
  kind: "conditional",
  ...{ condition, of, keeps: false },
});

/** What `of` was on the last bar where the condition held, this one included: `ta.valuewhen(condition, of, 0)`. */
export const valueWhen = (condition: Condition, of: Series): Series => ({
  kind: "conditional",
  ...{ condition, of, keeps: true },
});

export const countOf = (conditions: readonly Condition[]): Series => ({ kind: "count", conditions });

const compare =
  (operator: Comparison) =>
  (left: Series, right: Series): Condition => ({ kind: "compare", left, operator, right });
export const isAbove = compare(">");
export const isAtLeast = compare(">=");
export const isBelow = compare("<");
export const isAtMost = compare("<=");

/** `left` crosses above `right`, by the crossing rule that the run was asked for. */
export const crossesOver = (left: Series, right: Series): Condition => ({
  kind: "cross",
  ...{ left, direction: "over", right },
});
export const crossesUnder = (left: Series, right: Series): Condition => ({
  kind: "cross",
  ...{ left, direction: "under", right },
});

export const allOf = (...of: Condition[]): Condition => ({ kind: "all", of });
export const anyOf = (...of: Condition[]): Condition => ({ kind: "any", of });
/** It has held on each of the last `bars` bars, this one included. */
export const lasting = (of: Condition, bars: Num): Condition => ({ kind: "lasting", of, bars });
/** It holds, and did not on the bar before; never on the first bar. */
export const begins = (of: Condition): Condition => ({ kind: "begins", of });
/** On bars 0, `bars`, 2·`bars`, … */
export const everyBars = (bars: Num): Condition => ({ kind: "every", bars });
