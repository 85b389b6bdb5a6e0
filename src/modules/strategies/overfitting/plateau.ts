import type { Metric } from "../statistics/curve-metrics.ts";
import { type Point, requirePoint, type Score } from "./lattice.ts";

const LARGEST_RADIUS = 3;
const MOST_NEIGHBOURS = 5_000;

export interface PlateauOptions {
  /** Steps of one level in one parameter that a neighbour is away at most, from 1 to 3; 1 unless given. */
  radius?: number;
  /** How far a score may lie below the peak's and still count as near it, as a part of the peak's size; 0.1 unless given. */
  within?: number;
}

export interface Plateau {
  peak: Metric;
  /** Points around, without the peak; and those of them that have a score. */
  neighbours: number;
  scored: number;
  /** Of the neighbours' scores: the plateau score, and the lowest one. */
  mean: Metric;
  worst: Metric;
  /** Part of the neighbours with a score that come near the peak's, or above it. */
  nearPeak: Metric;
  /** Mean over peak: 1 on a plateau, near 0 on a needle. */
  flatness: Metric;
}

/**
 * How a metric holds up around a point: its neighbours' scores instead of its own, since a peak that one step loses is an
 * accident. `scoreOf` looks up points; null is one that was not evaluated. Throws a RangeError for a point off the lattice or a
 * neighbourhood that is too large.
 */
export function plateauAround(
  point: Point,
  sizes: Point,
  scoreOf: (point: Point) => Score,
  { radius = 1, within = 0.1 }: PlateauOptions = {},
): Plateau {
  const around = neighboursOf(point, sizes, radius);
  const scores = around.flatMap((neighbour) => scoreOf(neighbour) ?? []);
  const peak = scoreOf(point);
  const noNeighbour = { missing: "no neighbour has a score" };
  const noPeak = { missing: "the point has no score" };
  const has = scores.length > 0;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const near = (top: number) => scores.filter((score) => score >= top - within * Math.abs(top)).length;
  return {
    peak: peak ?? noPeak,
    neighbours: around.length,
    scored: scores.length,
    mean: has ? mean : noNeighbour,
    worst: has ? Math.min(...scores) : noNeighbour,
    nearPeak: peak === null ? noPeak : has ? near(peak) / scores.length : noNeighbour,
    flatness: flatnessOf(peak ?? noPeak, has ? mean : noNeighbour),
  };
}

function flatnessOf(peak: Metric, mean: Metric): Metric {
  if (typeof peak !== "number") return peak;
  if (typeof mean !== "number") return mean;
  return peak > 0 ? mean / peak : { missing: "the point's score is not above 0" };
}

/** Points at most so many steps away, a step being one level of one parameter; without the point itself, in order of levels. */
export function neighboursOf(point: Point, sizes: Point, radius: number): Point[] {
  requirePoint(point, sizes);
  if (!Number.isInteger(radius) || radius < 1 || radius > LARGEST_RADIUS)
    throw new RangeError(`a radius of ${radius} is not from 1 to ${LARGEST_RADIUS}`);
  let partial: { levels: number[]; steps: number }[] = [{ levels: [], steps: 0 }];
  for (const [at, level] of point.entries()) {
    partial = partial.flatMap(({ levels, steps }) => {
      const left = radius - steps;
      const low = Math.max(0, level - left);
      const high = Math.min((sizes[at] ?? 0) - 1, level + left);
      return Array.from({ length: high - low + 1 }, (_, up) => ({
        levels: [...levels, low + up],
        steps: steps + Math.abs(low + up - level),
      }));
    });
    if (partial.length > MOST_NEIGHBOURS)
      throw new RangeError(`more than ${MOST_NEIGHBOURS} neighbours in ${sizes.length} parameters`);
  }
  return partial.filter(({ steps }) => steps > 0).map(({ levels }) => levels);
}
