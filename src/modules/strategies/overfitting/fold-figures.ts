import { type Span, spanLength } from "../bars/slice.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import { indexOfGreatest, middleRank } from "../statistics/ranks.ts";
import { sharpeOfSums } from "../statistics/ratios.ts";
import { requireFinite } from "./finite.ts";
import type { Fold } from "./purged-folds.ts";

const MOST_TRIALS = 100_000;
const SUMS_PER_FOLD = 4;

/** Of each fold: sum and sum of squares of a trial's returns on the train parts, then of those on the test part. */
export type FoldSums = Float64Array;

/** All that is kept of a trial; its returns may go. Throws a RangeError where the folds are of fewer or more returns, or one is not finite. */
export function foldSums(returns: Float64Array, folds: readonly Fold[]): FoldSums {
  requireLength(returns, folds);
  requireFinite(returns);
  const kept = new Float64Array(SUMS_PER_FOLD * folds.length);
  const add = (place: number, { from, to }: Span) => {
    let sum = 0;
    let squares = 0;
    for (let at = from; at < to; at += 1) {
      const value = returns[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    kept[place] = (kept[place] ?? 0) + sum;
    kept[place + 1] = (kept[place + 1] ?? 0) + squares;
  };
  for (const [at, { test, train }] of folds.entries()) {
    for (const span of train) add(SUMS_PER_FOLD * at, span);
    add(SUMS_PER_FOLD * at + 2, test);
  }
  return kept;
}

export interface FoldSelection {
  index: number;
  /** The trial that was best on the train parts. */
  chosen: number;
  /** Sharpe ratios per year of the chosen one; 0 where its returns do not vary. */
  trainSharpe: number;
  testSharpe: number;
  /** Of the chosen one among all trials on the test part: 1 is the best, 0 the worst, equal ones share the middle. */
  testStanding: number;
}

export interface SelectionStability {
  folds: FoldSelection[];
  /** Trials that were chosen in some fold, and the part of the folds that chose the most frequent one. */
  distinct: number;
  agreement: Metric;
  meanTrainSharpe: Metric;
  meanTestSharpe: Metric;
  /** Of the standings; 0.5 is what a blind choice gets. */
  meanStanding: Metric;
}

/**
 * Whether the best on the train parts of each fold stays the same, and stays good on the test part. Of equally good trials the one
 * of the lower index is chosen. Throws a RangeError for more than 100,000 trials, or sums of other folds.
 */
export function selectionStability(
  trials: readonly FoldSums[],
  folds: readonly Fold[],
  periodsPerYear: number,
): SelectionStability {
  if (trials.length > MOST_TRIALS)
    throw new RangeError(`${trials.length} trials are more than ${MOST_TRIALS}`);
  if (trials.some((sums) => sums.length !== SUMS_PER_FOLD * folds.length))
    throw new RangeError(`the sums are not of ${folds.length} folds`);
  const selections =
    trials.length < 2 ? [] : folds.map((fold, at) => select(trials, fold, at, periodsPerYear));
  const votes = new Map<number, number>();
  for (const { chosen } of selections) votes.set(chosen, (votes.get(chosen) ?? 0) + 1);
  const meanOf = (figure: (selection: FoldSelection) => number): Metric =>
    selections.length === 0
      ? { missing: "fewer than two trials" }
      : selections.reduce((sum, selection) => sum + figure(selection), 0) / selections.length;
  const most = Math.max(0, ...votes.values());
  return {
    folds: selections,
    distinct: votes.size,
    agreement: meanOf(() => most / selections.length),
    meanTrainSharpe: meanOf(({ trainSharpe }) => trainSharpe),
    meanTestSharpe: meanOf(({ testSharpe }) => testSharpe),
    meanStanding: meanOf(({ testStanding }) => testStanding),
  };
}

function select(
  trials: readonly FoldSums[],
  { index, test, train }: Fold,
  at: number,
  periodsPerYear: number,
): FoldSelection {
  const trainBars = train.reduce((sum, span) => sum + spanLength(span), 0);
  const sharpes = (bars: number, place: number) =>
    Float64Array.from(
      trials,
      (sums) => sharpeOfSums(bars, sums[place] ?? 0, sums[place + 1] ?? 0, periodsPerYear) ?? 0,
    );
  const trained = sharpes(trainBars, SUMS_PER_FOLD * at);
  const tested = sharpes(spanLength(test), SUMS_PER_FOLD * at + 2);
  const chosen = indexOfGreatest(trained);
  return {
    index,
    chosen,
    trainSharpe: trained[chosen] ?? 0,
    testSharpe: tested[chosen] ?? 0,
    testStanding: (middleRank(tested, chosen) - 1) / (trials.length - 1),
  };
}

function requireLength({ length }: Float64Array, folds: readonly Fold[]): void {
  const last = folds.at(-1);
  if (last !== undefined && last.test.to !== length)
    throw new RangeError(`${length} returns do not fit folds of ${last.test.to}`);
}
