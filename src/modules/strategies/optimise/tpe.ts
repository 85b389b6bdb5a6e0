import { normalOf, type Random } from "../statistics/random.ts";
import { FreePoints } from "./free-points.ts";
import { PointDensity } from "./parzen.ts";
import { type Outcome, type Sampler, streamOf } from "./sampler.ts";
import type { Point, Space } from "./space.ts";
import { TriedPoints } from "./tried-points.ts";

/** Trials by chance before there is anything to learn from. */
const START = 10;
const GOOD_SHARE = 0.15;
const CANDIDATES = 12;
/** How often a suggestion takes any level of one dimension, and how often of the others it is a step about the best point. */
const JUMP_SHARE = 0.1;
const STEP_SHARE = 0.4;
/** Good points that tell how far a step goes: a part of their mean distance from the best, and at least a part of the range. */
const NEIGHBOURS = 5;
const REACH = 0.7;
const LEAST_REACH = 0.002;
const LEAST_LEVELS = 0.35;

/**
 * Tree-structured Parzen estimator (Bergstra 2011), over whole points: the trials are parted into good and poor ones, and of some
 * points drawn from the density of the good that one is taken where it is highest over the density of the poor. Some suggestions
 * are a step about the best point instead, as far as the next best lie from it, or a jump from it along one dimension, which leads
 * out of a valley. What is kept of the trials is bounded, and so is the time that a suggestion takes.
 */
export class TpeSampler implements Sampler {
  readonly #space: Space;
  readonly #seed: number;
  readonly #free: FreePoints;
  readonly #tried: TriedPoints;

  constructor(space: Space, seed: number, objectives = 1) {
    this.#space = space;
    this.#seed = seed;
    this.#free = new FreePoints(space);
    this.#tried = new TriedPoints(space, seed, objectives);
  }

  ask(trial: number): Point | undefined {
    const random = streamOf(this.#seed, trial);
    if (this.#tried.count < START) return this.#free.any(random);
    return this.#free.near(this.#suggestion(random), random);
  }

  tell(_: number, point: Point, outcome: Outcome): void {
    this.#free.use(point);
    this.#tried.add(point, outcome);
  }

  #suggestion(random: Random): Point {
    const { good, poor } = this.#tried.parted(GOOD_SHARE, random);
    if (random.next() < JUMP_SHARE) return this.#jumpFrom(good[0] ?? [], random);
    if (random.next() < STEP_SHARE) return this.#stepFrom([...good, ...poor.slice(0, NEIGHBOURS)], random);
    return this.#drawn(good, poor, random);
  }

  #jumpFrom(best: Point, random: Random): Point {
    const along = random.below(best.length);
    return best.map((level, at) => (at === along ? random.below(this.#space.sizes[at] ?? 1) : level));
  }

  #stepFrom(ordered: readonly Point[], random: Random): Point {
    const [best = [], ...neighbours] = ordered.slice(0, 1 + NEIGHBOURS);
    return this.#space.sizes.map((size, at) => {
      const centre = best[at] ?? 0;
      let distance = 0;
      for (const point of neighbours) distance += Math.abs((point[at] ?? 0) - centre);
      const reach = Math.max((REACH * distance) / neighbours.length, LEAST_REACH * size, LEAST_LEVELS);
      return Math.min(size - 1, Math.max(0, Math.round(centre + reach * normalOf(random))));
    });
  }

  #drawn(good: readonly Point[], poor: readonly Point[], random: Random): Point {
    const { sizes } = this.#space;
    const [drawn, against] = [new PointDensity(good, sizes), new PointDensity(poor, sizes)];
    let [best, highest] = [drawn.draw(random), 0];
    for (let candidate = 0; candidate < CANDIDATES; candidate += 1) {
      const point = candidate === 0 ? best : drawn.draw(random);
      const gain = drawn.at(point) / against.at(point);
      if (gain > highest) [best, highest] = [point, gain];
    }
    return best;
  }
}
