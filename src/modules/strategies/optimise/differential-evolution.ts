import type { Random } from "../statistics/random.ts";
import { FreePoints } from "./free-points.ts";
import { FrontPopulation, type Population, SlotPopulation, type Tried, triedOf } from "./population.ts";
import { type Outcome, type Sampler, streamOf } from "./sampler.ts";
import type { Point, Space } from "./space.ts";

/** How likely a mutant's level is taken instead of its parent's. */
const CROSSOVER = 0.9;
/** Differences count by at least the first and at most both together, as chance draws (dither). */
const LEAST_FORCE = 0.4;
const MORE_FORCE = 0.5;

/**
 * Differential evolution on levels (Storn and Price 1997), current-to-best/1/bin with dither: x + F·(best − x) + F·(a − b), borders
 * reflect. Of several objectives the population is what non-dominated sorting leaves of parents and descendants.
 */
export class DifferentialEvolution implements Sampler {
  readonly #free: FreePoints;
  readonly #space: Space;
  readonly #seed: number;
  readonly #population: Population;

  constructor(space: Space, seed: number, objectives = 1) {
    this.#space = space;
    this.#free = new FreePoints(space);
    this.#seed = seed;
    const size = Math.max(8, Math.min(40, 3 * space.sizes.length + 4));
    this.#population = objectives === 1 ? new SlotPopulation(size) : new FrontPopulation(size);
  }

  ask(trial: number): Point | undefined {
    const random = streamOf(this.#seed, trial);
    const parent = this.#population.parentOf(trial);
    if (parent === undefined) return this.#free.any(random);
    return this.#free.near(this.#mutantOf(parent, random), random);
  }

  tell(trial: number, point: Point, outcome: Outcome): void {
    this.#free.use(point);
    this.#population.take(trial, triedOf(point, outcome, this.#space.rankOf(point)));
  }

  #mutantOf({ point: parent }: Tried, random: Random): Point {
    const { point: leader = parent } = this.#population.leader(random) ?? {};
    const { point: first = parent } = this.#population.any(random) ?? {};
    const { point: second = parent } = this.#population.any(random) ?? {};
    const force = LEAST_FORCE + MORE_FORCE * random.next();
    const always = random.below(parent.length);
    return parent.map((level, at) => {
      if (random.next() >= CROSSOVER && at !== always) return level;
      const step = (leader[at] ?? 0) - level + (first[at] ?? 0) - (second[at] ?? 0);
      // Rounded up as often as the part of a level says, so that levels between those of the population are found.
      return reflected(Math.floor(level + force * step + random.next()), this.#space.sizes[at] ?? 1);
    });
  }
}

/** A level beyond a border comes back by as much as it went too far. */
function reflected(level: number, size: number): number {
  const inside = level < 0 ? -level : level >= size ? 2 * (size - 1) - level : level;
  return Math.min(size - 1, Math.max(0, inside));
}
