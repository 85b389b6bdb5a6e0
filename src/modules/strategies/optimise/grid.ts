import type { Sampler } from "./sampler.ts";
import type { Point, Space } from "./space.ts";

/** A grid walks its space, so that it is bounded. */
const MOST_GRID_POINTS = 20_000_000;

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
    this.#next = this.#space.nextAllowed(this.#next) ?? this.#space.size;
    return this.#next < this.#space.size ? this.#space.pointOf(this.#next) : undefined;
  }

  tell(_: number, point: Point): void {
    this.#next = this.#space.rankOf(point) + 1;
  }
}
