import type { Random } from "../statistics/random.ts";
import { FreePoints } from "./free-points.ts";
import { compare, standingOf } from "./ranking.ts";
import { type Outcome, type Sampler, streamOf } from "./sampler.ts";
import { anyWeights, LossBounds } from "./scalarise.ts";
import type { Point, Space } from "./space.ts";

interface Member {
  point: Point;
  outcome: Outcome;
  /** Of its slot: with several objectives each slot looks for another mixture of them (MOEA/D, Zhang and Li 2007). */
  weights: number[];
}

/** Share of the dimensions that a mutant hands down. */
const CROSSOVER = 0.9;

/**
 * Differential evolution on levels (Storn and Price 1997), current-to-best/1/bin with dither: x + F·(best − x) + F·(a − b), borders
 * reflect. A mutant takes the place of its parent where it is no worse.
 */
export class DifferentialEvolution implements Sampler {
  readonly #free: FreePoints;
  readonly #space: Space;
  readonly #seed: number;
  readonly #objectives: number;
  readonly #bounds: LossBounds;
  readonly #population: Member[] = [];
  readonly #size: number;

  constructor(space: Space, seed: number, objectives = 1) {
    this.#space = space;
    this.#free = new FreePoints(space);
    this.#seed = seed;
    this.#objectives = objectives;
    this.#bounds = new LossBounds(objectives);
    this.#size = Math.max(8, Math.min(40, 3 * space.sizes.length + 4));
  }

  ask(trial: number): Point | undefined {
    const random = streamOf(this.#seed, trial);
    const parent = this.#population[trial % this.#size];
    if (this.#population.length < this.#size || parent === undefined) return this.#free.any(random);
    return this.#free.near(this.#mutantOf(parent, random), random);
  }

  tell(trial: number, point: Point, outcome: Outcome): void {
    this.#free.use(point);
    if (outcome.violation === 0) this.#bounds.note(outcome.losses);
    const slot = trial % this.#size;
    const parent = this.#population[slot];
    if (parent === undefined) {
      const weights = anyWeights(this.#objectives, streamOf(this.#seed, -1 - slot));
      this.#population[slot] = { point, outcome, weights };
      return;
    }
    const { weights } = parent;
    const child = { point, outcome, weights };
    if (compare(this.#standing(child, weights, 0), this.#standing(parent, weights, 0)) <= 0)
      this.#population[slot] = child;
  }

  #standing({ outcome }: Member, weights: number[], rank: number) {
    return standingOf(outcome, rank, this.#bounds.scalar(outcome.losses, weights));
  }

  #mutantOf(parent: Member, random: Random): Point {
    const { weights } = parent;
    const best = this.#population.reduce((one, other, at) =>
      compare(this.#standing(other, weights, at), this.#standing(one, weights, -1)) < 0 ? other : one,
    );
    const pick = () => this.#population[random.below(this.#size)] ?? parent;
    const [first, second] = [pick(), pick()];
    const force = 0.4 + 0.5 * random.next();
    const kept = random.below(this.#space.sizes.length);
    return parent.point.map((level, at) => {
      const take = random.next() < CROSSOVER || at === kept;
      if (!take) return level;
      const step = (best.point[at] ?? 0) - level + (first.point[at] ?? 0) - (second.point[at] ?? 0);
      const wanted = level + force * step;
      // A whole step of chance, so that levels between those of the population are found.
      return reflected(Math.floor(wanted + random.next()), this.#space.sizes[at] ?? 1);
    });
  }
}

/** A level beyond a border comes back by as much as it went too far. */
function reflected(level: number, size: number): number {
  const inside = level < 0 ? -level : level >= size ? 2 * (size - 1) - level : level;
  return Math.min(size - 1, Math.max(0, inside));
}
