import { type Moments, momentsOf } from "./moments.ts";
import { normalCdf } from "./normal.ts";

/** What rounding leaves of the spread of two strategies that are the same. */
const ROUNDING = 1e-12;

export interface SharpeDifference {
  /** Correlation of the two strategies' returns (Pearson's). */
  correlation: number;
  /** Sharpe ratio per bar of the first minus that of the second. */
  difference: number;
  z: number;
  /** Two-sided, from the normal distribution. */
  pValue: number;
}

/**
 * Whether two strategies over the same n bars have the same Sharpe ratio: difference over √(θ / n), θ = 2 − 2ρ + ½·(SR₁² + SR₂² −
 * 2·SR₁·SR₂·ρ²) (Jobson and Korkie 1981, corrected by Memmel 2003). It takes returns for normal and independent from bar to bar.
 * Null for fewer than two bars, where one does not vary, or where the two are the same. Throws a RangeError where one is longer.
 */
export function sharpeDifference(first: Float64Array, second: Float64Array): SharpeDifference | null {
  if (first.length !== second.length)
    throw new RangeError(`${first.length} returns cannot be paired with ${second.length}`);
  const [one, two] = [momentsOf(first), momentsOf(second)];
  if (one === null || two === null || one.deviation === 0 || two.deviation === 0) return null;
  const rho = correlationOf(first, second, one, two);
  const [a, b] = [one.mean / one.deviation, two.mean / two.deviation];
  const spread = 2 - 2 * rho + (a * a + b * b - 2 * a * b * rho * rho) / 2;
  if (!(spread > ROUNDING)) return null;
  const z = (a - b) / Math.sqrt(spread / one.count);
  return { correlation: rho, difference: a - b, z, pValue: 2 * normalCdf(-Math.abs(z)) };
}

function correlationOf(first: Float64Array, second: Float64Array, one: Moments, two: Moments): number {
  let products = 0;
  for (let at = 0; at < first.length; at += 1)
    products += ((first[at] ?? 0) - one.mean) * ((second[at] ?? 0) - two.mean);
  const rho = products / (one.count - 1) / (one.deviation * two.deviation);
  return Math.max(-1, Math.min(1, rho));
}
