/**
 * The runs of rows in which every column has a finite number, as `[from, to)` pairs one after the other. A row without a
 * number parts a series in two: every indicator starts anew after it, as on its first bar. Columns of equal length.
 */
export function runsOf(first: Float64Array, ...others: readonly Float64Array[]): readonly number[] {
  let runs = runsOfOne(first);
  for (const other of others) runs = both(runs, runsOfOne(other));
  return runs;
}

function runsOfOne(values: Float64Array): number[] {
  const runs: number[] = [];
  let from = 0;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (value - value === 0) continue;
    if (from < i) runs.push(from, i);
    from = i + 1;
  }
  if (from < values.length) runs.push(from, values.length);
  return runs;
}

/** What is in runs of both lists. */
function both(a: readonly number[], b: readonly number[]): number[] {
  const runs: number[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i += 2) {
    const start = a[i] ?? 0;
    const end = a[i + 1] ?? 0;
    while (j < b.length && (b[j + 1] ?? 0) <= start) j += 2;
    for (let k = j; k < b.length && (b[k] ?? 0) < end; k += 2) {
      runs.push(Math.max(start, b[k] ?? 0), Math.min(end, b[k + 1] ?? 0));
    }
  }
  return runs;
}

/** Throws a RangeError unless a length is a whole number of bars, `least` or more. */
export function requireLength(length: number, least = 1): void {
  if (Number.isInteger(length) && length >= least) return;
  throw new RangeError(`a length of ${length} bars where ${least} or more are meant`);
}
