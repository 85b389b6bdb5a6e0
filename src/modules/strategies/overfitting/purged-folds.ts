import { type Span, spanLength } from "../bars/slice.ts";

const MOST_FOLDS = 20;

export interface FoldOptions {
  folds: number;
  /** Bars that a decision reaches ahead, such as the longest holding time: so many are left out on both sides of a test part. */
  purge: number;
  /** More bars left out after a test part, since what follows it still remembers it. */
  embargo: number;
}

export interface Fold {
  index: number;
  test: Span;
  /** What is neither tested, purged nor under embargo: one part before the test and one after, either may be missing. */
  train: Span[];
}

/**
 * Purged k-fold cross-validation with embargo (López de Prado, "Advances in Financial Machine Learning", 2018, chapter 7): each bar
 * is in one test part, the parts differ by one bar at most. Throws a RangeError for fewer than 2 or more than 20 folds, for
 * numbers that are not whole, or where a fold has fewer than two bars to train or to test on.
 */
export function planFolds(bars: number, { embargo, folds, purge }: FoldOptions): Fold[] {
  if (!Number.isInteger(folds) || folds < 2 || folds > MOST_FOLDS)
    throw new RangeError(`${folds} folds: it takes from 2 to ${MOST_FOLDS}`);
  for (const [name, length] of Object.entries({ embargo, purge }))
    if (!Number.isInteger(length) || length < 0)
      throw new RangeError(`${name} is ${length}, not a whole number of bars`);
  return Array.from({ length: folds }, (_, index) => {
    const test = {
      from: Math.floor((bars * index) / folds),
      to: Math.floor((bars * (index + 1)) / folds),
    };
    const train = [
      { from: 0, to: test.from - purge },
      { from: test.to + purge + embargo, to: bars },
    ].filter(({ from, to }) => to > from);
    const trained = train.reduce((sum, span) => sum + spanLength(span), 0);
    if (spanLength(test) < 2 || trained < 2)
      throw new RangeError(`${bars} bars are too few for ${folds} folds with these gaps`);
    return { index, test, train };
  });
}
