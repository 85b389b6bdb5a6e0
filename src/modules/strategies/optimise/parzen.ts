import { normalOf, type Random } from "../statistics/random.ts";
import type { Point } from "./space.ts";

/** Draws of a normal until it falls into the range; then its centre will do. */
const TRIES = 8;
/** Squared distance in widths from which a normal adds nothing that counts. */
const FAR = 50;
/** How wide the normal on a single point would be, as a part of the range, and the least width in levels. */
const WIDTH = 0.06;
const LEAST_LEVELS = 0.35;

/**
 * Density over the points of a space (Parzen): a product of normals on each of the given points, whose widths fall with their
 * count by Scott's rule, and the uniform one with the weight of one point. It sees which levels go together.
 */
export class PointDensity {
  readonly #sizes: readonly number[];
  readonly #points: readonly Point[];
  readonly #widths: Float64Array;
  /** 1 / width: distances are counted in widths. */
  readonly #narrowness: Float64Array;
  /** Point by point, in widths. */
  readonly #centres: Float64Array;
  /** Height of a normal at its centre, and of the uniform density. */
  readonly #height: number;
  readonly #uniform: number;

  constructor(points: readonly Point[], sizes: readonly number[]) {
    const dimensions = sizes.length;
    const share = WIDTH * (points.length + 1) ** (-1 / (dimensions + 4));
    this.#points = points;
    this.#sizes = sizes;
    this.#widths = Float64Array.from(sizes, (size) => Math.max(size * share, LEAST_LEVELS));
    this.#narrowness = this.#widths.map((width) => 1 / width);
    this.#height = this.#narrowness.reduce((product, one) => (product * one) / Math.sqrt(2 * Math.PI), 1);
    this.#uniform = sizes.reduce((product, size) => product / size, 1);
    this.#centres = new Float64Array(points.length * dimensions);
    for (let one = 0; one < points.length; one += 1)
      for (let at = 0; at < dimensions; at += 1)
        this.#centres[one * dimensions + at] = (points[one]?.[at] ?? 0) * (this.#narrowness[at] ?? 1);
  }

  draw(random: Random): Point {
    const centre = this.#points[random.below(this.#points.length + 1)];
    if (centre === undefined) return this.#sizes.map((size) => random.below(size));
    return this.#sizes.map((size, at) => {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const level = Math.round((centre[at] ?? 0) + (this.#widths[at] ?? 1) * normalOf(random));
        if (level >= 0 && level < size) return level;
      }
      return centre[at] ?? 0;
    });
  }

  at(point: Point): number {
    const dimensions = this.#sizes.length;
    let density = 0;
    for (let place = 0; place < this.#centres.length; place += dimensions) {
      let distance = 0;
      for (let at = 0; at < dimensions && distance < FAR; at += 1) {
        const off = (point[at] ?? 0) * (this.#narrowness[at] ?? 1) - (this.#centres[place + at] ?? 0);
        distance += off * off;
      }
      if (distance < FAR) density += Math.exp(-0.5 * distance);
    }
    return (density * this.#height + this.#uniform) / (this.#points.length + 1);
  }
}
