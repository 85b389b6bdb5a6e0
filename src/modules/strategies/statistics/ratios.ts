/** A variance below this part of the squared mean (or of nothing at all) is what rounding leaves of none. */
const ROUNDING = 1e-12;
const TINY = 1e-30;

/** Sums over returns, added in order; from them come mean and deviation, the same bits wherever they are summed. */
export interface ReturnSums {
  count: number;
  sum: number;
  squares: number;
}

/** Simple returns of bars: one fewer than there are values, 0 where the value before is not above 0. */
export function returnsOf(equity: Float64Array): Float64Array {
  const returns = new Float64Array(Math.max(0, equity.length - 1));
  for (let bar = 0; bar < returns.length; bar += 1) {
    const before = equity[bar] ?? 0;
    returns[bar] = before > 0 ? (equity[bar + 1] ?? 0) / before - 1 : 0;
  }
  return returns;
}

export function sumsOf(returns: Float64Array): ReturnSums {
  let sum = 0;
  let squares = 0;
  for (const value of returns) {
    sum += value;
    squares += value * value;
  }
  return { count: returns.length, sum, squares };
}

/** The sample variance (n − 1); null for fewer than two values, 0 where only rounding is left of it. */
export function varianceOfSums(count: number, sum: number, squares: number): number | null {
  if (count < 2) return null;
  const mean = sum / count;
  const variance = (squares - sum * mean) / (count - 1);
  return variance > ROUNDING * mean * mean + TINY ? variance : 0;
}

/**
 * Arithmetic Sharpe ratio per year without a risk-free rate: mean / sample deviation · √(periods a year) (Sharpe 1994). Null for
 * fewer than two returns or where they do not vary.
 */
export function sharpeOfSums(
  count: number,
  sum: number,
  squares: number,
  periodsPerYear: number,
): number | null {
  const variance = varianceOfSums(count, sum, squares);
  if (variance === null || variance === 0) return null;
  return (sum / count / Math.sqrt(variance)) * Math.sqrt(periodsPerYear);
}

/** Downside deviation from 0 over all n returns: √(Σ min(r, 0)² / n) (Sortino and Price 1994); 0 without a negative return. */
export function downsideDeviation(returns: Float64Array): number {
  let squares = 0;
  for (const value of returns) if (value < 0) squares += value * value;
  return returns.length > 0 ? Math.sqrt(squares / returns.length) : 0;
}

/** Growth per period of n returns that make `growth` of 1: growth^(1/n) − 1; null where nothing is left or n is 0. */
export function geometricMean(growth: number, count: number): number | null {
  return growth > 0 && count > 0 ? Math.expm1(Math.log(growth) / count) : null;
}

/**
 * Deviation per year of compounded returns: √((s² + (1 + g)²)^p − (1 + g)^2p), s the sample deviation, g the geometric mean, p
 * the periods a year (the deviation of a product of p independent returns).
 */
export function compoundedDeviation(variance: number, mean: number, periodsPerYear: number): number {
  const square = (1 + mean) ** 2;
  return Math.sqrt((variance + square) ** periodsPerYear - square ** periodsPerYear);
}
