import { normalCdf, normalQuantile } from "./normal.ts";

/** What a two-sided test of a mean is asked for. */
export interface PowerGoal {
  /** The chance of seeing an effect where there is none. */
  alpha: number;
  /** The chance of seeing the effect where there is one. */
  power: number;
}

export const USUAL_GOAL: PowerGoal = { alpha: 0.05, power: 0.8 };

/**
 * The chance that a two-sided test of a mean sees a true `effect` per observation: Φ(δ·√n/σ − z) + Φ(−δ·√n/σ − z), z = Φ⁻¹(1 −
 * α/2). `deviation` is the long-run one, of which the mean's error is 1/√n: for Newey and West's error, error · √n.
 */
export function powerAt(count: number, effect: number, deviation: number, alpha: number): number {
  const z = normalQuantile(1 - alpha / 2);
  const shift = (Math.abs(effect) * Math.sqrt(count)) / deviation;
  return normalCdf(shift - z) + normalCdf(-shift - z);
}

/**
 * Observations that a two-sided test of a mean needs to see a true `effect` with that power: ((z₁₋α/₂ + z_power) · σ / δ)²,
 * rounded up (Cohen 1988); null for an effect of 0, or one so small that no count would do. `deviation` as for `powerAt`.
 */
export function observationsNeeded(effect: number, deviation: number, goal: PowerGoal): number | null {
  const reach = normalQuantile(1 - goal.alpha / 2) + normalQuantile(goal.power);
  const count = Math.ceil(((reach * deviation) / effect) ** 2);
  return Number.isSafeInteger(count) ? Math.max(2, count) : null;
}
