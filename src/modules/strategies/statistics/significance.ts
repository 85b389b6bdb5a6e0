import type { Moments } from "./moments.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

const EULER_MASCHERONI = 0.5772156649015329;

/** Sharpe ratio of one period with its sample's size and shape; kurtosis is raw (a normal distribution has 3). */
export interface SharpeSample {
  count: number;
  /** Mean over sample deviation, of one period. */
  sharpe: number;
  skewness: number;
  kurtosis: number;
}

/** Null where the returns do not vary. */
export function sharpeSample({ count, deviation, kurtosis, mean, skewness }: Moments): SharpeSample | null {
  return deviation > 0 ? { count, sharpe: mean / deviation, skewness, kurtosis } : null;
}

/** 1 − γ₃·SR + (γ₄ − 1)/4 · SR²; not above 0 only for shapes that no sample of real size has. */
function spread({ kurtosis, sharpe, skewness }: SharpeSample): number {
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
}

/** Standard error of a Sharpe ratio per period: √(spread / (n − 1)) (Mertens 2002; Bailey and López de Prado 2012). */
export function sharpeError(sample: SharpeSample): number | null {
  const value = spread(sample) / (sample.count - 1);
  return value > 0 ? Math.sqrt(value) : null;
}

/**
 * Probabilistic Sharpe ratio: the probability that the true Sharpe ratio per period is above `benchmark`, which is per period as
 * well: Φ((SR − benchmark) / error) (Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier", 2012).
 */
export function probabilisticSharpe(sample: SharpeSample, benchmark: number): number | null {
  const error = sharpeError(sample);
  return error === null ? null : normalCdf((sample.sharpe - benchmark) / error);
}

/**
 * The highest Sharpe ratio per period that is expected of `trials` without skill whose ratios deviate by `deviation`:
 * deviation · ((1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e))); 0 for a single trial.
 */
export function expectedMaximumSharpe(trials: number, deviation: number): number {
  if (trials < 2) return 0;
  const usual = normalQuantile(1 - 1 / trials);
  const far = normalQuantile(1 - 1 / (trials * Math.E));
  return deviation * ((1 - EULER_MASCHERONI) * usual + EULER_MASCHERONI * far);
}

/**
 * Deflated Sharpe ratio: the probabilistic one against the maximum that luck gives in that many trials (Bailey and López de
 * Prado, "The Deflated Sharpe Ratio", 2014). `deviation` is the sample deviation of the trials' ratios per period.
 */
export function deflatedSharpe(sample: SharpeSample, trials: number, deviation: number): number | null {
  return probabilisticSharpe(sample, expectedMaximumSharpe(trials, deviation));
}

/**
 * Minimum track record length in periods: how many are needed to be sure to `confidence` that the ratio is above `benchmark`:
 * 1 + spread · (Φ⁻¹(confidence) / (SR − benchmark))². Null where the ratio is not above it, since no length would do.
 */
export function minimumTrackRecord(
  sample: SharpeSample,
  benchmark: number,
  confidence: number,
): number | null {
  const above = sample.sharpe - benchmark;
  const wide = spread(sample);
  if (!(above > 0) || !(wide > 0)) return null;
  return 1 + wide * (normalQuantile(confidence) / above) ** 2;
}
