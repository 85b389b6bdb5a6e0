import type { Bars } from "./bars.ts";
import { type Session, SessionClock, type SessionTimes, sessionOn, weekdayOf } from "./session.ts";
import { DAY, formatTimeframe, isIntraday, lengthOf, type Timeframe } from "./timeframe.ts";

/** Bars and what is known of them. */
export interface TimedBars {
  bars: Bars;
  timeframe: Timeframe;
  /** 1 where a bar holds less than its time, as the first and the last may; none does by default. */
  partial?: Uint8Array;
}

export interface ResampledBars extends Required<TimedBars> {
  /** How many bars each one is made of. */
  counts: Uint32Array;
  /** Bars outside all sessions, which are in none. */
  outside: number;
}

/** A stretch of time that makes one bar: from its first session's opening to its last one's close. */
interface Bucket {
  start: number;
  end: number;
}

/**
 * Longer bars: open of the first, highest high, lowest low, close of the last, sum of volumes. Bars within days count from
 * the session's opening and end with it; days, weeks (from Monday) and months are those of the session's dates. A bar is
 * stamped with the opening of its stretch, so that hours to days gives what minutes to days does. The first and the last
 * bar are partial where the source begins or ends within. Throws a RangeError for a timeframe that can't be made of it.
 */
export function resample(source: TimedBars, to: Timeframe, session: Session): ResampledBars {
  requireDivides(source.timeframe, to);
  const { times } = source.bars;
  const bucketOf = new Int32Array(times.length).fill(-1);
  const buckets: Bucket[] = [];
  const clock = new SessionClock(session);
  let outside = 0;
  for (let at = 0; at < times.length; at += 1) {
    const time = times[at] ?? 0;
    const last = buckets.at(-1);
    const found = clock.at(time);
    if (found === undefined) outside += 1;
    else if (last === undefined || time >= last.end) buckets.push(bucketAt(time, found, to, session));
    if (found !== undefined) bucketOf[at] = buckets.length - 1;
  }
  const partial = new Uint8Array(buckets.length);
  markEdges(partial, buckets, source, bucketOf, session);
  return { ...summed(source.bars, bucketOf, buckets), timeframe: to, partial, outside };
}

function requireDivides(from: Timeframe, to: Timeframe): void {
  const [shorter, longer] = [lengthOf(from), lengthOf(to)];
  const divides = isIntraday(to) ? longer % shorter === 0 : longer >= shorter;
  if (!divides || (from.unit === "mo" && (to.unit !== "mo" || to.count % from.count !== 0)))
    throw new RangeError(`bars of ${formatTimeframe(to)} can't be made of ${formatTimeframe(from)}`);
}

function bucketAt(time: number, times: SessionTimes, to: Timeframe, session: Session): Bucket {
  if (!isIntraday(to)) return calendarBucket(times.date, to, session);
  const length = lengthOf(to);
  const start = times.opens + Math.floor((time - times.opens) / length) * length;
  return { start, end: Math.min(start + length, times.closes) };
}

/** 1970-01-05, the first Monday. */
const FIRST_MONDAY = 4;

function calendarBucket(date: number, { count, unit }: Timeframe, session: Session): Bucket {
  if (unit === "mo") {
    const day = new Date(date);
    const month = Math.floor((day.getUTCFullYear() * 12 + day.getUTCMonth()) / count) * count;
    return ofDates(monthStart(month), monthStart(month + count), session);
  }
  const days = unit === "w" ? count * 7 : count;
  const first = unit === "w" ? FIRST_MONDAY : 0;
  const start = (Math.floor((date / DAY - first) / days) * days + first) * DAY;
  return ofDates(start, start + days * DAY, session);
}

const monthStart = (month: number) => Date.UTC(Math.floor(month / 12), month % 12);

/** From the opening of the first session in [from, to) to the close of the last one. */
function ofDates(from: number, to: number, session: Session): Bucket {
  let [first, last] = [from, to - DAY];
  while (first < last && !session.days.includes(weekdayOf(first))) first += DAY;
  while (last > first && !session.days.includes(weekdayOf(last))) last -= DAY;
  return { start: sessionOn(session, first).opens, end: sessionOn(session, last).closes };
}

function markEdges(
  partial: Uint8Array,
  buckets: readonly Bucket[],
  { bars: { times }, timeframe, partial: before }: TimedBars,
  bucketOf: Int32Array,
  session: Session,
): void {
  const [first, last] = [bucketOf.findIndex((bucket) => bucket >= 0), bucketOf.findLastIndex((b) => b >= 0)];
  const [begin, end] = [buckets[0], buckets.at(-1)];
  if (begin === undefined || end === undefined) return;
  const [firstTime, lastTime] = [times[first] ?? 0, times[last] ?? 0];
  const until =
    timeframe.unit === "mo"
      ? calendarBucket(Math.floor(session.zone.localAt(lastTime) / DAY) * DAY, timeframe, session).end
      : lastTime + lengthOf(timeframe);
  if (firstTime > begin.start || before?.[first] === 1) partial[0] = 1;
  if (until < end.end || before?.[last] === 1) partial[partial.length - 1] = 1;
}

function summed(bars: Bars, bucketOf: Int32Array, buckets: readonly Bucket[]) {
  const column = () => new Float64Array(buckets.length);
  const [open, high, low, close, volume] = [column(), column(), column(), column(), column()];
  const counts = new Uint32Array(buckets.length);
  for (let at = 0; at < bucketOf.length; at += 1) {
    const bucket = bucketOf[at] ?? -1;
    if (bucket < 0) continue;
    const [top, bottom] = [bars.high[at] ?? 0, bars.low[at] ?? 0];
    if (counts[bucket] === 0) {
      open[bucket] = bars.open[at] ?? 0;
      high[bucket] = top;
      low[bucket] = bottom;
    }
    if (top > (high[bucket] ?? 0)) high[bucket] = top;
    if (bottom < (low[bucket] ?? 0)) low[bucket] = bottom;
    close[bucket] = bars.close[at] ?? 0;
    volume[bucket] = (volume[bucket] ?? 0) + (bars.volume[at] ?? 0);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const times = Float64Array.from(buckets, ({ start }) => start);
  return { bars: { times, open, high, low, close, volume }, counts };
}
