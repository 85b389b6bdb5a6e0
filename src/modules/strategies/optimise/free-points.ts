import type { Random } from "../statistics/random.ts";
import { Census } from "./census.ts";
import { RankSet } from "./rank-set.ts";
import type { Point, Space } from "./space.ts";

/** Draws before a point counts as surrounded, or a small space is counted; a larger one is drawn from more often first. */
const TRIES = 64;
const MORE_TRIES = 4_096;
const MOST_SMALL = 2 ** 16;
/** Up to here all points are looked at if need be, so that the last free one is found. */
const MOST_COUNTED = 20_000_000;
/** Of a space beyond that, so many are looked at before it counts as used up. */
const MOST_LOOKED_AT = 5_000_000;

/** The points that are still free: allowed, and not tried. */
export class FreePoints {
  readonly #space: Space;
  readonly #tried = new RankSet();
  #census: Census | undefined;

  constructor(space: Space) {
    this.#space = space;
  }

  use(point: Point): void {
    const rank = this.#space.rankOf(point);
    this.#tried.add(rank);
    this.#census?.use(rank);
  }

  isFree(point: Point): boolean {
    return !this.#tried.has(this.#space.rankOf(point)) && this.#space.isAllowed(point);
  }

  /** Any of them, each as likely as another; of a space of more than 20,000,000 of which few are allowed, some are likelier. */
  any(random: Random): Point | undefined {
    if (this.#tried.size >= this.#space.size) return undefined;
    return (
      this.#drawn(random, this.#space.size <= MOST_SMALL ? TRIES : MORE_TRIES) ??
      (this.#space.size <= MOST_COUNTED ? this.#counted(random) : this.#lookedFor(random))
    );
  }

  /** The point itself, or a free one a few steps from it, or any. */
  near(point: Point, random: Random): Point | undefined {
    if (this.isFree(point)) return point;
    const { sizes } = this.#space;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const reach = 1 + (tries >> 2);
      const moved = point.map((level, at) => {
        const step = random.below(2 * reach + 1) - reach;
        return Math.min((sizes[at] ?? 1) - 1, Math.max(0, level + step));
      });
      if (this.isFree(moved)) return moved;
    }
    return this.any(random);
  }

  #drawn(random: Random, tries: number): Point | undefined {
    for (let at = 0; at < tries; at += 1) {
      const point = this.#space.sizes.map((size) => random.below(size));
      if (this.isFree(point)) return point;
    }
    return undefined;
  }

  #counted(random: Random): Point | undefined {
    this.#census ??= new Census(this.#space, this.#tried);
    const { free } = this.#census;
    return free === 0 ? undefined : this.#space.pointOf(this.#census.rankAt(random.below(free)));
  }

  /** The first from some rank on, round the end. */
  #lookedFor(random: Random): Point | undefined {
    const { size } = this.#space;
    const start = Math.floor(random.next() * size);
    const end = start + MOST_LOOKED_AT;
    return this.#first(start, Math.min(size, end)) ?? this.#first(0, Math.min(start, end - size));
  }

  #first(start: number, end: number): Point | undefined {
    let rank = this.#space.nextAllowed(start, end);
    while (rank !== undefined && this.#tried.has(rank)) rank = this.#space.nextAllowed(rank + 1, end);
    return rank === undefined ? undefined : this.#space.pointOf(rank);
  }
}
