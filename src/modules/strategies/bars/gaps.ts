import type { Findings } from "./findings.ts";
import { SessionClock, type SessionTimes, type TradingHours, weekdayOf } from "./session.ts";
import { DAY, isIntraday, lengthOf, type Timeframe } from "./timeframe.ts";

/** Sessions of a market with rest days that may be missing in a row, as over Easter or New Year. */
const HOLIDAYS = 3;

interface Gaps {
  findings: Findings;
  symbol: string;
  rows: Float64Array | undefined;
}

/**
 * Finds missing bars by the hours that the bars themselves show: bars that all other sessions have, and more sessions than
 * holidays take; one alone where a market trades every day. Nights, weekends, lunch breaks and thin hours are none.
 */
export function findGaps(times: Float64Array, timeframe: Timeframe, hours: TradingHours, gaps: Gaps): void {
  if (isIntraday(timeframe)) findWithinDays(times, lengthOf(timeframe), hours, gaps);
  else if (timeframe.unit === "d") findMissingDays(times, timeframe.count, hours, gaps);
  else findMissingStretches(times, timeframe, gaps);
}

function addGap({ findings, symbol, rows }: Gaps, at: number, time: number, detail: () => string): void {
  findings.add("gap", { symbol, row: rows?.[at], time }, detail);
}

/** Sessions on dates strictly between two. */
function sessionsBetween(before: number, after: number, days: readonly number[]): number {
  const dates = Math.max(0, Math.round((after - before) / DAY) - 1);
  let count = Math.floor(dates / 7) * days.length;
  for (let at = 0; at < dates % 7; at += 1) {
    if (days.includes(weekdayOf(before + (at + 1) * DAY))) count += 1;
  }
  return count;
}

const allowedMissing = (days: readonly number[]) => (days.length === 7 ? 0 : HOLIDAYS);

function findMissingDays(times: Float64Array, count: number, { session }: TradingHours, gaps: Gaps): void {
  let before = Number.NaN;
  for (let at = 0; at < times.length; at += 1) {
    const time = times[at] ?? 0;
    const date = Math.floor(session.zone.localAt(time) / DAY) * DAY;
    const missing = Math.floor(sessionsBetween(before, date, session.days) / count);
    if (missing > allowedMissing(session.days))
      addGap(gaps, at, time, () => `${missing} days of trading are missing before this bar`);
    before = date;
  }
}

/** Weeks and months by their length: one and a half is a bar too few, whatever holidays do to their stamps. */
function findMissingStretches(times: Float64Array, timeframe: Timeframe, gaps: Gaps): void {
  const length = lengthOf(timeframe);
  for (let at = 1; at < times.length; at += 1) {
    const missing = Math.round(((times[at] ?? 0) - (times[at - 1] ?? 0)) / length) - 1;
    if (missing > 0) addGap(gaps, at, times[at] ?? 0, () => `${missing} bars are missing before this bar`);
  }
}

function findWithinDays(times: Float64Array, length: number, hours: TradingHours, gaps: Gaps): void {
  const { days } = hours.session;
  const clock = new SessionClock(hours.session);
  const upTo = expectedUpTo(hours.expected);
  const last = upTo.length - 1;
  const slotOf = (time: number, { opens }: SessionTimes) => Math.floor((time - opens) / length);
  let before: { session: SessionTimes; slot: number; at: number } | undefined;
  for (let at = 0; at < times.length; at += 1) {
    const time = times[at] ?? 0;
    const session = clock.at(time);
    if (session === undefined) continue;
    const slot = Math.min(slotOf(time, session), last);
    if (before?.session.date === session.date) {
      const missing = (upTo[slot] ?? 0) - (upTo[Math.min(before.slot + 1, last)] ?? 0);
      if (missing > 0) addGap(gaps, at, time, () => `${missing} bars are missing before this bar`);
    } else if (before !== undefined) {
      const missing = sessionsBetween(before.session.date, session.date, days);
      if (missing > allowedMissing(days))
        addGap(gaps, at, time, () => `${missing} sessions are missing before this bar`);
      const end = slotOf(before.session.closes, before.session);
      findShort(
        (upTo[Math.min(end, last)] ?? 0) - (upTo[Math.min(before.slot + 1, last)] ?? 0),
        before.at,
        "at its end",
      );
      findShort(upTo[slot] ?? 0, at, "at its beginning");
    }
    before = { session, slot, at };
  }

  /** A market that never rests has no short sessions: its days are joined, and what is missing is a gap. */
  function findShort(missing: number, at: number, where: string): void {
    if (missing <= 0) return;
    const time = times[at] ?? 0;
    const detail = () => `${missing} bars are missing in this session ${where}`;
    if (days.length === 7) addGap(gaps, at, time, detail);
    else gaps.findings.add("session_short", { symbol: gaps.symbol, row: gaps.rows?.[at], time }, detail);
  }
}

/** How many bars are expected before each bar of a session, and at last in all. */
function expectedUpTo(expected: Uint8Array): Uint32Array {
  const upTo = new Uint32Array(expected.length + 1);
  for (let slot = 0; slot < expected.length; slot += 1)
    upTo[slot + 1] = (upTo[slot] ?? 0) + (expected[slot] ?? 0);
  return upTo;
}
