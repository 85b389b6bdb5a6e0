import { parseTimeframe, type TimeframeUnit } from "../bars/timeframe.ts";

const ADJECTIVES: Partial<Record<TimeframeUnit, string>> = {
  h: "hourly",
  d: "daily",
  w: "weekly",
  mo: "monthly",
};
const UNITS: Record<TimeframeUnit, string> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  mo: "month",
};

/** "daily" for 1d, "15-minute" for 15m; what is no timeframe stays as it is. */
export function timeframeName(written: string): string {
  const timeframe = parseTimeframe(written);
  if (timeframe === undefined) return written;
  const { count, unit } = timeframe;
  return (count === 1 ? ADJECTIVES[unit] : undefined) ?? `${count}-${UNITS[unit]}`;
}
