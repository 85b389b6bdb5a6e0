import { describe, expect, it } from "vitest";
import { FUNCTIONS, type TestFunction } from "../../../../bench/engine/functions.ts";
import { DifferentialEvolution } from "../../../../src/modules/strategies/optimise/differential-evolution.ts";
import { ParetoFront } from "../../../../src/modules/strategies/optimise/pareto.ts";
import { RandomSampler } from "../../../../src/modules/strategies/optimise/random-search.ts";
import type { Outcome, Sampler } from "../../../../src/modules/strategies/optimise/sampler.ts";
import { type Point, Space } from "../../../../src/modules/strategies/optimise/space.ts";
import { TpeSampler } from "../../../../src/modules/strategies/optimise/tpe.ts";

function search(sampler: Sampler, trials: number, outcomeOf: (point: Point) => Outcome): Outcome[] {
  return Array.from({ length: trials }, (_, trial) => {
    const point = sampler.ask(trial) ?? [];
    const outcome = outcomeOf(point);
    sampler.tell(trial, point, outcome);
    return outcome;
  });
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Median over 15 seeds of what the best of so many trials misses the least value by. */
function regret(test: TestFunction, trials: number, make: (space: Space, seed: number) => Sampler): number {
  const space = new Space(test.dimensions);
  const loss = (point: Point) => test.of(point.map((level, at) => space.value(at, level)));
  return median(
    Array.from({ length: 15 }, (_, seed) => {
      const outcomes = search(make(space, 1 + seed), trials, (point) => ({
        losses: [loss(point)],
        violation: 0,
      }));
      return Math.min(...outcomes.map(({ losses }) => losses[0] ?? Number.NaN)) - test.least;
    }),
  );
}

describe.each(FUNCTIONS.map((test) => [test.name, test] as const))("on %s", (_, test) => {
  it("Parzen estimators come as near as Optuna's do, and evolution nearer than chance", () => {
    const tpe = regret(test, 200, (space, seed) => new TpeSampler(space, seed));
    const de = regret(test, 200, (space, seed) => new DifferentialEvolution(space, seed));
    const random = regret(test, 200, (space, seed) => new RandomSampler(space, seed));
    expect(tpe).toBeLessThan(1.2 * (test.optuna[200] ?? 0));
    expect(de).toBeLessThan(0.75 * random);
  });
});

const ADAPTIVE: [string, (space: Space, seed: number, objectives: number) => Sampler][] = [
  ["tpe", (...of) => new TpeSampler(...of)],
  ["de", (...of) => new DifferentialEvolution(...of)],
];
const square = () => new Space(["a", "b", "c", "d"].map((name) => ({ name, min: 0, max: 1, step: 0.002 })));

describe.each(ADAPTIVE)("%s", (_, make) => {
  it("finds the best point that is feasible where the best of all is not", () => {
    const outcomeOf = ([a = 0, b = 0, c = 0, d = 0]: Point): Outcome => ({
      losses: [(a + b + c + d) / 500],
      violation: Math.max(0, 400 - a) / 400 + Math.max(0, 300 - b) / 300,
    });
    const least = (sampler: Sampler) =>
      Math.min(
        ...search(sampler, 400, outcomeOf).map(({ losses: [loss = 0], violation }) =>
          violation === 0 ? loss : Number.POSITIVE_INFINITY,
        ),
      );
    // The least feasible loss is 1.4.
    const found = [1, 2, 3, 4, 5].map((seed) => least(make(square(), seed, 1)));
    expect(median(found)).toBeLessThan(1.6);
  });

  it("covers more of a front of two objectives than chance does", () => {
    // ZDT1 (Zitzler, Deb and Thiele 2000): the front is f2 = 1 − √f1.
    const outcomeOf = ([a = 0, ...rest]: Point): Outcome => {
      const g = 1 + (9 * rest.reduce((sum, level) => sum + level / 500, 0)) / rest.length;
      return { losses: [a / 500, g * (1 - Math.sqrt(a / 500 / g))], violation: 0 };
    };
    const covered = (sampler: Sampler) => {
      const front = new ParetoFront<readonly number[]>(500);
      for (const { losses } of search(sampler, 500, outcomeOf)) front.note(losses, 0, losses);
      return volume(front.list());
    };
    const found = [1, 2, 3, 4, 5].map((seed) => covered(make(square(), seed, 2)));
    const byChance = [1, 2, 3, 4, 5].map((seed) => covered(new RandomSampler(square(), seed)));
    // The whole front covers 1.1² − 1/3.
    expect(median(found)).toBeGreaterThan(0.65);
    expect(median(found)).toBeGreaterThan(2 * median(byChance));
  });
});

/** Area that a front, ordered by its first loss, dominates up to (1.1, 1.1). */
function volume(front: readonly (readonly number[])[]): number {
  let [area, height] = [0, 1.1];
  for (const [x = 0, y = 0] of front) {
    if (x >= 1.1 || y >= height) continue;
    area += (1.1 - x) * (height - y);
    height = y;
  }
  return area;
}
