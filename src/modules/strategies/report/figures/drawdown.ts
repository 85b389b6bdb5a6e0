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

export interface Fall {
  /** Of the peak, below 0. */
  depth: number;
  /** Times of the peak, of the lowest close, and of the first close at least as high as the peak, or of the last one. */
  from: number;
  low: number;
  until: number;
  recovered: boolean;
}

/** The deepest falls from a peak to its recovery, the deepest first; of equal ones the earlier. */
export function deepestFalls(times: Float64Array, equity: Float64Array, most: number): Fall[] {
  const below = underWater(equity);
  const falls: Fall[] = [];
  let fall: Fall | undefined;
  for (let bar = 1; bar < below.length; bar += 1) {
    const depth = below[bar] ?? 0;
    const time = times[bar] ?? 0;
    if (depth < 0) {
      fall ??= { depth: 0, from: times[bar - 1] ?? 0, low: time, until: time, recovered: false };
      if (depth < fall.depth) Object.assign(fall, { depth, low: time });
    }
    if (fall !== undefined) fall.until = time;
    if (depth >= 0 && fall !== undefined) {
      falls.push({ ...fall, recovered: true });
      fall = undefined;
    }
  }
  if (fall !== undefined) falls.push(fall);
  return falls.toSorted((one, other) => one.depth - other.depth).slice(0, most);
}
