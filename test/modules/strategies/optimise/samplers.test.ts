import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DifferentialEvolution } from "../../../../src/modules/strategies/optimise/differential-evolution.ts";
import { GridSampler } from "../../../../src/modules/strategies/optimise/grid.ts";
import { RandomSampler } from "../../../../src/modules/strategies/optimise/random-search.ts";
import type { Outcome, Sampler } from "../../../../src/modules/strategies/optimise/sampler.ts";
import { type Point, Space } from "../../../../src/modules/strategies/optimise/space.ts";
import { TpeSampler } from "../../../../src/modules/strategies/optimise/tpe.ts";

const range = (name: string, max: number) => ({ name, min: 1, max, step: 1 });
const crossing = () =>
  new Space(
    [range("fast", 40), range("still", 1), range("slow", 60)],
    ({ fast = 0, slow = 0 }) => fast < slow,
  );

type Make = (space: Space, seed: number, objectives?: number) => Sampler;
const CHANCE: [string, Make][] = [
  ["random", (space, seed) => new RandomSampler(space, seed)],
  ["tpe", (space, seed, objectives) => new TpeSampler(space, seed, objectives)],
  ["de", (space, seed, objectives) => new DifferentialEvolution(space, seed, objectives)],
];
const ALL: [string, Make][] = [["grid", (space) => new GridSampler(space)], ...CHANCE];

/** A valley with failures and points that are not feasible in it. */
function outcomeOf([fast = 0, , slow = 0]: Point, objectives: number): Outcome {
  if ((fast * 7 + slow) % 11 === 0) return { losses: Array(objectives).fill(Number.NaN), violation: 0 };
  const losses = [(fast - 9) ** 2 + (slow - 31) ** 2, (fast - 20) ** 2 + (slow - 40) ** 2];
  return { losses: losses.slice(0, objectives), violation: Math.max(0, fast + slow - 70) / 70 };
}

interface Told {
  point: Point;
  outcome: Outcome;
}

/** Asks and tells from the end of the log on, up to `trials`. */
function run(sampler: Sampler, log: Told[], trials: number, objectives: number): Told[] {
  const told = [...log];
  for (const [trial, { outcome, point }] of log.entries()) sampler.tell(trial, point, outcome);
  while (told.length < trials) {
    const point = sampler.ask(told.length);
    if (point === undefined) break;
    const outcome = outcomeOf(point, objectives);
    sampler.tell(told.length, point, outcome);
    told.push({ point, outcome });
  }
  return told;
}

describe.each(ALL)("%s", (_, make) => {
  it.each([1, 2])(
    "goes on from a log, cut anywhere, as the one that made it; %i objectives",
    (objectives) => {
      const whole = run(make(crossing(), 7, objectives), [], 260, objectives);
      expect(whole).toHaveLength(260);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 260 }), (cut) => {
          expect(run(make(crossing(), 7, objectives), whole.slice(0, cut), 260, objectives)).toEqual(whole);
        }),
        { numRuns: 12 },
      );
    },
  );

  it("asks for every allowed point once and no other, then ends", () => {
    const space = crossing();
    const ranks = run(make(space, 3), [], 10_000, 1).map(({ point }) => space.rankOf(point));
    const allowed = Array.from({ length: space.size }, (_, rank) => rank).filter((rank) =>
      space.isAllowed(space.pointOf(rank)),
    );
    expect(ranks.toSorted((a, b) => a - b)).toEqual(allowed);
  });

  it("ends at once where nothing is allowed", () => {
    expect(make(new Space([range("x", 50)], () => false), 1).ask(0)).toBeUndefined();
  });

  it("knows a space of a single point", () => {
    const single = make(new Space([{ name: "x", values: [4] }]), 1);
    expect(single.ask(0)).toEqual([0]);
    single.tell(0, [0], { losses: [1], violation: 0 });
    expect(single.ask(1)).toBeUndefined();
  });

  it("asks for the same again when it was told nothing in between", () => {
    const sampler = make(crossing(), 5);
    run(sampler, [], 40, 1);
    expect(sampler.ask(40)).toEqual(sampler.ask(40));
  });
});

describe.each(CHANCE)("%s", (_, make) => {
  it("hangs on its seed", () => {
    const points = (seed: number) => run(make(crossing(), seed), [], 60, 1).map(({ point }) => point);
    expect(points(1)).not.toEqual(points(2));
  });

  it("finds the few allowed points of a large space, each once", () => {
    const sizes = [range("a", 3_000), range("b", 3_000)];
    const space = new Space(sizes, ({ a = 0, b = 0 }) => a === b && a % 1_000 === 0);
    const found = run(make(space, 1), [], 3, 1).map(({ point }) => space.valuesOf(point).a);
    expect(found.toSorted()).toEqual([1_000, 2_000, 3_000]);
  });

  it("works up to spaces of 2^53 points", () => {
    const space = new Space(Array.from({ length: 5 }, (_, at) => range(`x${at}`, 1_500)));
    const ranks = new Set(run(make(space, 1), [], 400, 1).map(({ point }) => space.rankOf(point)));
    expect(ranks.size).toBe(400);
    for (const rank of ranks) expect(Number.isSafeInteger(rank)).toBe(true);
  });

  it("goes on where every trial failed", () => {
    const sampler = make(crossing(), 1);
    for (let trial = 0; trial < 150; trial += 1) {
      const point = sampler.ask(trial) ?? [];
      expect(point).toHaveLength(3);
      sampler.tell(trial, point, { losses: [Number.NaN], violation: Number.POSITIVE_INFINITY });
    }
  });
});
