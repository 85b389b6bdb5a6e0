import { ema, sma, steps } from "./moving-averages.ts";
import { percentRank, rollingSum } from "./rolling.ts";
import { requireLength, runsOf } from "./runs.ts";
import { wma } from "./weighted.ts";

/** Rate of change, 100·(x / x[length] - 1): `ta.roc`. No value where the older one is 0. */
export function roc(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  requireLength(length);
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const to = runs[r + 1] ?? 0;
    for (let i = (runs[r] ?? 0) + length; i < to; i += 1) {
      const old = values[i - length] ?? 0;
      if (old !== 0) out[i] = (100 * ((values[i] ?? 0) - old)) / old;
    }
  }
  return out;
}

/**
 * Relative strength index, 100·gain / (gain + loss) with Wilder's averages, seeded by simple ones (Wilder, 1978): `ta.rsi`.
 * 100 where nothing was lost, a flat series too, as in TradingView (TA-Lib: 0).
 */
export function rsi(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  requireLength(length);
  const runs = runsOf(values);
  const alpha = 1 / length;
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const seeded = (runs[r] ?? 0) + length;
    const to = runs[r + 1] ?? 0;
    if (seeded >= to) continue;
    let last = values[runs[r] ?? 0] ?? 0;
    let gain = 0;
    let loss = 0;
    for (let i = seeded - length + 1; i <= seeded; i += 1) {
      const value = values[i] ?? 0;
      const change = value - last;
      last = value;
      if (change > 0) gain += change;
      else loss -= change;
    }
    gain /= length;
    loss /= length;
    out[seeded] = loss === 0 ? 100 : (100 * gain) / (gain + loss);
    for (let i = seeded + 1; i < to; i += 1) {
      const value = values[i] ?? 0;
      const change = value - last;
      last = value;
      gain += ((change > 0 ? change : 0) - gain) * alpha;
      loss += ((change < 0 ? -change : 0) - loss) * alpha;
      out[i] = loss === 0 ? 100 : (100 * gain) / (gain + loss);
    }
  }
  return out;
}

/**
 * Chande's momentum oscillator (1994), 100·(gains - losses) / (gains + losses) over `length` changes: `ta.cmo`. The numerator is
 * taken as x - x[length], so that 0 is met exactly; no value for a flat window. TA-Lib smooths with Wilder's average instead.
 */
export function cmo(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  rollingSum(steps(values), length, out);
  for (let i = length; i < out.length; i += 1) {
    const path = out[i] ?? 0;
    const share = ((values[i] ?? 0) - (values[i - length] ?? 0)) / path;
    out[i] = path > 0 ? 100 * Math.max(-1, Math.min(1, share)) : Number.NaN;
  }
  return out;
}

/** An oscillator, its signal line and the difference of both. */
export interface SignalledLines {
  readonly line: Float64Array;
  readonly signal: Float64Array;
  readonly histogram: Float64Array;
}

/** Where a kernel of three lines writes. */
export function newSignalledLines(bars: number): SignalledLines {
  return {
    line: new Float64Array(bars),
    signal: new Float64Array(bars),
    histogram: new Float64Array(bars),
  };
}

