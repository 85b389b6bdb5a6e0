import { Random } from "../statistics/random.ts";
import type { Point } from "./space.ts";

/** What came of a trial. */
export interface Outcome {
  /** Minimised; not a number where the trial gave none. */
  readonly losses: readonly number[];
  /** How far it misses what must hold; 0 is feasible. */
  readonly violation: number;
}

/**
 * Asks for points, one after the other, and is told what came of each before the next. All that it knows is what it was told: one
 * that was told trials 0 to n − 1 from a log asks for the same point n as one that lived through them.
 */
export interface Sampler {
  /** A point that was not told yet and is allowed; undefined when there is none left. */
  ask(trial: number): Point | undefined;
  tell(trial: number, point: Point, outcome: Outcome): void;
}

/** Chance of its own for each trial, so that none hangs on how many numbers the trials before it took. */
export function streamOf(seed: number, trial: number): Random {
  let mixed = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ Math.imul(trial + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return new Random(mixed ^ (mixed >>> 13));
}
