import type { PriceColumns } from "./oscillators.ts";
import { rollingSum } from "./rolling.ts";
import { runsOf } from "./runs.ts";
import { vwma } from "./weighted.ts";

/** On-balance volume (Granville, 1963), from 0 on the first bar: `ta.obv`. TA-Lib starts with the first bar's volume. */
export function obv(
  close: Float64Array,
  volume: Float64Array,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  const runs = runsOf(close, volume);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    let balance = 0;
    out[from] = 0;
    for (let i = from + 1; i < to; i += 1) {
      const now = close[i] ?? 0;
      const last = close[i - 1] ?? 0;
      if (now > last) balance += volume[i] ?? 0;
      else if (now < last) balance -= volume[i] ?? 0;
      out[i] = balance;
    }
  }
  return out;
}

/**
 * Money flow index, 100·up / (up + down) with flow = typical price·volume, summed over the last `length` changes: `ta.mfi` from
 * bar `length` on. No value where no money flowed.
 */
export function mfi(
  typical: Float64Array,
  volume: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(typical.length),
): Float64Array {
  const up = new Float64Array(typical.length).fill(Number.NaN);
  const down = new Float64Array(typical.length).fill(Number.NaN);
  const runs = runsOf(typical, volume);
  for (let r = 0; r < runs.length; r += 2) {
    for (let i = (runs[r] ?? 0) + 1; i < (runs[r + 1] ?? 0); i += 1) {
      const price = typical[i] ?? 0;
      const change = price - (typical[i - 1] ?? 0);
      const flow = price * (volume[i] ?? 0);
      up[i] = change > 0 ? flow : 0;
      down[i] = change < 0 ? flow : 0;
    }
  }
  const gained = rollingSum(up, length);
  rollingSum(down, length, out);
  for (let i = 0; i < out.length; i += 1) {
    const all = (gained[i] ?? 0) + (out[i] ?? 0);
    out[i] = all > 0 ? (100 * (gained[i] ?? 0)) / all : Number.NaN;
  }
  return out;
}

/**
 * Chaikin's money flow, Σ strength·volume / Σ volume with strength = (2·close - high - low) / (high - low), 0 for a bar without
 * range. No value where nothing was traded in the window.
 */
export function cmf(
  { high, low, close }: PriceColumns,
  volume: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(close.length),
): Float64Array {
  const flow = new Float64Array(close.length);
  for (let i = 0; i < flow.length; i += 1) {
    const top = high[i] ?? 0;
    const bottom = low[i] ?? 0;
    const now = close[i] ?? 0;
    const range = top - bottom;
    const strength = range === 0 ? 0 * now : (now - bottom - (top - now)) / range;
    flow[i] = strength * (volume[i] ?? 0);
  }
  const traded = rollingSum(volume, length);
  rollingSum(flow, length, out);
  for (let i = 0; i < out.length; i += 1) {
    const all = traded[i] ?? 0;
    out[i] = all > 0 ? (out[i] ?? 0) / all : Number.NaN;
  }
  return out;
}

/** An average price weighted by volume and the deviation from it, weighted likewise. */
export interface VwapLines {
  readonly vwap: Float64Array;
  readonly deviation: Float64Array;
}

function newVwap(bars: number): VwapLines {
  return { vwap: new Float64Array(bars), deviation: new Float64Array(bars) };
}

/** VWAP over the last `length` bars. No value where nothing was traded in them. */
export function rollingVwap(
  typical: Float64Array,
  volume: Float64Array,
  length: number,
  into: VwapLines = newVwap(typical.length),
): VwapLines {
  const { vwap, deviation } = into;
  vwma(typical, volume, length, vwap);
  for (let i = 0; i < vwap.length; i += 1) {
    const mean = vwap[i] ?? Number.NaN;
    let squares = 0;
    let traded = 0;
    const start = Number.isNaN(mean) ? i + 1 : i - length + 1;
    for (let j = start; j <= i; j += 1) {
      const distance = (typical[j] ?? 0) - mean;
      squares += distance * distance * (volume[j] ?? 0);
      traded += volume[j] ?? 0;
    }
    deviation[i] = traded > 0 ? Math.sqrt(squares / traded) : Number.NaN;
  }
  return into;
}

/**
 * VWAP since the session began: `ta.vwap`. `sessions` has a number per bar, a new session wherever it changes. Mean and squares
 * are carried on by West's update (1979), which cancels nothing. No value before the session's first volume.
 */
export function sessionVwap(
  typical: Float64Array,
  volume: Float64Array,
  sessions: Float64Array,
  into: VwapLines = newVwap(typical.length),
): VwapLines {
  const { vwap, deviation } = into;
  vwap.fill(Number.NaN);
  deviation.fill(Number.NaN);
  const runs = runsOf(typical, volume);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    let mean = 0;
    let squares = 0;
    let traded = 0;
    for (let i = from; i < (runs[r + 1] ?? 0); i += 1) {
      if (i === from || sessions[i] !== sessions[i - 1]) traded = squares = mean = 0;
      const size = volume[i] ?? 0;
      if (size > 0) {
        const distance = (typical[i] ?? 0) - mean;
        traded += size;
        mean = traded === size ? (typical[i] ?? 0) : mean + (distance * size) / traded;
        squares += size * (traded === size ? 0 : distance * ((typical[i] ?? 0) - mean));
      }
      if (traded === 0) continue;
      vwap[i] = mean;
      deviation[i] = Math.sqrt(squares / traded);
    }
  }
  return into;
}

const DAY_MS = 86_400_000;

/** The day of UTC that each time (ms since 1970) falls on, in days since 1970. */
export function dailySessions(times: Float64Array): Float64Array {
  const days = new Float64Array(times.length);
  for (let i = 0; i < days.length; i += 1) days[i] = Math.floor((times[i] ?? 0) / DAY_MS);
  return days;
}
