import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { foldSums, selectionStability } from "../../../../src/modules/strategies/overfitting/fold-figures.ts";
import { planFolds } from "../../../../src/modules/strategies/overfitting/purged-folds.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import { WITHOUT_DATA } from "../engine/goog.ts";
import { type GoogPairs, googPairs } from "./goog-pairs.ts";
import { noise } from "./noise.ts";

const PERIODS = 252;
let goog: GoogPairs | undefined;
beforeAll(async () => {
  goog = await googPairs();
});

describe("purged folds", () => {
  it("leave the purge out on both sides of a test part, and the embargo after it", () => {
    expect(planFolds(100, { folds: 4, purge: 3, embargo: 5 })).toEqual([
      { index: 0, test: { from: 0, to: 25 }, train: [{ from: 33, to: 100 }] },
      {
        index: 1,
        test: { from: 25, to: 50 },
        train: [
          { from: 0, to: 22 },
          { from: 58, to: 100 },
        ],
      },
      {
        index: 2,
        test: { from: 50, to: 75 },
        train: [
          { from: 0, to: 47 },
          { from: 83, to: 100 },
        ],
      },
      { index: 3, test: { from: 75, to: 100 }, train: [{ from: 0, to: 72 }] },
    ]);
  });

  it("test every bar once, and train on none whose decision reaches into a test", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 900 }),
        fc.integer({ min: 2, max: 10 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (bars, folds, purge, embargo) => {
          const plan = planFolds(bars, { folds, purge, embargo });
          const tested = new Array<number>(bars).fill(0);
          for (const { test, train } of plan) {
            for (let bar = test.from; bar < test.to; bar += 1) tested[bar] = (tested[bar] ?? 0) + 1;
            for (const { from, to } of train) {
              expect(to > from && from >= 0 && to <= bars).toBe(true);
              expect(to + purge <= test.from || from >= test.to + purge + embargo).toBe(true);
            }
          }
          expect(tested.every((times) => times === 1)).toBe(true);
        },
      ),
    );
  });

  it("are refused where they are too many, too short or not whole", () => {
    const options = { folds: 5, purge: 2, embargo: 0 };
    for (const wrong of [{ folds: 1 }, { folds: 21 }, { folds: 2.5 }, { purge: -1 }, { embargo: 0.5 }])
      expect(() => planFolds(500, { ...options, ...wrong })).toThrow(RangeError);
    expect(() => planFolds(9, options)).toThrow(RangeError);
    expect(() => planFolds(100, { ...options, purge: 100 })).toThrow(RangeError);
  });
});

describe("the selection in folds", () => {
  const folds = planFolds(500, { folds: 5, purge: 5, embargo: 5 });
  const stabilityOf = (drifts: readonly number[], seed: number) => {
    const random = new Random(seed);
    const trials = drifts.map((drift) => foldSums(noise(random, 500, drift), folds));
    return selectionStability(trials, folds, PERIODS);
  };
  const withoutSkill = new Array<number>(20).fill(0);

  it("agrees on the one that is truly better, which stays the best", () => {
    const found = stabilityOf([...withoutSkill, 0.005], 1);
    expect(found.folds.map(({ chosen }) => chosen)).toEqual([20, 20, 20, 20, 20]);
    expect(found).toMatchObject({ distinct: 1, agreement: 1, meanStanding: 1 });
  });

  it("is no better than a blind one where no trial has skill, however good it looked", () => {
    const rounds = Array.from({ length: 60 }, (_, seed) => stabilityOf(withoutSkill, seed));
    const meanOf = (values: readonly unknown[]) =>
      values.map(Number).reduce((sum, value) => sum + value, 0) / values.length;
    expect(meanOf(rounds.map(({ meanTrainSharpe }) => meanTrainSharpe))).toBeGreaterThan(1);
    expect(Math.abs(meanOf(rounds.map(({ meanTestSharpe }) => meanTestSharpe)))).toBeLessThan(0.3);
    expect(Math.abs(meanOf(rounds.map(({ meanStanding }) => meanStanding)) - 0.5)).toBeLessThan(0.07);
  });

  it("never sees what was purged: returns between train and test change nothing", () => {
    const random = new Random(8);
    const series = Array.from({ length: 6 }, () => noise(random, 500));
    const judge = (all: readonly Float64Array[]) => {
      const [second] = selectionStability(
        all.map((returns) => foldSums(returns, folds)),
        folds,
        PERIODS,
      ).folds.slice(1);
      return second;
    };
    const changed = series.map((returns, trial) => {
      const copy = returns.slice();
      copy.fill(trial / 10, 95, 100).fill(trial / 10, 200, 210);
      return copy;
    });
    expect(judge(changed)).toEqual(judge(series));
  });

  it("chooses the lower index of equals, and has no value for a single trial", () => {
    const sums = foldSums(noise(new Random(1), 500), folds);
    const same = selectionStability([sums, sums, sums], folds, PERIODS);
    expect(same.folds.map(({ chosen, testStanding }) => [chosen, testStanding])).toEqual(
      new Array(5).fill([0, 0.5]),
    );
    expect(selectionStability([sums], folds, PERIODS)).toMatchObject({
      folds: [],
      agreement: { missing: "fewer than two trials" },
    });
    expect(() => selectionStability([sums, new Float64Array(4)], folds, PERIODS)).toThrow(RangeError);
  });

  it("on GOOG: the fifty crosses look good on the train parts and lose most of it on the test parts", (ctx) => {
    if (!goog) return ctx.skip(WITHOUT_DATA);
    const returns = goog.pairs.map(goog.returnsOf);
    const plan = planFolds(returns[0]?.length ?? 0, { folds: 5, purge: 20, embargo: 20 });
    const found = selectionStability(
      returns.map((series) => foldSums(series, plan)),
      plan,
      PERIODS,
    );
    expect(Number(found.meanTrainSharpe)).toBeGreaterThan(Number(found.meanTestSharpe));
    for (const { chosen, trainSharpe } of found.folds) {
      expect(chosen).toBeLessThan(50);
      expect(trainSharpe).toBeGreaterThan(0.5);
    }
  });
});
