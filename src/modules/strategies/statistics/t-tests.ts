import { momentsOf } from "./moments.ts";
import { differences } from "./paired.ts";
import { studentTail } from "./student.ts";

export interface TTest {
  t: number;
  /** Degrees of freedom; Welch's are no whole number. */
  freedom: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * Whether two independent samples have the same mean, their variances being unlike: t = (m₁ − m₂) / √(s₁²/n₁ + s₂²/n₂), with
 * Welch and Satterthwaite's degrees of freedom (Welch 1947). Null for fewer than two values or where neither sample varies.
 */
export function welchTest(first: Float64Array, second: Float64Array): TTest | null {
  const [one, two] = [momentsOf(first), momentsOf(second)];
  if (one === null || two === null) return null;
  const a = one.deviation ** 2 / one.count;
  const b = two.deviation ** 2 / two.count;
  if (!(a + b > 0)) return null;
  const freedom = (a + b) ** 2 / (a ** 2 / (one.count - 1) + b ** 2 / (two.count - 1));
  return tTest((one.mean - two.mean) / Math.sqrt(a + b), freedom);
}

/**
 * Whether the differences of pairs have the mean 0, the pairs being independent of each other (Student 1908). Returns of
 * strategies often are not; `pairedTest` allows for it. Null for fewer than two pairs or where the differences do not vary.
 * Throws a RangeError where one sample is longer.
 */
export function pairedTTest(first: Float64Array, second: Float64Array): TTest | null {
  const moments = momentsOf(differences(first, second));
  if (moments === null || moments.deviation === 0) return null;
  const { count, deviation, mean } = moments;
  return tTest((mean / deviation) * Math.sqrt(count), count - 1);
}

const tTest = (t: number, freedom: number): TTest => ({ t, freedom, pValue: studentTail(t, freedom) });
