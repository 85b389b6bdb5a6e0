import { Random } from "../statistics/random.ts";
import { RankSet } from "./rank-set.ts";
import type { Point, Space } from "./space.ts";

/** What came of a trial. */
export interface Outcome {
  /** Minimised; not a number where the trial gave none. */
  readonly losses: readonly number[];
  /** How far it misses what must hold; 0 is feasible. */
  readonly violation: number;
}

/**
 * Asks for points, one after the other, and is told what came of each before the next. All that it knows is what it was told: one
 * that was told trials 0 to n − 1 from a log asks for the same point n as one that lived through them.
 */
export interface Sampler {
  /** A point that was not told yet and is allowed; undefined when there is none left. */
  ask(trial: number): Point | undefined;
  tell(trial: number, point: Point, outcome: Outcome): void;
}

/** Chance of its own for each trial, so that none hangs on how many numbers the trials before it took. */
export function streamOf(seed: number, trial: number): Random {
  let mixed = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(trial + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return new Random(mixed ^ (mixed >>> 13));
}

/** Steps that a search for a free point takes at most; a space where it takes more counts as used up. */
const MOST_STEPS = 1_000_000;
const TRIES = 64;

/** The points that are still free: allowed, and not tried. */
export class FreePoints {
  readonly space: Space;
  readonly #tried = new RankSet();

  constructor(space: Space) {
    this.space = space;
  }

  get tried(): number {
    return this.#tried.size;
  }

  use(point: Point): void {
    this.#tried.add(this.space.rankOf(point));
  }

  isFree(point: Point): boolean {
    return !this.#tried.has(this.space.rankOf(point)) && this.space.isAllowed(point);
  }

  /** Any of them, each as likely as another where there are many. */
  any(random: Random): Point | undefined {
    if (this.#tried.size >= this.space.size) return undefined;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const point = this.space.sizes.map((size) => random.below(size));
      if (this.isFree(point)) return point;
    }
    return this.#next(Math.floor(random.next() * this.space.size));
  }

  /** The point itself, or one a few steps about it, or any. */
  near(point: Point, random: Random): Point | undefined {
    if (this.isFree(point)) return point;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const reach = 1 + (tries >> 3);
      const moved = point.map((level, at) => {
        const size = this.space.sizes[at] ?? 1;
        const step = random.below(2 * reach + 1) - reach;
        return Math.min(size - 1, Math.max(0, level + step));
      });
      if (this.isFree(moved)) return moved;
    }
    return this.any(random);
  }

  /** The first from a rank on, round the end. */
  #next(start: number): Point | undefined {
    const { size } = this.space;
    for (let step = 0; step < Math.min(size, MOST_STEPS); step += 1) {
      const point = this.space.pointOf((start + step) % size);
      if (this.isFree(point)) return point;
    }
    return undefined;
  }
}
