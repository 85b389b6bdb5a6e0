/** A tick has 8 decimals at most. */
const FINEST = 1e8;
/** What whole numbers are exact up to in a double. */
export const EXACT = 2 ** 53;
/** Sums of 1,024 ticks stay exact. */
const MOST_TICKS = EXACT / 1024;

/**
 * Values as whole ticks, so that sums of them are exact. The first `count` values are multiples of 1 / `perUnit`, a power of
 * ten; `count` follows from the values before it alone, so that no result hangs on what comes later.
 */
export interface Ticks {
  readonly ticks: Float64Array;
  readonly perUnit: number;
  readonly count: number;
  /** The largest tick without its sign. */
  readonly largest: number;
}

/** The ticks of values up to the first that isn't one of at most `most`, 1 / `finest` or coarser. Passes over rows without number. */
export function ticksOf(values: Float64Array, most = MOST_TICKS, finest = FINEST): Ticks {
  let ticks: Float64Array | undefined;
  let perUnit = 1;
  let largest = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (!(value - value === 0)) continue;
    let tick = Math.round(value * perUnit);
    if (tick / perUnit !== value) {
      const finer = finerUnit(value, perUnit, finest);
      const times = finer / perUnit;
      if (finer === 0 || largest * times > most) return endedAt(i, ticks, perUnit, largest);
      if (ticks !== undefined) rescale(ticks, i, times);
      largest *= times;
      perUnit = finer;
      tick = Math.round(value * perUnit);
    }
    const size = Math.abs(tick);
    if (size > most) return endedAt(i, ticks, perUnit, largest);
    if (size > largest) largest = size;
    ticks ??= new Float64Array(values.length);
    ticks[i] = tick;
  }
  return endedAt(values.length, ticks, perUnit, largest);
}

/** What `ticksOf` gives for narrower bounds, from what it gave without, where that is the same. */
export function ticksWithin(
  values: Float64Array,
  known: Ticks | undefined,
  most: number,
  finest = FINEST,
): Ticks {
  const ticks = known ?? ticksOf(values);
  if (ticks.largest <= most && ticks.perUnit <= finest) return ticks;
  return ticksOf(values, Math.min(most, MOST_TICKS), finest);
}

function endedAt(count: number, ticks: Float64Array | undefined, perUnit: number, largest: number): Ticks {
  return { ticks: ticks ?? new Float64Array(0), perUnit, count, largest };
}

/** The next power of ten that a value is a multiple of 1 / it, or 0. */
function finerUnit(value: number, perUnit: number, finest: number): number {
  for (let finer = perUnit * 10; finer <= finest; finer *= 10) {
    if (Math.round(value * finer) / finer === value) return finer;
  }
  return 0;
}

function rescale(ticks: Float64Array, end: number, times: number): void {
  for (let i = 0; i < end; i += 1) ticks[i] = (ticks[i] ?? 0) * times;
}
