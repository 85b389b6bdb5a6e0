/** How one result follows another: as parts of all that is there, or as sums of money. */
export type Accumulation = { kind: "compounded" } | { kind: "added"; capital: number };

/**
 * The deepest fall from a peak, as a part of the peak, of the curve that these results make: returns that compound from 1, or
 * money that is added to the capital. A curve that comes to nothing stays there, and has fallen by 1.
 */
export function deepestFall(results: Float64Array, accumulation: Accumulation): number {
  const compounds = accumulation.kind === "compounded";
  let value = accumulation.kind === "added" ? accumulation.capital : 1;
  let peak = value;
  let deepest = 0;
  for (const result of results) {
    value = compounds ? value * (1 + result) : value + result;
    if (value <= 0) return 1;
    if (value > peak) peak = value;
    else if (peak - value > deepest * peak) deepest = (peak - value) / peak;
  }
  return deepest;
}
