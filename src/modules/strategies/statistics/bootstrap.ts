import { Random } from "./random.ts";
import { quantile } from "./tails.ts";

export interface BootstrapOptions {
  seed: number;
  samples: number;
  confidence: number;
  /** Mean length of a block in bars, at least 1. */
  meanBlock: number;
}

export interface BootstrapInterval {
  low: number;
  high: number;
  confidence: number;
  samples: number;
  meanBlock: number;
}

/** ∛n, at least 1: the order at which the stationary bootstrap of a mean converges fastest (Politis and Romano 1994). */
export function usualBlock(count: number): number {
  return Math.max(1, Math.cbrt(count));
}

/**
 * Percentile interval of a mean by the stationary bootstrap (Politis and Romano 1994): each sample is made of blocks that begin
 * anywhere, go round at the end, and have geometric lengths. Same seed, same interval; null for fewer than two values.
 */
export function bootstrapMean(values: Float64Array, options: BootstrapOptions): BootstrapInterval | null {
  const { confidence, meanBlock, samples, seed } = options;
  const count = values.length;
  if (count < 2) return null;
  const random = new Random(seed);
  const restart = 1 / meanBlock;
  const means = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample += 1) {
    let at = random.below(count);
    let sum = values[at] ?? 0;
    for (let drawn = 1; drawn < count; drawn += 1) {
      at = random.next() < restart ? random.below(count) : at + 1;
      if (at === count) at = 0;
      sum += values[at] ?? 0;
    }
    means[sample] = sum / count;
  }
  means.sort();
  const outside = (1 - confidence) / 2;
  return {
    low: quantile(means, outside),
    high: quantile(means, 1 - outside),
    confidence,
    samples,
    meanBlock,
  };
}
