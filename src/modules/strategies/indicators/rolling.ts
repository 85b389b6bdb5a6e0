import { requireLength, runsOf } from "./runs.ts";
import { EXACT, type Ticks, ticksWithin } from "./ticks.ts";

/** Squares of up to 1,024 ticks per unit this fine are whole numbers that a double holds. */
const FINEST_SQUARED = 1e7;

/**
 * Sums over windows of `length` bars, divided by `divisor`. Exact before that one division, in ticks where the values have them
 * and with a compensated sum otherwise: equal windows give equal results wherever they stand.
 */
export function windowSums(
  values: Float64Array,
  length: number,
  divisor: number,
  out: Float64Array,
  known?: Ticks,
): Float64Array {
  requireLength(length);
  const { ticks, perUnit, count } = ticksWithin(values, known, EXACT / length);
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    const exactTo = Math.min(to, count);
    sumTicks(ticks, from, exactTo, length, divisor * perUnit, out);
    sumDoubles(values, Math.max(from, exactTo - length + 1), to, length, divisor, out);
  }
  return out;
}

function sumTicks(
  ticks: Float64Array,
  from: number,
  to: number,
  length: number,
  divisor: number,
  out: Float64Array,
): void {
  if (to - from < length) return;
  let sum = 0;
  for (let i = from; i < from + length; i += 1) sum += ticks[i] ?? 0;
  out[from + length - 1] = sum / divisor;
  for (let i = from + length; i < to; i += 1) {
    sum += (ticks[i] ?? 0) - (ticks[i - length] ?? 0);
    out[i] = sum / divisor;
  }
}

/** Rounding errors are summed apart, as in Knuth's TwoSum: `sum + lost` is the sum itself while values span less than 2^53. */
function sumDoubles(
  values: Float64Array,
  from: number,
  to: number,
  length: number,
  divisor: number,
  out: Float64Array,
): void {
  if (to - from < length) return;
  let sum = 0;
  let lost = 0;
  for (let i = from; i < from + length; i += 1) {
    const value = values[i] ?? 0;
    const next = sum + value;
    const added = next - sum;
    lost += sum - (next - added) + (value - added);
    sum = next;
  }
  out[from + length - 1] = (sum + lost) / divisor;
  let lostInSteps = 0;
  for (let i = from + length; i < to; i += 1) {
    const value = values[i] ?? 0;
    const old = values[i - length] ?? 0;
    const step = value - old;
    const taken = value - step;
    lostInSteps += value - (step + taken) + (taken - old);
    const next = sum + step;
    const added = next - sum;
    lost += sum - (next - added) + (step - added);
    sum = next;
    out[i] = (sum + (lost + lostInSteps)) / divisor;
  }
}

/** Sums of the last `length` values. */
export function rollingSum(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  return windowSums(values, length, 1, out, known);
}

/** Highest of the last `length` values: `ta.highest`. */
export function highest(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  return extremes(values, length, 1, out, false);
}

/** Lowest of the last `length` values: `ta.lowest`. */
export function lowest(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  return extremes(values, length, -1, out, false);
}

/** Bars since the highest of the last `length` values, 0 for the present bar; of equal ones the latest counts. */
export function barsSinceHighest(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  return extremes(values, length, 1, out, true);
}

/** Bars since the lowest of the last `length` values, 0 for the present bar; of equal ones the latest counts. */
export function barsSinceLowest(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
): Float64Array {
  return extremes(values, length, -1, out, true);
}

/** A queue of the rows that may still become the extreme, best first: each row enters and leaves once. `out` isn't `values`. */
function extremes(
  values: Float64Array,
  length: number,
  sign: 1 | -1,
  out: Float64Array,
  ages: boolean,
): Float64Array {
  requireLength(length);
  const queue = new Int32Array(values.length);
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    let head = 0;
    let tail = 0;
    for (let i = from; i < to; i += 1) {
      const value = sign * (values[i] ?? 0);
      while (tail > head && sign * (values[queue[tail - 1] ?? 0] ?? 0) <= value) tail -= 1;
      queue[tail] = i;
      tail += 1;
      if ((queue[head] ?? 0) <= i - length) head += 1;
      if (i - from < length - 1) continue;
      const row = queue[head] ?? 0;
      out[i] = ages ? i - row : (values[row] ?? 0);
    }
  }
  return out;
}

/**
 * Standard deviation of the last `length` values over all n: `ta.stdev`, biased. Squares are summed as whole ticks where
 * those are exact, otherwise each window anew about its last value, so that large prices cancel nothing.
 */
export function deviation(
  values: Float64Array,
  length: number,
  out: Float64Array = new Float64Array(values.length),
  known?: Ticks,
): Float64Array {
  requireLength(length);
  const { ticks, perUnit, count } = ticksWithin(values, known, Math.sqrt(EXACT) / length, FINEST_SQUARED);
  const runs = runsOf(values);
  out.fill(Number.NaN);
  for (let r = 0; r < runs.length; r += 2) {
    const from = runs[r] ?? 0;
    const to = runs[r + 1] ?? 0;
    const exactTo = Math.min(to, count);
    deviateTicks(ticks, from, exactTo, length, perUnit, out);
    deviateDoubles(values, Math.max(from + length - 1, exactTo), to, length, out);
  }
  return out;
}

function deviateTicks(
  ticks: Float64Array,
  from: number,
  to: number,
  length: number,
  perUnit: number,
  out: Float64Array,
): void {
  if (to - from < length) return;
  // Both sides of the division are whole: their quotient is the same in finer ticks, which a later value may ask for.
  const divisor = length * length * perUnit * perUnit;
  let sum = 0;
  let squares = 0;
  for (let i = from; i < from + length; i += 1) {
    const tick = ticks[i] ?? 0;
    sum += tick;
    squares += tick * tick;
  }
  out[from + length - 1] = Math.sqrt((length * squares - sum * sum) / divisor);
  for (let i = from + length; i < to; i += 1) {
    const tick = ticks[i] ?? 0;
    const old = ticks[i - length] ?? 0;
    const step = tick - old;
    sum += step;
    squares += step * (tick + old);
    out[i] = Math.sqrt((length * squares - sum * sum) / divisor);
  }
}

function deviateDoubles(
  values: Float64Array,
  from: number,
  to: number,
  length: number,
  out: Float64Array,
): void {
  for (let i = from; i < to; i += 1) {
    const last = values[i] ?? 0;
    let sum = 0;
    let squares = 0;
    for (let j = i - length + 1; j < i; j += 1) {
      const distance = (values[j] ?? 0) - last;
      sum += distance;
      squares += distance * distance;
    }
    out[i] = Math.sqrt(Math.max(0, squares - (sum * sum) / length) / length);
  }
}

/** Percent of the `length` values before each that are at most as large: `ta.percentrank`. */
export function percentRank(
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
      const value = values[i] ?? 0;
      let below = 0;
      for (let j = i - length; j < i; j += 1) if ((values[j] ?? 0) <= value) below += 1;
      out[i] = (100 * below) / length;
    }
  }
  return out;
}
