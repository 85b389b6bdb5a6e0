import { FreePoints } from "./free-points.ts";
import { type Sampler, streamOf } from "./sampler.ts";
import type { Point, Space } from "./space.ts";

/** Points by chance, none twice. */
export class RandomSampler implements Sampler {
  readonly #free: FreePoints;
  readonly #seed: number;

  constructor(space: Space, seed: number) {
    this.#free = new FreePoints(space);
    this.#seed = seed;
  }

  ask(trial: number): Point | undefined {
    return this.#free.any(streamOf(this.#seed, trial));
  }

  tell(_: number, point: Point): void {
    this.#free.use(point);
  }
}
