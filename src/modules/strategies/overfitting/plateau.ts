import type { Metric } from "../statistics/curve-metrics.ts";
import { type Point, requirePoint, type Score } from "./lattice.ts";

/** How far a score may lie below the peak's and still count as near it, as a part of the peak's size. */
const WITHIN = 0.1;

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
  /** What the mean keeps of the peak, 1 − (peak − mean) / |peak|: 1 on a plateau, near 0 on a needle. */
  flatness: Metric;
}

/**
 * How a metric holds up around a point: its neighbours' scores instead of its own, since a peak that one step loses is an
 * accident. `scoreOf` gives a point's score; null is one that has none. Throws a RangeError for a point off the lattice.
 */
export function plateauAround(point: Point, sizes: Point, scoreOf: (point: Point) => Score): Plateau {
  const around = neighboursOf(point, sizes);
  const scores = around.flatMap((neighbour) => scoreOf(neighbour) ?? []);
  const peak = scoreOf(point);
  const noNeighbour = { missing: "no neighbour has a score" };
  const noPeak = { missing: "the point has no score" };
  const has = scores.length > 0;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const near = (top: number) => scores.filter((score) => score >= top - WITHIN * Math.abs(top)).length;
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

/** What is left of a figure, more being better: one that is 10 % worse keeps 90 %, below 0 as well. `peak` is not 0. */
export const keptOf = (peak: number, other: number): number => 1 - (peak - other) / Math.abs(peak);

function flatnessOf(peak: Metric, mean: Metric): Metric {
  if (typeof peak !== "number") return peak;
  if (typeof mean !== "number") return mean;
  return peak === 0 ? { missing: "the point's score is 0" } : keptOf(peak, mean);
}

/** Points that are one level of one parameter away. */
export function neighboursOf(point: Point, sizes: Point): Point[] {
  requirePoint(point, sizes);
  return point.flatMap((level, at) =>
    [level - 1, level + 1]
      .filter((near) => near >= 0 && near < (sizes[at] ?? 0))
      .map((near) => point.with(at, near)),
  );
}
