import { normalOf, type Random } from "../statistics/random.ts";
import type { Point } from "./space.ts";

/** Draws of a normal until it falls into the range; then any level will do. */
const TRIES = 8;
/** Squared distance in widths from which a normal adds nothing that a double keeps. */
const FAR = 72;

/**
 * Density over the levels of one dimension: a truncated normal on each given level, as wide as the way to its neighbours, and one
 * over the whole range (Bergstra 2011).
 */
export class LevelDensity {
  readonly #size: number;
  readonly #centres: Float64Array;
  readonly #widths: Float64Array;
  /** 1 / (σ · the share of the normal that lies inside). */
  readonly #scales: Float64Array;

  constructor(levels: readonly number[], size: number) {
    this.#size = size;
    const sorted = Float64Array.of(...levels, (size - 1) / 2).sort();
    const least = size / Math.min(100, sorted.length + 1);
    this.#centres = sorted;
    this.#widths = sorted.map((centre, at) => {
      const left = centre - (sorted[at - 1] ?? -0.5);
      const right = (sorted[at + 1] ?? size - 0.5) - centre;
      return Math.min(size, Math.max(left, right, least));
    });
    this.#scales = this.#widths.map((width, at) => 1 / (width * shareInside(sorted[at] ?? 0, width, size)));
  }

  draw(random: Random): number {
    const at = random.below(this.#centres.length);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const level = Math.round((this.#centres[at] ?? 0) + (this.#widths[at] ?? 1) * normalOf(random));
      if (level >= 0 && level < this.#size) return level;
    }
    return random.below(this.#size);
  }

  at(level: number): number {
    let density = 0;
    for (let at = 0; at < this.#centres.length; at += 1) {
      const off = (level - (this.#centres[at] ?? 0)) / (this.#widths[at] ?? 1);
      if (off * off < FAR) density += (this.#scales[at] ?? 0) * Math.exp(-0.5 * off * off);
    }
    return density / this.#centres.length;
  }
}

/** Of a normal, what lies between the borders, by a logistic approximation of Φ (Bowling 2009), within 0.0002. */
function shareInside(centre: number, width: number, size: number): number {
  const phi = (z: number) => 1 / (1 + Math.exp(-(0.07056 * z ** 3 + 1.5976 * z)));
  return Math.max(1e-12, phi((size - 0.5 - centre) / width) - phi((-0.5 - centre) / width));
}

/** Share of a range that a kernel of a single point is wide, and what none is narrower than. */
const WIDTH = 0.06;
const LEAST_WIDTH = 0.002;

/**
 * Density over whole points: a product of normals on each given point, whose widths fall with their count by Scott's rule, and the
 * uniform one. It sees what levels go together.
 */
export class PointDensity {
  readonly #points: readonly Point[];
  readonly #sizes: readonly number[];
  readonly #widths: Float64Array;
  readonly #scale: number;
  readonly #uniform: number;

  constructor(points: readonly Point[], sizes: readonly number[]) {
    const narrowing = (points.length + 1) ** (-1 / (sizes.length + 4));
    this.#points = points;
    this.#sizes = sizes;
    this.#widths = Float64Array.from(sizes, (size) => size * Math.max(WIDTH * narrowing, LEAST_WIDTH));
    this.#scale = this.#widths.reduce((product, width) => product / width, 1);
    this.#uniform = sizes.reduce((product, size) => product / size, 1);
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
    let density = 0;
    for (const centre of this.#points) {
      let distance = 0;
      for (let at = 0; at < this.#widths.length; at += 1) {
        const off = ((point[at] ?? 0) - (centre[at] ?? 0)) / (this.#widths[at] ?? 1);
        distance += off * off;
      }
      if (distance < FAR) density += Math.exp(-0.5 * distance);
    }
    return (density * this.#scale + this.#uniform) / (this.#points.length + 1);
  }
}
