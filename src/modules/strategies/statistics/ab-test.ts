import { bootstrapMean, usualBlock } from "./bootstrap.ts";
import { type Metric, metric } from "./curve-metrics.ts";
import { differences, pairedTest } from "./paired.ts";
import { observationsNeeded, powerAt, USUAL_GOAL } from "./power.ts";
import { sumsOf } from "./ratios.ts";

const MOST_SAMPLES = 20_000;

export interface AbOptions {
  /** Pairs that must be there before anything is decided; set before the test begins. */
  sampleSize: number;
  periodsPerYear: number;
  /** Of the bootstrap. */
  seed: number;
  /** Of the bootstrap, at most 20,000; 2,000 unless given. */
  samples?: number;
  /** Mean length in bars of the bootstrap's blocks; ∛n unless given. */
  meanBlock?: number;
  alpha?: number;
  power?: number;
  /** The effect per bar that the power is asked for; the one that was seen unless given. */
  effect?: number;
}

export type AbVerdict = "first" | "second" | "no_difference" | "not_decided";

export interface AbTest {
  /** Pairs of returns. */
  count: number;
  sampleSize: number;
  /** Mean of first minus second per bar, and that times the periods of a year. */
  effect: Metric;
  annualEffect: Metric;
  /** Newey-West error of the effect, with the lags that it allows for. */
  error: Metric;
  lag: number | null;
  t: Metric;
  /** Two-sided. */
  pValue: Metric;
  /** Of the effect: effect ± z · error, and by the stationary bootstrap; null where there is none. */
  interval: { low: number; high: number; confidence: number } | null;
  bootstrap: { low: number; high: number; confidence: number; samples: number; meanBlock: number } | null;
  /** `first` and `second` are the better one; `not_decided` before the sample is full. */
  verdict: AbVerdict;
  power: {
    /** The effect per bar that it is about. */
    effect: Metric;
    /** The chance of having seen it with the pairs that there are. */
    now: Metric;
    /** Pairs that see it with the power that is wanted. */
    needed: Metric;
    wanted: number;
  };
}

/**
 * The fixed comparison of two strategies: paired returns of the same bars, Newey and West's error for the verdict at `alpha`, the
 * interval of a stationary bootstrap beside it. Nothing is decided before the preset sample is full, since looking until it comes
 * out right always succeeds. Deterministic. Throws a RangeError where one series is longer or an option out of its range.
 */
export function abTest(first: Float64Array, second: Float64Array, options: AbOptions): AbTest {
  const { alpha = USUAL_GOAL.alpha, periodsPerYear, sampleSize } = options;
  requireOptions(options);
  const off = differences(first, second);
  const count = off.length;
  const test = pairedTest(first, second, 1 - alpha);
  const reason = count < 2 ? "fewer than two pairs" : "the two do not differ from bar to bar";
  const effect = count > 0 ? sumsOf(off).sum / count : null;
  const bootstrap = test && bootstrapOf(off, alpha, options);
  return {
    count,
    sampleSize,
    effect: metric(effect, reason),
    annualEffect: metric(effect === null ? null : effect * periodsPerYear, reason),
    error: metric(test?.error ?? null, reason),
    lag: test?.lag ?? null,
    t: metric(test?.t ?? null, reason),
    pValue: metric(test?.pValue ?? null, reason),
    interval: test?.interval ?? null,
    bootstrap,
    verdict: verdictOf(effect, test?.pValue ?? null, alpha, count >= sampleSize && count >= 2),
    power: powerOf(test, options, reason),
  };
}

function requireOptions({ alpha = 0.05, meanBlock = 1, power = 0.8, samples = 1, sampleSize }: AbOptions) {
  if (!Number.isInteger(sampleSize) || sampleSize < 2)
    throw new RangeError(`a sample of ${sampleSize} pairs decides nothing`);
  if (!(alpha > 0 && alpha < 1 && power > 0 && power < 1))
    throw new RangeError(`alpha ${alpha} and power ${power} must lie between 0 and 1`);
  if (!Number.isInteger(samples) || samples < 1 || samples > MOST_SAMPLES)
    throw new RangeError(`the bootstrap takes from 1 to ${MOST_SAMPLES} samples, not ${samples}`);
  if (!(meanBlock >= 1)) throw new RangeError(`blocks of ${meanBlock} bars are shorter than one`);
}

function bootstrapOf(off: Float64Array, alpha: number, options: AbOptions) {
  const { meanBlock = usualBlock(off.length), samples = 2000, seed } = options;
  return bootstrapMean(off, { seed, samples, confidence: 1 - alpha, meanBlock });
}

/** Without a p-value the two are either the same in every bar, or apart by the same in every bar, of which nothing is known. */
function verdictOf(effect: number | null, pValue: number | null, alpha: number, isFull: boolean): AbVerdict {
  if (!isFull || effect === null) return "not_decided";
  if (pValue === null) return effect === 0 ? "no_difference" : "not_decided";
  if (pValue >= alpha) return "no_difference";
  return effect > 0 ? "first" : "second";
}

function powerOf(
  test: { count: number; effect: number; error: number } | null,
  { alpha = USUAL_GOAL.alpha, effect: given, power: wanted = USUAL_GOAL.power }: AbOptions,
  reason: string,
): AbTest["power"] {
  const about = given ?? test?.effect ?? null;
  if (test === null || about === null)
    return {
      effect: metric(about, reason),
      now: { missing: reason },
      needed: { missing: reason },
      wanted,
    };
  const deviation = test.error * Math.sqrt(test.count);
  return {
    effect: about,
    now: powerAt(test.count, about, deviation, alpha),
    needed: metric(
      observationsNeeded(about, deviation, { alpha, power: wanted }),
      "there is no effect to see",
    ),
    wanted,
  };
}
