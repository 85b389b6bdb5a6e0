import type { Metric } from "../statistics/curve-metrics.ts";
import { type Distribution, distributionOf } from "../statistics/distribution.ts";
import { Random, shuffle } from "../statistics/random.ts";
import { type Point, requirePoint, type Score } from "./lattice.ts";

const MOST_SAMPLES = 10_000;

export interface PerturbationOptions {
  seed: number;
  /** Points at most, from 1 to 10,000. */
  samples: number;
  /** Levels by which each parameter may be off, up or down. */
  steps: number;
}

/**
 * Points with every parameter off by up to `steps` levels, drawn evenly from those of the lattice, each once and never the point
 * itself; all of them where they are no more than `samples`. Same seed, same points. Throws a RangeError for a point off the
 * lattice or numbers out of their range.
 */
export function perturbedPoints(
  point: Point,
  sizes: Point,
  { samples, seed, steps }: PerturbationOptions,
): Point[] {
  requirePoint(point, sizes);
  if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES)
    throw new RangeError(`${samples} samples: it takes from 1 to ${MOST_SAMPLES}`);
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`${steps} steps are not a whole number`);
  const ranges = point.map((level, at) => {
    const from = Math.max(0, level - steps);
    return { from, count: Math.min((sizes[at] ?? 0) - 1, level + steps) - from + 1 };
  });
  const total = ranges.reduce((product, { count }) => product * count, 1);
  const random = new Random(seed);
  const own = point.join();
  const points = new Map<string, Point>();
  const add = (levels: Point) => {
    const key = levels.join();
    if (key !== own) points.set(key, levels);
  };
  // Drawing at random slows down where most points have been drawn; then all are put into a random order.
  if (total > 2 * samples + 1) {
    while (points.size < samples) add(ranges.map(({ count, from }) => from + random.below(count)));
    return [...points.values()];
  }
  const order = Uint32Array.from({ length: total }, (_, at) => at);
  shuffle(order, random);
  for (const index of order) if (points.size < samples) add(pointAt(index, ranges));
  return [...points.values()];
}

function pointAt(index: number, ranges: readonly { from: number; count: number }[]): Point {
  let rest = index;
  return ranges.map(({ count, from }) => {
    const level = from + (rest % count);
    rest = Math.floor(rest / count);
    return level;
  });
}

export interface Perturbation {
  peak: Metric;
  points: number;
  /** Of the points that have a score; null where none has. */
  scores: Distribution | null;
  /** Part of those points whose score is at least the peak's, above 0, and at least half of the peak's. */
  atLeastPeak: Metric;
  aboveZero: Metric;
  aboveHalf: Metric;
}

/** How the scores of perturbed points lie about the peak's. */
export function summarisePerturbation(peak: Score, scores: readonly Score[]): Perturbation {
  const known = scores.filter((score) => score !== null);
  const partOf = (holds: (score: number) => boolean): Metric =>
    known.length > 0 ? known.filter(holds).length / known.length : { missing: "no point has a score" };
  const noPeak = { missing: "the point has no score" };
  return {
    peak: peak ?? noPeak,
    points: scores.length,
    scores: distributionOf(Float64Array.from(known)),
    atLeastPeak: peak === null ? noPeak : partOf((score) => score >= peak),
    aboveZero: partOf((score) => score > 0),
    aboveHalf:
      peak === null
        ? noPeak
        : peak > 0
          ? partOf((score) => score >= peak / 2)
          : { missing: "the point's score is not above 0" },
  };
}
