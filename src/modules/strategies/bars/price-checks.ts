import type { Bars } from "./bars.ts";
import type { Findings, Place } from "./findings.ts";
import { lengthOf, type Timeframe } from "./timeframe.ts";

/** What rounding of adjusted prices may move an open or close beyond the high or low, as a part of it. */
const ROUNDING = 1e-9;
/** Shares that one became (2, 3, …) or that became one; 3 for 2 is the common odd one. */
const SPLITS = [1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50];
/** How far, in logarithms, the first price may be from an exact split. */
const SPLIT_TOLERANCE = 0.06;
/** Bars whose median volume is compared before and after a split. */
const VOLUME_BARS = 10;
/** Robust deviations that a return of a sound price hardly reaches. */
const OUTLIER_DEVIATIONS = 15;
/** Returns that are never outliers, however quiet the rest is. */
const LEAST_OUTLIER = 0.05;
/** Returns after a break that make a deviation of their own. */
const LEAST_SAMPLE = 30;
/** The median distance of a normal variable from its mean is this many deviations. */
const NORMAL_MEDIAN = 0.6745;

type PlaceOf = (at: number) => Place;

/** Finds bars whose prices contradict each other, prices not above zero, and volumes at or below it. */
export function checkBars(
  { open, high, low, close, volume }: Bars,
  findings: Findings,
  placeOf: PlaceOf,
): void {
  const anyVolume = volume.some((value) => value !== 0);
  for (let at = 0; at < open.length; at += 1) {
    const [o, h, l, c, v] = [open[at] ?? 0, high[at] ?? 0, low[at] ?? 0, close[at] ?? 0, volume[at] ?? 0];
    const place = () => placeOf(at);
    const lowest = Math.min(o, h, l, c);
    if (lowest <= 0) findings.add("price_not_positive", place(), () => `a price of ${lowest}`);
    if (h < l) findings.add("high_below_low", place(), () => `high ${h}, low ${l}`);
    else {
      const slack = ROUNDING * Math.abs(h);
      if (o > h + slack || o < l - slack)
        findings.add("open_outside", place(), () => `open ${o} is not between ${l} and ${h}`);
      if (c > h + slack || c < l - slack)
        findings.add("close_outside", place(), () => `close ${c} is not between ${l} and ${h}`);
    }
    if (v < 0) findings.add("volume_negative", place(), () => `a volume of ${v}`);
    if (v === 0 && anyVolume) findings.add("volume_zero", place(), () => "no volume");
  }
}

/**
 * Finds probable splits, an opening near 1/n or n times the close before with about n or 1/n times the volume from then on,
 * and returns beyond 15 robust deviations (median distance / 0.6745), those after a rest apart from those within a session.
 */
export function checkJumps(
  bars: Bars,
  timeframe: Timeframe | undefined,
  findings: Findings,
  placeOf: PlaceOf,
): void {
  const { times, open, close } = bars;
  const step = timeframe === undefined ? Number.POSITIVE_INFINITY : 1.5 * lengthOf(timeframe);
  const isBreak = (at: number) => (times[at] ?? 0) - (times[at - 1] ?? 0) > step;
  const returnAt = (at: number) => Math.log((close[at] ?? 0) / (close[at - 1] ?? 0));
  const limits = limitsOf(close.length, returnAt, isBreak);
  for (let at = 1; at < close.length; at += 1) {
    const before = close[at - 1] ?? 0;
    const split = splitOf(Math.log((open[at] ?? 0) / before), bars.volume, at);
    if (split !== undefined) {
      findings.add("split_probable", placeOf(at), () => `${split}: close ${before}, then open ${open[at]}`);
      continue;
    }
    const change = returnAt(at);
    if (Math.abs(change) > (isBreak(at) ? limits.after : limits.within) && Number.isFinite(change))
      findings.add("outlier", placeOf(at), () => `close ${before}, then ${close[at]}`);
  }
}

function limitsOf(length: number, returnAt: (at: number) => number, isBreak: (at: number) => boolean) {
  const returns = { within: new Float64Array(length), after: new Float64Array(length) };
  const counts = { within: 0, after: 0 };
  for (let at = 1; at < length; at += 1) {
    const change = Math.abs(returnAt(at));
    if (!Number.isFinite(change)) continue;
    const group = isBreak(at) ? "after" : "within";
    returns[group][counts[group]] = change;
    counts[group] += 1;
  }
  const limitOf = (group: "within" | "after") => {
    const deviation = medianOf(returns[group].subarray(0, counts[group])) / NORMAL_MEDIAN;
    return Math.max(OUTLIER_DEVIATIONS * deviation, LEAST_OUTLIER);
  };
  const within = limitOf("within");
  return {
    within,
    after: counts.after < LEAST_SAMPLE ? Math.max(within, limitOf("after")) : limitOf("after"),
  };
}

function medianOf(values: Float64Array): number {
  return values.length === 0 ? 0 : (values.toSorted()[values.length >> 1] ?? 0);
}

function splitOf(jump: number, volume: Float64Array, at: number): string | undefined {
  const ratio = SPLITS.find((shares) => Math.abs(Math.abs(jump) - Math.log(shares)) < SPLIT_TOLERANCE);
  if (ratio === undefined) return undefined;
  const before = medianOf(volume.subarray(Math.max(0, at - VOLUME_BARS), at));
  const after = medianOf(volume.subarray(at, at + VOLUME_BARS));
  // Half of the way to the ratio is enough: days of a split are busy, and later ones may be calm.
  const grows = Math.log(after / before) * (jump < 0 ? 1 : -1) >= Math.log(ratio) / 2;
  if (before === 0 || after === 0 || !grows) return undefined;
  const [many, one] = ratio === 1.5 ? [3, 2] : [ratio, 1];
  return jump < 0 ? `${many} for ${one}` : `${one} for ${many}`;
}
