import { type TimeZone, UTC } from "./time-zone.ts";
import { DAY, isIntraday, lengthOf, type Timeframe } from "./timeframe.ts";

/**
 * When a market trades. A session belongs to a date: it runs from `open` to `close`, in ms after that date's midnight on the
 * clock of `zone`, and lasts a day at most. A session that begins the evening before has a negative `open`.
 */
export interface Session {
  readonly zone: TimeZone;
  readonly open: number;
  readonly close: number;
  /** Weekdays of its dates, 0 being Sunday. */
  readonly days: readonly number[];
}

const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];

/** Trading without a break, in days of UTC. */
export const ALWAYS: Session = { zone: UTC, open: 0, close: DAY, days: ALL_DAYS };

/** One session: `date` is midnight of its date (as if in UTC), the others are instants. */
export interface SessionTimes {
  date: number;
  opens: number;
  closes: number;
}

export const weekdayOf = (date: number): number => (((Math.floor(date / DAY) + 4) % 7) + 7) % 7;

/** The session of a date, whether or not its weekday trades. */
export const sessionOn = ({ zone, open, close }: Session, date: number): SessionTimes => ({
  date,
  opens: zone.instantOf(date + open),
  closes: zone.instantOf(date + close),
});

/** Finds sessions of instants; those after one another are cheap. */
export class SessionClock {
  readonly #session: Session;
  #last: SessionTimes | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The session that an instant is in, or undefined between sessions. */
  at(instant: number): SessionTimes | undefined {
    if (this.#last && instant >= this.#last.opens && instant < this.#last.closes) return this.#last;
    const { zone, open, days } = this.#session;
    const date = Math.floor((zone.localAt(instant) - open) / DAY) * DAY;
    if (!days.includes(weekdayOf(date))) return undefined;
    const found = sessionOn(this.#session, date);
    if (instant >= found.closes) return undefined;
    this.#last = found;
    return found;
  }
}

/** Of the busiest slot's bars, a slot of the day has a quarter at least to be within the session. */
const USED_SHARE = 0.25;
/** Of the busiest weekday's dates, a weekday has half at least to be one of trading. */
const DAY_SHARE = 0.5;
/** A slot with a bar in nine of ten sessions is expected in all. */
const EXPECTED_SHARE = 0.9;

export interface TradingHours {
  session: Session;
  /** By the bar's number in its session: 1 where a bar is expected. From a day up, one bar. */
  expected: Uint8Array;
}

/**
 * The hours that bars (opening at `times`) show. Within days the session stands between the longest rests, so that one may
 * begin in the evening; weekdays and bars are expected as far as they are common. Days and longer bars have only weekdays.
 */
export function inferTradingHours(times: Float64Array, timeframe: Timeframe, zone: TimeZone): TradingHours {
  if (!isIntraday(timeframe)) {
    // Bars at midnight UTC are dates; others are instants, whose date is that of the zone.
    const dated = times.every((time) => time % DAY === 0) ? UTC : zone;
    const session = { ...ALWAYS, zone: dated };
    return { session: { ...session, days: tradingDays(times, session) }, expected: Uint8Array.of(1) };
  }
  const length = lengthOf(timeframe);
  const hours = { zone, days: ALL_DAYS, ...dailyHours(times, length, zone) };
  const session = { ...hours, days: tradingDays(times, hours) };
  return { session, expected: expectedSlots(times, length, session) };
}

function dailyHours(times: Float64Array, length: number, zone: TimeZone): { open: number; close: number } {
  const slots = Math.ceil(DAY / length);
  const counts = new Uint32Array(slots);
  const phase = commonPhase(times, length, zone);
  for (const time of times) {
    const slot = Math.floor(clockOf(zone.localAt(time) - phase) / length);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  const least = USED_SHARE * counts.reduce((a, b) => Math.max(a, b), 0);
  const rest = longestRest(counts, least);
  if (rest === undefined) return { open: 0, close: DAY };
  const close = phase + (rest.start === 0 ? DAY : Math.min(rest.start * length, DAY));
  const open = phase + rest.end * length;
  return { open: open >= close ? open - DAY : open, close };
}

/** How far behind the beginning of a slot most bars open: hourly bars of a market that opens at 9:30 are half an hour. */
function commonPhase(times: Float64Array, length: number, zone: TimeZone): number {
  const counts = new Map<number, number>();
  for (const time of times) {
    const phase = clockOf(zone.localAt(time)) % length;
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  let [common, most] = [0, 0];
  for (const [phase, count] of counts) if (count > most) [common, most] = [phase, count];
  return common;
}

const clockOf = (local: number) => local - Math.floor(local / DAY) * DAY;

/** The longest run of slots, over midnight too, with fewer bars than `least`: from `start` up to, without, `end`. */
function longestRest(counts: Uint32Array, least: number): { start: number; end: number } | undefined {
  const slots = counts.length;
  let [best, bestEnd, run] = [0, 0, 0];
  for (let at = 0; at < 2 * slots; at += 1) {
    run = (counts[at % slots] ?? 0) < least ? run + 1 : 0;
    if (run > best) [best, bestEnd] = [run, at + 1];
  }
  return best === 0 ? undefined : { start: (bestEnd - best) % slots, end: bestEnd % slots };
}

function tradingDays(times: Float64Array, session: Session): number[] {
  const counts = new Uint32Array(7);
  let last = Number.NaN;
  for (const time of times) {
    const date = Math.floor((session.zone.localAt(time) - session.open) / DAY) * DAY;
    if (date === last) continue;
    last = date;
    const weekday = weekdayOf(date);
    counts[weekday] = (counts[weekday] ?? 0) + 1;
  }
  const least = DAY_SHARE * counts.reduce((a, b) => Math.max(a, b), 0);
  return ALL_DAYS.filter((weekday) => (counts[weekday] ?? 0) >= least && (counts[weekday] ?? 0) > 0);
}

function expectedSlots(times: Float64Array, length: number, session: Session): Uint8Array {
  const counts = new Uint32Array(Math.ceil((session.close - session.open) / length));
  const clock = new SessionClock(session);
  let sessions = 0;
  let last = Number.NaN;
  for (const time of times) {
    const found = clock.at(time);
    if (found === undefined) continue;
    if (found.date !== last) sessions += 1;
    last = found.date;
    const slot = Math.floor((time - found.opens) / length);
    if (slot < counts.length) counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return Uint8Array.from(counts, (count) => (count >= EXPECTED_SHARE * sessions ? 1 : 0));
}
