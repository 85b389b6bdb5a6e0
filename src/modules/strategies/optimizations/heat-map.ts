import type { Space } from "../optimise/space.ts";
import type { Trial } from "./trial-rows.ts";

const MOST_CELLS = 24;

/** The best loss over two parameters, the best over all others; wide ranges are parted into equal cells. */
export class HeatMap {
  readonly #space: Space;
  readonly #axes: readonly [number, number];
  readonly #counts: readonly [number, number];
  readonly #losses: Float64Array;

  /** Undefined for a search of one parameter. */
  static of(space: Space): HeatMap | undefined {
    const wide = space.sizes.flatMap((size, at) => (size > 1 ? [at] : []));
    const [first, second] = wide;
    return first === undefined || second === undefined ? undefined : new HeatMap(space, [first, second]);
  }

  private constructor(space: Space, axes: readonly [number, number]) {
    const cells = (at: number) => Math.min(MOST_CELLS, space.sizes[at] ?? 1);
    this.#space = space;
    this.#axes = axes;
    this.#counts = [cells(axes[0]), cells(axes[1])];
    this.#losses = new Float64Array(this.#counts[0] * this.#counts[1]).fill(Number.NaN);
  }

  note({ levels, losses: [loss = Number.NaN], violation }: Trial): void {
    if (violation > 0 || Number.isNaN(loss)) return;
    const [x, y] = [this.#cell(0, levels), this.#cell(1, levels)];
    const at = y * this.#counts[0] + x;
    if (!((this.#losses[at] ?? Number.NaN) <= loss)) this.#losses[at] = loss;
  }

  /** Row by row, a row for each value of `y`; values are the first ones of their cells, objectives as they are maximised. */
  told() {
    const axis = (place: 0 | 1) => {
      const dimension = this.#axes[place];
      const size = this.#space.sizes[dimension] ?? 1;
      return {
        parameter: this.#space.dimensions[dimension]?.name ?? "",
        values: Array.from({ length: this.#counts[place] }, (_, cell) =>
          this.#space.value(dimension, Math.ceil((cell * size) / this.#counts[place])),
        ),
      };
    };
    return {
      x: axis(0),
      y: axis(1),
      cells: Array.from(this.#losses, (loss) =>
        Number.isNaN(loss) ? null : Number((-loss).toPrecision(6)) + 0,
      ),
    };
  }

  #cell(place: 0 | 1, levels: readonly number[]): number {
    const dimension = this.#axes[place];
    return Math.floor(((levels[dimension] ?? 0) * this.#counts[place]) / (this.#space.sizes[dimension] ?? 1));
  }
}
