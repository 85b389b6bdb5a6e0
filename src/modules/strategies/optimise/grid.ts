import type { Sampler } from "./sampler.ts";
import type { Point, Space } from "./space.ts";

/** A grid walks its space, so that it is bounded. */
export const MOST_GRID_POINTS = 20_000_000;

/** Every allowed point, in the order of ranks; it remembers none of them. */
export class GridSampler implements Sampler {
  readonly #space: Space;
  #next = 0;

  /** Throws a RangeError for a space of more than 20,000,000 points. */
  constructor(space: Space) {
    if (space.size > MOST_GRID_POINTS)
      throw new RangeError(
        `a grid has at most ${MOST_GRID_POINTS} points, and this one has ${space.size}: take larger steps`,
      );
    this.#space = space;
  }

  ask(): Point | undefined {
    for (let rank = this.#next; rank < this.#space.size; rank += 1) {
      const point = this.#space.pointOf(rank);
      if (!this.#space.isAllowed(point)) continue;
      this.#next = rank;
      return point;
    }
    this.#next = this.#space.size;
    return undefined;
  }

  tell(_: number, point: Point): void {
    this.#next = this.#space.rankOf(point) + 1;
  }
}
