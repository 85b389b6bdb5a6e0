import { describe, expect, it } from "vitest";
import { mean, ndcg, percentile, recall, reciprocalRank } from "../../bench/search/metrics.ts";

const gains = new Map([
  ["a", 3],
  ["b", 2],
  ["c", 1],
]);

describe("nDCG", () => {
  it("is 1 for the best order, whatever comes after it", () => {
    expect(ndcg(["a", "b", "c", "x"], gains, 10)).toBe(1);
  });

  it("discounts a gain by the logarithm of its rank", () => {
    // (2/log2(2) + 3/log2(4)) / (3/log2(2) + 2/log2(3) + 1/log2(4))
    expect(ndcg(["b", "x", "a"], gains, 10)).toBeCloseTo(3.5 / (3 + 2 / Math.log2(3) + 0.5), 12);
  });

  it("looks no deeper than it is told, in the ranking and in the best order alike", () => {
    expect(ndcg(["x", "a"], gains, 1)).toBe(0);
    expect(ndcg(["a"], gains, 1)).toBe(1);
  });

  it("is 0 where nothing is relevant or nothing was found", () => {
    expect(ndcg(["a"], new Map(), 10)).toBe(0);
    expect(ndcg([], gains, 10)).toBe(0);
  });
});

it("recall is the share of the relevant ones among the first", () => {
  expect(recall(["x", "a", "y", "b"], gains, 4)).toBeCloseTo(2 / 3, 12);
  expect(recall(["x", "a", "y", "b"], gains, 2)).toBeCloseTo(1 / 3, 12);
  expect(recall([], new Map(), 10)).toBe(0);
});

it("the reciprocal rank is that of the first relevant one, and 0 without any", () => {
  expect(reciprocalRank(["x", "y", "c", "a"], gains)).toBeCloseTo(1 / 3, 12);
  expect(reciprocalRank(["x"], gains)).toBe(0);
});

it("a percentile is one of the values, by the nearest rank, in whatever order they come", () => {
  const values = [50, 15, 40, 20, 35];
  expect(percentile(values, 0.05)).toBe(15);
  expect(percentile(values, 0.5)).toBe(35);
  expect(percentile(values, 0.95)).toBe(50);
  expect(percentile(values, 1)).toBe(50);
  expect(percentile([], 0.5)).toBeNaN();
});

it("the mean of nothing is no number", () => {
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBeNaN();
});
