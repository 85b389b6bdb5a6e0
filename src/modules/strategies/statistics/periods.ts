const DAY_MS = 86_400_000;
const DAYS_PER_WEEK = 7;
export const DAYS_PER_YEAR = 365.25;
const TRADING_DAYS_PER_YEAR = 252;
const TRADING_DAYS_PER_WEEK = 5;
/** From this mean distance on a bar is not a day's (a day's is at most 7/5 days apart, holidays make it a little more). */
const LONGER_THAN_DAILY_DAYS = 2;
/** A weekday counts as traded where it has at least this part of the bars' days that the busiest weekday has. */
const TRADED_PART = 1 / 3;
const WEEKS_TO_KNOW_WEEKDAYS = 2;
/** 1970-01-01 was a Thursday; weekday 0 is Monday. */
const EPOCH_WEEKDAY = 3;

/**
 * Bars in a year, from the bars' own times (ms since 1970, rising). Longer than daily: by their mean distance. Daily and shorter:
 * bars on a day with bars, times the days of a year on which this market trades: 252 for five weekdays, 365.25 · k / 7 for k.
 * Null for fewer than two bars.
 */
export function periodsPerYear(times: Float64Array): number | null {
  const count = times.length;
  const first = times[0];
  const last = times[count - 1];
  if (first === undefined || last === undefined || count < 2 || last <= first) return null;
  const apart = (last - first) / (count - 1) / DAY_MS;
  if (apart >= LONGER_THAN_DAILY_DAYS) return DAYS_PER_YEAR / apart;
  const days = daysByWeekday(times);
  const active = days.reduce((sum, number) => sum + number, 0);
  const isShort = (last - first) / DAY_MS < WEEKS_TO_KNOW_WEEKDAYS * DAYS_PER_WEEK;
  return (count / active) * tradingDays(days, isShort);
}

function daysByWeekday(times: Float64Array): number[] {
  const days = new Array<number>(DAYS_PER_WEEK).fill(0);
  let before = Number.NaN;
  for (const time of times) {
    const day = Math.floor(time / DAY_MS);
    if (day === before) continue;
    before = day;
    const weekday = (((day + EPOCH_WEEKDAY) % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK;
    days[weekday] = (days[weekday] ?? 0) + 1;
  }
  return days;
}

/** Within less than two weeks the missing weekdays prove nothing: then only a weekend tells a market that never closes. */
function tradingDays(days: readonly number[], isShort: boolean): number {
  const most = Math.max(...days);
  const traded = days.filter((number) => number > 0 && number >= most * TRADED_PART).length;
  if (isShort) {
    const onWeekend = (days[5] ?? 0) + (days[6] ?? 0) > 0;
    return onWeekend ? DAYS_PER_YEAR : TRADING_DAYS_PER_YEAR;
  }
  if (traded === TRADING_DAYS_PER_WEEK) return TRADING_DAYS_PER_YEAR;
  return (DAYS_PER_YEAR * traded) / DAYS_PER_WEEK;
}
