import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../../../src/modules/strategies/bars/csv/read.ts";
import { type ResampledBars, resample } from "../../../../src/modules/strategies/bars/resample.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS, type Session } from "../../../../src/modules/strategies/bars/session.ts";
import { TimeZone } from "../../../../src/modules/strategies/bars/time-zone.ts";
import { parseTimeframe, type Timeframe } from "../../../../src/modules/strategies/bars/timeframe.ts";
import { dataFile } from "../../../support/data.ts";
import { barsOf } from "./any-bars.ts";

const MINUTE = 60_000;
const newYork = new TimeZone("America/New_York");
const WEEKDAYS = [1, 2, 3, 4, 5];
const stocks: Session = { zone: newYork, open: 570 * MINUTE, close: 960 * MINUTE, days: WEEKDAYS };
const futures: Session = { zone: newYork, open: -360 * MINUTE, close: 1020 * MINUTE, days: WEEKDAYS };
const frame = (text: string): Timeframe => {
  const timeframe = parseTimeframe(text);
  if (timeframe === undefined) throw new Error(`expected a timeframe: ${text}`);
  return timeframe;
};
/** Minutes over a clock change, from Thursday, 5 March 2020. */
const minutes = (bars: number, session: Session, seed = 1) => ({
  bars: sampleBars({ seed, bars, timeframe: frame("1m"), session, from: Date.UTC(2020, 2, 5) }),
  timeframe: frame("1m"),
});
const isoOf = ({ bars }: ResampledBars) =>
  Array.from(bars.times, (time) => new Date(time).toISOString().slice(0, 16));

