export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

const LENGTHS = { s: 1000, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, mo: 30 * DAY } as const;
export type TimeframeUnit = keyof typeof LENGTHS;

/** The time from one bar's opening to the next one's: `{ count: 15, unit: "m" }` is written `15m`; months are `mo`. */
export interface Timeframe {
  readonly count: number;
  readonly unit: TimeframeUnit;
}

const WRITTEN = /^([1-9]\d{0,3})(s|m|h|d|w|mo)$/;

/** The timeframe that is written `15m`, `1h`, `1d`, `1w` or `1mo`, or undefined. */
export function parseTimeframe(text: string): Timeframe | undefined {
  const [, count, unit] = WRITTEN.exec(text) ?? [];
  return unit === undefined ? undefined : { count: Number(count), unit: unit as TimeframeUnit };
}

export const formatTimeframe = ({ count, unit }: Timeframe): string => `${count}${unit}`;

/** Its length in ms; of months, 30 days each. */
export const lengthOf = ({ count, unit }: Timeframe): number => count * LENGTHS[unit];

/** Whether its bars are shorter than a day. */
export const isIntraday = (timeframe: Timeframe): boolean => lengthOf(timeframe) < DAY;

/** Differences that are looked at: enough for every session of a year of minutes. */
const DIFFERENCES = 100_000;
/** Of ten bars, nine must open a whole number of lengths after the one before. */
const REGULAR_SHARE = 0.9;
const CANDIDATES = 8;

/**
 * The timeframe of bars by their openings: within days the commonest distance that divides nine of ten others (so that gaps,
 * nights and thin trading don't matter), from a day up the nearest of day, week, month, quarter and year to the median.
 * Undefined for fewer than two bars and for irregular ones.
 */
export function inferTimeframe(times: Float64Array): Timeframe | undefined {
  const differences = differencesOf(times);
  if (differences.length === 0) return undefined;
  const median = differences.toSorted()[differences.length >> 1] ?? 0;
  if (median >= 20 * HOUR) return calendarTimeframe(Math.round(median / DAY));
  const length = commonDivisor(differences);
  return length === undefined ? undefined : ofLength(length);
}

function differencesOf(times: Float64Array): Float64Array {
  const count = Math.max(0, Math.min(times.length - 1, DIFFERENCES));
  const differences = new Float64Array(count);
  for (let at = 0; at < count; at += 1) differences[at] = (times[at + 1] ?? 0) - (times[at] ?? 0);
  return differences;
}

/** Weekends and holidays stretch a month to 27 to 35 days, a week to 5 to 9. */
function calendarTimeframe(days: number): Timeframe | undefined {
  if (days < 5) return { count: days, unit: "d" };
  if (days <= 9) return { count: 1, unit: "w" };
  if (days >= 26 && days <= 35) return { count: 1, unit: "mo" };
  if (days >= 85 && days <= 97) return { count: 3, unit: "mo" };
  if (days >= 355 && days <= 375) return { count: 12, unit: "mo" };
  return days % 7 === 0 ? { count: days / 7, unit: "w" } : undefined;
}

function commonDivisor(differences: Float64Array): number | undefined {
  const counts = new Map<number, number>();
  for (const difference of differences) counts.set(difference, (counts.get(difference) ?? 0) + 1);
  const common = [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b).slice(0, CANDIDATES);
  return common.find(([length]) => {
    let divided = 0;
    for (const difference of differences) if (difference % length === 0) divided += 1;
    return length > 0 && divided >= REGULAR_SHARE * differences.length;
  })?.[0];
}

function ofLength(length: number): Timeframe | undefined {
  for (const unit of ["h", "m", "s"] as const) {
    if (length % LENGTHS[unit] === 0) return { count: length / LENGTHS[unit], unit };
  }
  return undefined;
}
