import { type ReturnSums, sumsOf, varianceOfSums } from "./ratios.ts";

export interface Moments extends ReturnSums {
  mean: number;
  /** Sample deviation (n − 1); 0 where the values do not vary. */
  deviation: number;
  /** Third central moment over the biased deviation cubed; 0 where the values do not vary. */
  skewness: number;
  /** Raw: a normal distribution has 3; 3 where the values do not vary. */
  kurtosis: number;
}

/** The moments of a sample, skewness and kurtosis biased (n); null for fewer than two values. */
export function momentsOf(values: Float64Array): Moments | null {
  const sums = sumsOf(values);
  const { count, squares, sum } = sums;
  const variance = varianceOfSums(count, sum, squares);
  if (variance === null) return null;
  const mean = sum / count;
  if (variance === 0) return { ...sums, mean, deviation: 0, skewness: 0, kurtosis: 3 };
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of values) {
    const off = value - mean;
    const square = off * off;
    second += square;
    third += square * off;
    fourth += square * square;
  }
  second /= count;
  return {
    ...sums,
    mean,
    deviation: Math.sqrt(variance),
    skewness: third / count / second ** 1.5,
    kurtosis: fourth / count / (second * second),
  };
}
