/** At each close, how far the equity is below its highest so far: 0 or below, a part of that peak. */
export function underWater(equity: Float64Array): Float64Array {
  const below = new Float64Array(equity.length);
  let peak = 0;
  for (let bar = 0; bar < equity.length; bar += 1) {
    const value = equity[bar] ?? 0;
    peak = Math.max(peak, value);
    below[bar] = peak > 0 ? value / peak - 1 : 0;
  }
  return below;
}
