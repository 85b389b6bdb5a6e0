const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Where the series gives way to the continued fraction: both are exact to about 1e-15 there. */
const BORDER = 3;
const FRACTION_TERMS = 100;
const NEWTON_STEPS = 60;

/** The density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / ROOT_TWO_PI;
}

/**
 * The standard normal distribution function, to about 1e-15: Φ(x) = ½ + φ(x) · Σ x^(2k+1) / (2k+1)!! near 0 (Marsaglia 2004),
 * Laplace's continued fraction of Mills' ratio in the tails.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (Math.abs(x) > BORDER) return x > 0 ? 1 - upperTail(x) : upperTail(-x);
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > Number.EPSILON * Math.abs(sum) * 0.01; k += 1) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

function upperTail(x: number): number {
  let fraction = x;
  for (let k = FRACTION_TERMS; k >= 1; k -= 1) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/** The x with Φ(x) = `probability`, by Newton's method on a monotone branch; ±Infinity at 1 and 0. */
export function normalQuantile(probability: number): number {
  if (probability === 0.5) return 0;
  if (!(probability > 0)) return probability === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (!(probability < 1)) return probability === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (probability > 0.5) return -lowerQuantile(1 - probability);
  return lowerQuantile(probability);
}

/** Below the median log Φ is concave and rises, so that Newton from any point left of the root climbs to it. */
function lowerQuantile(probability: number): number {
  const goal = Math.log(probability);
  let x = -Math.sqrt(-2 * goal) - 1;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const reached = normalCdf(x);
    const move = ((goal - Math.log(reached)) * reached) / normalDensity(x);
    x += move;
    if (Math.abs(move) <= 1e-15 * Math.abs(x)) break;
  }
  return x;
}
