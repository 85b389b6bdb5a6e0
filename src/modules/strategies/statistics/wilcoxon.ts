import { normalCdf } from "./normal.ts";
import { differences } from "./paired.ts";
import { middleRanks } from "./ranks.ts";

/** Below so many differences the normal distribution is no fit for the sum of ranks. */
const FEWEST = 10;

export interface SignedRankTest {
  /** Pairs that differ. */
  count: number;
  /** The sum of the ranks of the positive differences. */
  positive: number;
  z: number;
  /** Two-sided, from the normal distribution. */
  pValue: number;
}

/**
 * Whether the differences of pairs lie evenly about 0 (Wilcoxon 1945): equal pairs left out, equal sizes share the middle of their
 * ranks, the variance is corrected for these ties, and there is no correction for continuity. Null for fewer than ten pairs that
 * differ. Throws a RangeError where one sample is longer.
 */
export function signedRankTest(first: Float64Array, second: Float64Array): SignedRankTest | null {
  const off = differences(first, second).filter((value) => value !== 0);
  const count = off.length;
  if (count < FEWEST) return null;
  const { ranks, ties } = middleRanks(off.map(Math.abs));
  let positive = 0;
  for (const [at, value] of off.entries()) if (value > 0) positive += ranks[at] ?? 0;
  const tied = ties.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = (count * (count + 1) * (2 * count + 1)) / 24 - tied / 48;
  const z = (positive - (count * (count + 1)) / 4) / Math.sqrt(variance);
  return { count, positive, z, pValue: 2 * normalCdf(-Math.abs(z)) };
}