export interface MacdLengths {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

/**
 * MACD (Appel, 1979): ema(fast) - ema(slow), its EMA and the difference: `ta.macd`. Each EMA is seeded on its own first bars;
 * TA-Lib starts the fast one with the slow one: on GOOG the signal is 8 % off at first, less than 1e-9 after bar 149.
 */
export function macd(
  values: Float64Array,
  lengths: MacdLengths,
  into: SignalledLines = newSignalledLines(values.length),
): SignalledLines {
  const fast = ema(values, lengths.fast, into.histogram);
  const slow = ema(values, lengths.slow, into.line);
  for (let i = 0; i < slow.length; i += 1) slow[i] = (fast[i] ?? 0) - (slow[i] ?? 0);
  return signalled(into, lengths.signal);
}

/** Percentage price oscillator, 100·(ema(fast) - ema(slow)) / ema(slow), its EMA and the difference. */
export function ppo(
  values: Float64Array,
  lengths: MacdLengths,
  into: SignalledLines = newSignalledLines(values.length),
): SignalledLines {
  const fast = ema(values, lengths.fast, into.histogram);
  const slow = ema(values, lengths.slow, into.line);
  for (let i = 0; i < slow.length; i += 1) {
    const base = slow[i] ?? 0;
    slow[i] = base === 0 ? Number.NaN : (100 * ((fast[i] ?? 0) - base)) / base;
  }
  return signalled(into, lengths.signal);
}

/** TRIX (Hutson, 1983): change in percent, from one bar to the next, of a triple EMA; with its EMA. */
export function trix(
  values: Float64Array,
  length: number,
  signal: number,
  into: SignalledLines = newSignalledLines(values.length),
): SignalledLines {
  const thrice = ema(values, length, into.histogram);
  ema(thrice, length, thrice);
  ema(thrice, length, thrice);
  roc(thrice, 1, into.line);
  return signalled(into, signal);
}

/** True strength index (Blau, 1991): 100·ema(ema(change, long), short) / ema(ema(|change|, long), short); `ta.tsi` times 100. */
export function tsi(
  values: Float64Array,
  { long, short, signal }: { long: number; short: number; signal: number },
  into: SignalledLines = newSignalledLines(values.length),
): SignalledLines {
  const moved = into.line.fill(Number.NaN);
  for (let i = 1; i < moved.length; i += 1) moved[i] = (values[i] ?? 0) - (values[i - 1] ?? 0);
  ema(ema(moved, long, moved), short, moved);
  const path = steps(values);
  ema(ema(path, long, path), short, path);
  for (let i = 0; i < moved.length; i += 1) {
    moved[i] = (path[i] ?? 0) > 0 ? (100 * (moved[i] ?? 0)) / (path[i] ?? 0) : Number.NaN;
  }
  return signalled(into, signal);
}

/** Fills in the signal, an EMA of the line, and the histogram. */
function signalled(into: SignalledLines, length: number): SignalledLines {
  const { line, signal, histogram } = into;
  ema(line, length, signal);
  for (let i = 0; i < line.length; i += 1) histogram[i] = (line[i] ?? 0) - (signal[i] ?? 0);
  return into;
}

/** Awesome oscillator (B. Williams): sma(fast) - sma(slow) of the middle prices, (high + low) / 2. */
export function awesome(
  middle: Float64Array,
  fast: number,
  slow: number,
  out: Float64Array = new Float64Array(middle.length),
): Float64Array {
  const quick = sma(middle, fast);
  sma(middle, slow, out);
  for (let i = 0; i < out.length; i += 1) out[i] = (quick[i] ?? 0) - (out[i] ?? 0);
  return out;
}

const KST_RATES = [10, 15, 20, 30];
const KST_AVERAGES = [10, 10, 10, 15];

/**
 * "Know sure thing" (Pring, 1992): Σ k·sma(roc(r), a) for k = 1 to 4 with r = 10, 15, 20, 30 and a = 10, 10, 10, 15, both times
 * `scale` and rounded, at least 1; the signal is a simple average.
 */
export function kst(
  values: Float64Array,
  { scale, signal }: { scale: number; signal: number },
  into: SignalledLines = newSignalledLines(values.length),
): SignalledLines {
  const { line, histogram } = into;
  const rate = new Float64Array(values.length);
  line.fill(0);
  for (const [k, length] of KST_RATES.entries()) {
    roc(values, Math.max(1, Math.round(length * scale)), rate);
    sma(rate, Math.max(1, Math.round((KST_AVERAGES[k] ?? 0) * scale)), histogram);
    for (let i = 0; i < line.length; i += 1) line[i] = (line[i] ?? 0) + (k + 1) * (histogram[i] ?? 0);
  }
  sma(line, signal, into.signal);
  for (let i = 0; i < line.length; i += 1) histogram[i] = (line[i] ?? 0) - (into.signal[i] ?? 0);
  return into;
}

/** Coppock's curve (1962): wma(roc(first) + roc(second)). */
export function coppock(
  values: Float64Array,
  { first, second, average }: { first: number; second: number; average: number },
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const rates = roc(values, first);
  roc(values, second, out);
  for (let i = 0; i < out.length; i += 1) rates[i] = (rates[i] ?? 0) + (out[i] ?? 0);
  return wma(rates, average, out);
}

/** Closes in a row that rose (positive) or fell (negative); 0 after an unchanged one and on the first bar. */
export function streaks(
  values: Float64Array,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    let streak = 0;
    out[from] = 0;
    for (let i = from + 1; i < (runs[r + 1] ?? 0); i += 1) {
      const change = (values[i] ?? 0) - (values[i - 1] ?? 0);
      if (change > 0) streak = streak > 0 ? streak + 1 : 1;
      else if (change < 0) streak = streak < 0 ? streak - 1 : -1;
      else streak = 0;
      out[i] = streak;
    }
  }
  return out;
}

/** Connors RSI (2012): mean of rsi(close), rsi(streak) and the percent rank of the last change in percent. */
export function connorsRsi(
  values: Float64Array,
  lengths: { rsi: number; streak: number; rank: number },
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  const strength = rsi(values, lengths.rsi);
  const streak = streaks(values);
  const ofStreak = rsi(streak, lengths.streak);
  percentRank(roc(values, 1, streak), lengths.rank, out);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = ((strength[i] ?? 0) + (ofStreak[i] ?? 0) + (out[i] ?? 0)) / 3;
  }
  return out;
}
