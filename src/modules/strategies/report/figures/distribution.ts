import { roundNumbers, type Tick } from "../charts/ticks.ts";

export interface Distribution {
  /** Where bins begin and end: one more than bins, equally far apart, 0 among them where it is inside. */
  borders: number[];
  counts: number[];
}

/** Round values along the bins, 0 among them where it is inside, each at its place counted in bins. */
export function binTicks({ borders, counts }: Distribution, label: (value: number) => string): Tick[] {
  const [from = 0, to = 1] = [borders[0], borders.at(-1)];
  return roundNumbers(from, to, 6).map((value) => ({
    at: ((value - from) / (to - from)) * counts.length,
    label: label(value),
  }));
}

/** How values are spread over bins with round borders; a value on a border belongs to the bin above. */
export function distributionOf(values: readonly number[], most = 24): Distribution {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  if (!(greatest > least)) {
    const about = Number.isFinite(least) ? least : 0;
    const half = Math.abs(about) * 0.1 || 0.01;
    return { borders: [about - half, about + half], counts: [values.length] };
  }
  const [first = least, second = greatest] = roundNumbers(least, greatest, most);
  const step = second - first;
  const from = Math.floor(least / step + 1e-9);
  const bins = Math.floor(greatest / step + 1e-9) - from + 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(value / step + 1e-9) - from));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { borders: Array.from({ length: bins + 1 }, (_, at) => (from + at) * step), counts };
}
