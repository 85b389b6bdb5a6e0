/** From here on the series of `rootGammaRatio` is exact to the last bits. */
const SERIES_FROM = 16;
const FRACTION_TERMS = 20_000;
const TINY = 1e-300;
const ROOT_PI = Math.sqrt(Math.PI);

/**
 * The probability of a value at least as far from 0 as `t`, on either side, in Student's distribution with any positive number of
 * degrees of freedom, to about 1e-13: the regularised incomplete beta function I_x(ν/2, ½), x = ν / (ν + t²) (Abramowitz and Stegun
 * 26.7.1). NaN without freedom.
 */
export function studentTail(t: number, freedom: number): number {
  if (Number.isNaN(t) || !(freedom > 0)) return Number.NaN;
  const square = t * t;
  if (square === 0) return 1;
  if (square === Number.POSITIVE_INFINITY) return 0;
  const half = freedom / 2;
  const far = freedom / (freedom + square);
  const near = square / (freedom + square);
  // x^a · (1 − x)^½ / B(a, ½), with 1 / B(a, ½) = Γ(a + ½) / (Γ(a) · √π).
  const front =
    (Math.exp(-half * Math.log1p(square / freedom)) * Math.sqrt(near) * rootGammaRatio(half)) / ROOT_PI;
  if (far < (half + 1) / (half + 2.5)) return (front * betaFraction(far, half, 0.5)) / half;
  return 1 - 2 * front * betaFraction(near, 0.5, half);
}

/** Γ(a + ½) / Γ(a): Stirling's series of the difference of logarithms, which loses no digits where a is large. */
function rootGammaRatio(a: number): number {
  let shrunk = 1;
  let from = a;
  for (; from < SERIES_FROM; from += 1) shrunk *= from / (from + 0.5);
  const inverse = 1 / from;
  const square = inverse * inverse;
  const terms = [-1 / 8, 1 / 192, -1 / 640, 17 / 14_336, -31 / 18_432, 691 / 180_224];
  const series = terms.reduceRight((sum, term) => sum * square + term, 0) * inverse;
  return shrunk * Math.sqrt(from) * Math.exp(series);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22) by Lentz's method; fast for x < (a + 1) / (a + b + 2). */
function betaFraction(x: number, a: number, b: number): number {
  const far = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / far(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= FRACTION_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / far(1 + even * d);
    c = far(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / far(1 + odd * d);
    c = far(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) <= Number.EPSILON) break;
  }
  return fraction;
}
