import { describe, expect, it } from "vitest";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS, type Session } from "../../../../src/modules/strategies/bars/session.ts";
import { TimeZone } from "../../../../src/modules/strategies/bars/time-zone.ts";
import {
  DAY,
  formatTimeframe,
  inferTimeframe,
  parseTimeframe,
} from "../../../../src/modules/strategies/bars/timeframe.ts";

const MINUTE = 60_000;
const stocks: Session = {
  zone: new TimeZone("America/New_York"),
  open: 570 * MINUTE,
  close: 960 * MINUTE,
  days: [1, 2, 3, 4, 5],
};
const inferred = (times: Float64Array) => {
  const timeframe = inferTimeframe(times);
  return timeframe && formatTimeframe(timeframe);
};
const dates = (count: number, at: (index: number) => number) =>
  Float64Array.from({ length: count }, (_, index) => at(index));

describe("a timeframe", () => {
  it("is read as it is written", () => {
    for (const text of ["30s", "1m", "15m", "4h", "1d", "1w", "1mo", "12mo"])
      expect(formatTimeframe(parseTimeframe(text) ?? { count: 0, unit: "s" })).toBe(text);
    for (const text of ["", "m", "0m", "1M", "1 d", "1.5h", "-1d", "99999m"])
      expect(parseTimeframe(text)).toBeUndefined();
  });

  it.each(["30s", "1m", "5m", "1h", "4h", "1d"])(
    "of %s is found in the bars of sessions, with nights and weekends",
    (text) => {
      const timeframe = parseTimeframe(text) ?? { count: 1, unit: "d" };
      for (const session of [stocks, ALWAYS]) {
        const { times } = sampleBars({ seed: 1, bars: 400, timeframe, session, from: Date.UTC(2020, 1, 1) });
        expect(inferred(times)).toBe(text);
      }
    },
  );

  it("is found where half of the bars are missing", () => {
    const { times } = sampleBars({
      seed: 1,
      bars: 2000,
      timeframe: { count: 1, unit: "m" },
      session: stocks,
      from: 0,
    });
    expect(inferred(times.filter((_, at) => (at * 7919) % 101 < 50))).toBe("1m");
  });

  it("from a day up is the nearest of the calendar", () => {
    expect(inferred(dates(20, (at) => at * 7 * DAY))).toBe("1w");
    expect(inferred(dates(20, (at) => Date.UTC(2020, at)))).toBe("1mo");
    expect(inferred(dates(20, (at) => Date.UTC(2020, at * 3)))).toBe("3mo");
    expect(inferred(dates(20, (at) => Date.UTC(2000 + at, 0)))).toBe("12mo");
  });

  it("is not found for a single bar or irregular ones", () => {
    expect(inferred(Float64Array.of(0))).toBeUndefined();
    expect(inferred(new Float64Array())).toBeUndefined();
    expect(inferred(Float64Array.of(0, 7, 10_000, 10_013, 99_999))).toBeUndefined();
    expect(inferred(dates(9, (at) => at * 15 * DAY))).toBeUndefined();
  });
});
