import { beforeAll, describe, expect, it } from "vitest";
import {
  type BlockSums,
  blockSums,
  overfittingProbability,
  planBlocks,
} from "../../../../src/modules/strategies/overfitting/pbo.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import { WITHOUT_DATA } from "../engine/goog.ts";
import { type GoogPairs, googPairs } from "./goog-pairs.ts";
import { noise } from "./noise.ts";

let goog: GoogPairs | undefined;
beforeAll(async () => {
  goog = await googPairs();
});

const isNumber = (value: unknown): number => {
  if (typeof value !== "number") throw new Error(`${JSON.stringify(value)} is no figure`);
  return value;
};

it("of the reference's fifty pairs is the reference's, with the same logits", (ctx) => {
  if (!goog) return ctx.skip(WITHOUT_DATA);
  const returns = goog.pairs.map(goog.returnsOf);
  for (const expected of goog.reference.grid50.pbo) {
    const plan = planBlocks(returns[0]?.length ?? 0, expected.S);
    expect(plan).toEqual({
      blocks: expected.S,
      blockBars: expected.blockBars,
      droppedBars: expected.droppedLeadingBars,
    });
    const found = overfittingProbability(
      returns.map((series) => blockSums(series, plan)),
      plan,
    );
    expect(found.splits).toBe(expected.combinations);
    expect(found.pbo).toBeCloseTo(expected.pbo, 12);
    expect(found.logits?.mean).toBeCloseTo(expected.meanLogit, 9);
    expect(found.logits?.quantiles.p50).toBeCloseTo(expected.medianLogit, 9);
  }
});

describe("the probability of overfitting", () => {
  const plan = planBlocks(803, 8);
  const sumsOf = (drifts: readonly number[], seed: number): BlockSums[] => {
    const random = new Random(seed);
    return drifts.map((drift) => blockSums(noise(random, 803, drift), plan));
  };
  const withoutSkill = new Array<number>(30).fill(0);

  it("is about a half where no trial has skill", () => {
    const found = Array.from({ length: 40 }, (_, seed) =>
      isNumber(overfittingProbability(sumsOf(withoutSkill, seed), plan).pbo),
    );
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    expect(mean).toBeGreaterThan(0.42);
    expect(mean).toBeLessThan(0.58);
  });

  it("is 0 where one trial is truly better, and the choice loses nothing", () => {
    const found = overfittingProbability(sumsOf([...withoutSkill, 0.004], 1), plan);
    expect(found.pbo).toBe(0);
    expect(found.lossProbability).toBe(0);
    expect(found.logits?.min).toBeCloseTo(Math.log(31), 12);
  });

  it("is 1 where whoever gains in one half loses as much in the other", () => {
    const [up, down] = [0, 1].map((turn) =>
      blockSums(
        Float64Array.from(
          { length: 40 },
          (_, at) => (at < 20 === (turn === 0) ? 0.01 : -0.01) + (at % 2) / 1e3,
        ),
        planBlocks(40, 2),
      ),
    );
    if (up === undefined || down === undefined) throw new Error("there are two trials");
    const found = overfittingProbability([up, down], planBlocks(40, 2));
    expect(found).toMatchObject({ splits: 2, pbo: 1, lossProbability: 1 });
  });

  it("falls along a line, by hand: two splits, from in to out", () => {
    const small = planBlocks(10, 2);
    const halves = (first: readonly number[], second: readonly number[]) =>
      blockSums(Float64Array.of(...first, ...second), small);
    const one = halves([3, 1, 3, 1, 2], [1, -1, 1, -1, 0.5]);
    const two = halves([1, -1, 1, -1, 0], [2, 0, 2, 0, 1]);
    const sharpe = (values: readonly number[]) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / 5;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return mean / Math.sqrt(squares / 4);
    };
    const inside = [sharpe([3, 1, 3, 1, 2]), sharpe([2, 0, 2, 0, 1])] as const;
    const outside = [sharpe([1, -1, 1, -1, 0.5]), sharpe([1, -1, 1, -1, 0])] as const;
    const slope = (outside[0] - outside[1]) / (inside[0] - inside[1]);
    const { degradation, pbo } = overfittingProbability([one, two], small);
    expect(degradation.slope).toBeCloseTo(slope, 10);
    expect(degradation.intercept).toBeCloseTo(outside[0] - slope * inside[0], 10);
    expect(degradation.rSquared).toBeCloseTo(1, 10);
    expect(pbo).toBe(1);
  });

  it("does not depend on the order of the trials, where none are equally good", () => {
    const trials = sumsOf(withoutSkill, 7);
    const { trials: _, ...found } = overfittingProbability(trials, plan);
    expect(overfittingProbability([...trials].reverse(), plan)).toMatchObject({ pbo: found.pbo });
  });

  it("says why it has no value, and gives no figure that is not finite", () => {
    const flat = blockSums(new Float64Array(803), plan);
    expect(overfittingProbability([flat], plan).pbo).toEqual({ missing: "fewer than two trials" });
    expect(overfittingProbability([flat, flat], plan).pbo).toEqual({
      missing: "all trials have the same returns",
    });
    const [skilled = flat] = sumsOf([0.004], 1);
    const mixed = overfittingProbability([flat, skilled, flat], plan);
    expect(mixed.pbo).toBe(0);
    expect(JSON.stringify(mixed)).not.toMatch(/null/);
  });

  it("refuses what it cannot part evenly, hold or read", () => {
    expect(() => planBlocks(1000, 7)).toThrow(RangeError);
    expect(() => planBlocks(1000, 18)).toThrow(RangeError);
    expect(() => planBlocks(70, 16)).toThrow(RangeError);
    expect(() => blockSums(new Float64Array(802), plan)).toThrow(RangeError);
    expect(() => blockSums(new Float64Array(803).fill(Number.NaN), plan)).toThrow(RangeError);
    const many = new Array<BlockSums>(2001).fill(blockSums(new Float64Array(803), plan));
    expect(() => overfittingProbability(many, plan)).toThrow(RangeError);
    expect(() => overfittingProbability(sumsOf([0, 0], 1), planBlocks(803, 6))).toThrow(RangeError);
  });
});