describe("longer bars", () => {
  it("open with the first, close with the last, span all and sum the volumes", () => {
    const bars = barsOf(
      [0, MINUTE, 2 * MINUTE, 3 * MINUTE],
      [
        [5, 6, 4, 5, 1],
        [5, 9, 5, 7, 2],
        [7, 8, 1, 2, 4],
        [2, 3, 2, 3, 8],
      ],
    );
    const made = resample({ bars, timeframe: frame("1m") }, frame("3m"), ALWAYS);
    expect(made.bars).toEqual(
      barsOf(
        [0, 3 * MINUTE],
        [
          [5, 9, 1, 2, 7],
          [2, 3, 2, 3, 8],
        ],
      ),
    );
    expect([...made.counts]).toEqual([3, 1]);
    expect([...made.partial]).toEqual([0, 1]);
  });

  it("within days count from the session's opening and end with it", () => {
    const made = resample(minutes(390, stocks), frame("1h"), stocks);
    expect(isoOf(made).map((time) => time.slice(11))).toEqual([
      "14:30",
      "15:30",
      "16:30",
      "17:30",
      "18:30",
      "19:30",
      "20:30",
    ]);
    expect([...made.counts]).toEqual([60, 60, 60, 60, 60, 60, 30]);
    expect([...made.partial]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("of days open with the session in its zone, before and after the clock change", () => {
    const made = resample(minutes(390 * 3, stocks), frame("1d"), stocks);
    expect(isoOf(made)).toEqual(["2020-03-05T14:30", "2020-03-06T14:30", "2020-03-09T13:30"]);
    expect([...made.partial]).toEqual([0, 0, 0]);
  });

  it("of a session that begins the evening before belong to the date it ends on", () => {
    const source = minutes(1380 * 4, futures);
    expect(isoOf(resample(source, frame("1d"), futures))).toEqual([
      "2020-03-04T23:00",
      "2020-03-05T23:00",
      "2020-03-08T22:00",
      "2020-03-09T22:00",
    ]);
    expect(isoOf(resample(source, frame("1w"), futures))).toEqual(["2020-03-01T23:00", "2020-03-08T22:00"]);
  });

  it("leave out what is outside all sessions", () => {
    const always = minutes(1440 * 2, ALWAYS);
    const made = resample(always, frame("1d"), stocks);
    expect(made.outside).toBe(1440 * 2 - 390 * 2);
    expect([...made.counts]).toEqual([390, 390]);
  });

  it("are partial where the source begins or ends within, and a week that ends with its last session is not", () => {
    const week = (bars: number) => [...resample(minutes(bars, stocks), frame("1w"), stocks).partial];
    expect(week(390 * 2)).toEqual([1]);
    expect(week(390 * 7)).toEqual([1, 0]);
    expect(week(390 * 7 - 1)).toEqual([1, 1]);
  });

  it("of months and quarters follow the calendar", () => {
    const days = {
      bars: sampleBars({
        seed: 1,
        bars: 120,
        timeframe: frame("1d"),
        session: ALWAYS,
        from: Date.UTC(2020, 0),
      }),
      timeframe: frame("1d"),
    };
    expect([...resample(days, frame("1mo"), ALWAYS).counts]).toEqual([31, 29, 31, 29]);
    const quarters = resample(resample(days, frame("1mo"), ALWAYS), frame("3mo"), ALWAYS);
    expect(isoOf(quarters)).toEqual(["2020-01-01T00:00", "2020-04-01T00:00"]);
    expect([...quarters.partial]).toEqual([0, 1]);
  });

  it("are the same in one step as in several", () => {
    const sessions = fc.constantFrom(stocks, futures, ALWAYS);
    const ways = fc.constantFrom(
      ["30m", "1d"],
      ["15m", "1h", "1d"],
      ["30m", "1w"],
      ["1d", "1w"],
      ["1d", "1mo"],
      ["5m", "1h"],
      ["1d", "1d"],
    );
    fc.assert(
      fc.property(
        sessions,
        ways,
        fc.integer({ min: 1, max: 8000 }),
        fc.integer({ min: 0, max: 1000 }),
        (session, way, count, seed) => {
          const source = minutes(count, session, seed);
          const target = frame(way.at(-1) ?? "");
          const direct = resample(source, target, session);
          const last = way
            .slice(1)
            .reduce(
              (made, next) => resample(made, frame(next), session),
              resample(source, frame(way[0] ?? ""), session),
            );
          expect(last.bars).toEqual(direct.bars);
          expect(last.partial).toEqual(direct.partial);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("can't be made of longer ones, nor of ones that don't divide them", () => {
    const of = (from: string, to: string) => () =>
      resample({ bars: barsOf([0], [[1, 1, 1, 1, 1]]), timeframe: frame(from) }, frame(to), ALWAYS);
    for (const [from, to] of [
      ["1d", "1h"],
      ["10m", "15m"],
      ["1mo", "1w"],
      ["2mo", "3mo"],
    ] as const)
      expect(of(from, to)).toThrow(RangeError);
  });

  it("of no bars are none", () => {
    expect(
      resample({ bars: barsOf([], []), timeframe: frame("1m") }, frame("1d"), ALWAYS).bars.times,
    ).toHaveLength(0);
  });

  it("keep GOOG's extremes and volume", async (ctx) => {
    const file = await dataFile("GOOG.csv");
    ctx.skip(!file, "the reference data is not here");
    const bars = readCsv(new TextDecoder().decode(file)).symbols[0]?.bars ?? barsOf([], []);
    const made = resample({ bars, timeframe: frame("1d") }, frame("1mo"), { ...ALWAYS, days: WEEKDAYS });
    expect(made.bars.times).toHaveLength(104);
    expect([made.partial[0], made.partial[102], made.partial[103]]).toEqual([1, 0, 1]);
    const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0);
    expect(sum(made.bars.volume)).toBe(sum(bars.volume));
    expect(Math.max(...made.bars.high)).toBe(Math.max(...bars.high));
    expect(Math.min(...made.bars.low)).toBe(Math.min(...bars.low));
    expect(made.bars.close.at(-1)).toBe(806.19);
  });
});
