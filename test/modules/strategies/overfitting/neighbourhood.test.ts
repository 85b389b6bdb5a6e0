import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Point } from "../../../../src/modules/strategies/overfitting/lattice.ts";
import {
  perturbedPoints,
  summarisePerturbation,
} from "../../../../src/modules/strategies/overfitting/perturbation.ts";
import { neighboursOf, plateauAround } from "../../../../src/modules/strategies/overfitting/plateau.ts";

const SIZES = [10, 10];

describe("neighbours", () => {
  it("are one level of one parameter away, and none lies off the lattice", () => {
    expect(neighboursOf([4, 4], SIZES)).toEqual([
      [3, 4],
      [5, 4],
      [4, 3],
      [4, 5],
    ]);
    expect(neighboursOf([0, 9], SIZES)).toEqual([
      [1, 9],
      [0, 8],
    ]);
    expect(neighboursOf([0], [1])).toEqual([]);
  });

  it("are refused off the lattice", () => {
    for (const point of [[10, 0], [1], [1.5, 0]])
      expect(() => neighboursOf(point, SIZES)).toThrow(RangeError);
  });
});
function everyPoint(sizes: readonly number[]): Point[] {
  return sizes.reduce<Point[]>(
    (points, size) =>
      points.flatMap((point) => Array.from({ length: size }, (_, level) => [...point, level])),
    [[]],
  );
}

describe("the plateau score", () => {
  it("is the neighbours' mean, beside the worst of them and the part that comes near the peak", () => {
    const scores = new Map([
      ["4,4", 2],
      ["3,4", 1.9],
      ["5,4", 1.7],
      ["4,3", 1],
      ["4,5", 1.8],
    ]);
    const found = plateauAround([4, 4], SIZES, (point) => scores.get(point.join()) ?? null);
    expect(found).toMatchObject({ peak: 2, neighbours: 4, scored: 4, worst: 1, nearPeak: 0.5 });
    expect(found.mean).toBeCloseTo(1.6, 14);
    expect(found.flatness).toBeCloseTo(0.8, 14);
  });

  it("tells a plateau from a needle of the same height", () => {
    const flat = plateauAround([4, 4], SIZES, () => 1.5);
    const needle = plateauAround([4, 4], SIZES, (point) => (point.join() === "4,4" ? 1.5 : 0));
    expect([flat.flatness, flat.nearPeak]).toEqual([1, 1]);
    expect([needle.flatness, needle.nearPeak, needle.worst]).toEqual([0, 0, 0]);
  });

  it("is told below 0 as well: neighbours that are a tenth worse keep nine tenths", () => {
    const found = plateauAround([4, 4], SIZES, (point) => (point.join() === "4,4" ? -10 : -11));
    expect(found.flatness).toBeCloseTo(0.9, 14);
  });

  it("says why there is none: no neighbour evaluated, no score at the point, nothing there", () => {
    const alone = plateauAround([4, 4], SIZES, (point) => (point.join() === "4,4" ? 1 : null));
    const noNeighbour = { missing: "no neighbour has a score" };
    expect(alone).toMatchObject({ scored: 0, mean: noNeighbour, worst: noNeighbour, flatness: noNeighbour });
    const unknown = plateauAround([4, 4], SIZES, (point) => (point.join() === "4,4" ? null : 1));
    expect(unknown).toMatchObject({ mean: 1, peak: { missing: "the point has no score" } });
    expect(plateauAround([4, 4], SIZES, () => 0).flatness).toEqual({ missing: "the point's score is 0" });
  });
});

describe("perturbed points", () => {
  const options = { seed: 5, samples: 40, steps: 2 };

  it("lie within the steps and on the lattice, are drawn once each, and never are the point itself", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 3 }),
        fc.integer(),
        fc.integer({ min: 1, max: 60 }),
        (parameters, seed, samples) => {
          const sizes = parameters.map(([level, more]) => level + more + 1);
          const point = parameters.map(([level]) => level);
          const found = perturbedPoints(point, sizes, { seed, samples, steps: 2 });
          const all = everyPoint(sizes).filter((other) =>
            other.every((level, at) => Math.abs(level - (point[at] ?? 0)) <= 2),
          );
          expect(found).toHaveLength(Math.min(samples, all.length - 1));
          expect(new Set(found.map((other) => other.join())).size).toBe(found.length);
          expect(found.map((other) => other.join())).not.toContain(point.join());
          const allowed = new Set(all.map((other) => other.join()));
          expect(found.every((other) => allowed.has(other.join()))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are the same for the same seed, and others for another", () => {
    const sizes = [50, 50, 50];
    const point = [20, 20, 20];
    expect(perturbedPoints(point, sizes, options)).toEqual(perturbedPoints(point, sizes, options));
    expect(perturbedPoints(point, sizes, { ...options, seed: 6 })).not.toEqual(
      perturbedPoints(point, sizes, options),
    );
  });

  it("come evenly from all sides", () => {
    const found = perturbedPoints([20, 20, 20, 20], [41, 41, 41, 41], { seed: 1, samples: 5000, steps: 20 });
    for (const at of [0, 1, 2, 3]) {
      const mean = found.reduce((sum, point) => sum + (point[at] ?? 0), 0) / found.length;
      expect(Math.abs(mean - 20)).toBeLessThan(0.7);
    }
  });

  it("are refused for no samples, too many, or no steps", () => {
    for (const wrong of [{ samples: 0 }, { samples: 10_001 }, { steps: 0 }, { steps: 1.5 }])
      expect(() => perturbedPoints([4, 4], SIZES, { ...options, ...wrong })).toThrow(RangeError);
    expect(() => perturbedPoints([4, 10], SIZES, options)).toThrow(RangeError);
  });

  it("are summed up by how many keep the score, half of it, or any gain", () => {
    const found = summarisePerturbation(2, [2.5, 1.2, 0.5, -1, null]);
    expect(found).toMatchObject({ peak: 2, points: 5, atLeastPeak: 0.25, aboveHalf: 0.5, aboveZero: 0.75 });
    expect(found.scores).toMatchObject({ count: 4, min: -1, max: 2.5 });
    expect(found.scores?.mean).toBeCloseTo(0.8, 14);
    expect(found.scores?.quantiles.p50).toBeCloseTo(0.85, 14);
    expect(summarisePerturbation(null, [])).toEqual({
      peak: { missing: "the point has no score" },
      points: 0,
      scores: null,
      atLeastPeak: { missing: "the point has no score" },
      aboveZero: { missing: "no point has a score" },
      aboveHalf: { missing: "the point has no score" },
    });
  });
});
