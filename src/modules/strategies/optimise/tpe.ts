import { normalOf, type Random } from "../statistics/random.ts";
import { LevelDensity, PointDensity } from "./parzen.ts";
import { compare, type Standing, standingOf } from "./ranking.ts";
import { FreePoints, type Outcome, type Sampler, streamOf } from "./sampler.ts";
import { anyWeights, LossBounds } from "./scalarise.ts";
import type { Point, Space } from "./space.ts";

/** Trials by chance before there is anything to learn from. */
const START = 6;
const CANDIDATES = 16;
const MOST_GOOD = 25;
const GOOD_SHARE = 0.1;
/** Trials that several objectives choose their good ones from anew each time. */
const MOST_KEPT = 500;
/** Poor trials that a density is made of; a sample of all, so that a suggestion never takes longer. */
const MOST_POOR = 40;
/** How often a suggestion is a step about the best, and how often of the others it weighs levels together. */
const LOCAL_SHARE = 0.4;
const JOINT_SHARE = 0.8;
/** Neighbours of the best that tell how far a step goes, and the part of their distance and of the range that it goes at least. */
const NEIGHBOURS = 6;
const STEP = 0.8;
const LEAST_STEP = 0.002;

interface Tried {
  point: Point;
  outcome: Outcome;
  standing: Standing;
}

/**
 * Tree-structured Parzen estimator (Bergstra 2011): the trials are parted into good and poor ones, and of some points drawn from the
 * density of the good that one is taken where it is highest over the density of the poor, for whole points or for each dimension
 * alone. Every third suggestion is a step about the best, as far as good trials lie from it. What is kept of the poor is bounded.
 */
export class TpeSampler implements Sampler {
  readonly #space: Space;
  readonly #free: FreePoints;
  readonly #seed: number;
  readonly #objectives: number;
  readonly #bounds: LossBounds;
  /** Best first; with several objectives those that may become good. */
  readonly #good: Tried[] = [];
  readonly #poor: Point[] = [];
  #told = 0;
  #poorTold = 0;

  constructor(space: Space, seed: number, objectives = 1) {
    this.#space = space;
    this.#free = new FreePoints(space);
    this.#seed = seed;
    this.#objectives = objectives;
    this.#bounds = new LossBounds(objectives);
  }

  ask(trial: number): Point | undefined {
    const random = streamOf(this.#seed, trial);
    if (this.#told < START) return this.#free.any(random);
    const good = this.#goodOf(random);
    return this.#free.near(this.#suggestion(good, random), random);
  }

  tell(trial: number, point: Point, outcome: Outcome): void {
    this.#free.use(point);
    if (outcome.violation === 0) this.#bounds.note(outcome.losses);
    this.#told += 1;
    this.#insert({ point, outcome, standing: standingOf(outcome, trial) });
    const most = this.#objectives === 1 ? this.#goodCount() : MOST_KEPT;
    while (this.#good.length > most) this.#notePoor(this.#good.pop());
  }

  #suggestion(good: readonly Tried[], random: Random): Point {
    if (random.next() < LOCAL_SHARE) return this.#stepFrom(good, random);
    const points = good.map(({ point }) => point);
    if (random.next() < JOINT_SHARE) return this.#jointly(points, random);
    return this.#space.sizes.map((size, at) => this.#alone(points, at, size, random));
  }

  #goodCount(): number {
    return Math.min(MOST_GOOD, Math.ceil(GOOD_SHARE * this.#told));
  }

  #insert(tried: Tried): void {
    let [low, high] = [0, this.#good.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.#good[middle];
      if (known && compare(known.standing, tried.standing) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#good.splice(low, 0, tried);
  }

  /** Keeps a sample in which each poor trial is as likely as another (Vitter 1985). */
  #notePoor(tried: Tried | undefined): void {
    if (tried === undefined) return;
    this.#poorTold += 1;
    if (this.#poor.length < MOST_POOR) this.#poor.push(tried.point);
    else {
      const place = streamOf(this.#seed, -this.#poorTold).below(this.#poorTold);
      if (place < MOST_POOR) this.#poor[place] = tried.point;
    }
  }

  /** Of several objectives the best for a mixture of them that chance draws. */
  #goodOf(random: Random): readonly Tried[] {
    if (this.#objectives === 1) return this.#good;
    const weights = anyWeights(this.#objectives, random);
    return this.#good
      .map((one) => ({
        one,
        by: standingOf(one.outcome, one.standing.rank, this.#bounds.scalar(one.outcome.losses, weights)),
      }))
      .sort((a, b) => compare(a.by, b.by))
      .slice(0, this.#goodCount())
      .map(({ one }) => one);
  }

  #stepFrom(good: readonly Tried[], random: Random): Point {
    const [best, ...others] = good.slice(0, NEIGHBOURS);
    return this.#space.sizes.map((size, at) => {
      const centre = best?.point[at] ?? 0;
      const spread = others.reduce((sum, { point }) => sum + Math.abs((point[at] ?? 0) - centre), 0);
      const reach = Math.max((STEP * spread) / Math.max(1, others.length), LEAST_STEP * size);
      return Math.min(size - 1, Math.max(0, Math.round(centre + reach * normalOf(random))));
    });
  }

  #jointly(good: readonly Point[], random: Random): Point {
    const [drawn, poor] = [
      new PointDensity(good, this.#space.sizes),
      new PointDensity(this.#poor, this.#space.sizes),
    ];
    return bestOf(
      () => drawn.draw(random),
      (point) => drawn.at(point) / poor.at(point),
    );
  }

  #alone(good: readonly Point[], at: number, size: number, random: Random): number {
    const levels = (points: readonly Point[]) => points.map((point) => point[at] ?? 0);
    const [drawn, poor] = [new LevelDensity(levels(good), size), new LevelDensity(levels(this.#poor), size)];
    return bestOf(
      () => drawn.draw(random),
      (level) => drawn.at(level) / poor.at(level),
    );
  }
}

/** Of some that are drawn, the first with the highest gain. */
function bestOf<T>(draw: () => T, gainOf: (drawn: T) => number): T {
  let best = draw();
  let highest = gainOf(best);
  for (let candidate = 1; candidate < CANDIDATES; candidate += 1) {
    const drawn = draw();
    const gain = gainOf(drawn);
    if (gain <= highest) continue;
    highest = gain;
    best = drawn;
  }
  return best;
}
