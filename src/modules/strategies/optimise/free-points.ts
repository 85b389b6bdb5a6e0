import type { Random } from "../statistics/random.ts";
import { Census } from "./census.ts";
import { RankSet } from "./rank-set.ts";
import type { Point, Space } from "./space.ts";

/** Draws before all points are counted, and those about a point before it counts as surrounded. */
const TRIES = 64;
/** Up to here every point is looked at once, so that the last free one is found. */
const MOST_COUNTED = 2 ** 21;
/** Of a larger space: further draws, and ranks that are then looked through, before it counts as used up. */
const MORE_TRIES = 4_096;
const MOST_LOOKED_AT = 1_000_000;

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

  /** Any of them, each as likely as another; of a large space in which few are allowed, some are likelier. */
  any(random: Random): Point | undefined {
    if (this.#tried.size >= this.#space.size) return undefined;
    const isSmall = this.#space.size <= MOST_COUNTED;
    return (
      this.#drawn(random, TRIES) ??
      (isSmall ? this.#counted(random) : (this.#drawn(random, MORE_TRIES) ?? this.#lookedFor(random)))
    );
  }

  /** The point itself, or a free one a few steps from it, or any. */
  near(point: Point, random: Random): Point | undefined {
    if (this.isFree(point)) return point;
    const { sizes } = this.#space;
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const reach = 1 + (tries >> 3);
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
    for (let step = 0; step < Math.min(size, MOST_LOOKED_AT); step += 1) {
      const point = this.#space.pointOf((start + step) % size);
      if (this.isFree(point)) return point;
    }
    return undefined;
  }
}
