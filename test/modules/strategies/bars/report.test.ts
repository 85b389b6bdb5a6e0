import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { MAX_EXAMPLES } from "../../../../src/modules/strategies/bars/findings.ts";
import { examine } from "../../../../src/modules/strategies/bars/report.ts";
import { sampleBars } from "../../../../src/modules/strategies/bars/sample.ts";
import { ALWAYS, type Session } from "../../../../src/modules/strategies/bars/session.ts";
import { TimeZone } from "../../../../src/modules/strategies/bars/time-zone.ts";
import { DAY, type Timeframe } from "../../../../src/modules/strategies/bars/timeframe.ts";
import { barsOf, flatBars } from "./any-bars.ts";

const MINUTE = 60_000;
const newYork = new TimeZone("America/New_York");
const WEEKDAYS = [1, 2, 3, 4, 5];
const stocks: Session = { zone: newYork, open: 570 * MINUTE, close: 960 * MINUTE, days: WEEKDAYS };
const futures: Session = { zone: newYork, open: -360 * MINUTE, close: 1020 * MINUTE, days: WEEKDAYS };
const MONDAY = Date.UTC(2020, 1, 3);
const sample = (bars: number, timeframe: Timeframe, session: Session) =>
  sampleBars({ seed: 5, bars, timeframe, session, from: MONDAY });
const m5 = { count: 5, unit: "m" } as const;
const d1 = { count: 1, unit: "d" } as const;

/** Bars without those at the places. */
function without(bars: Bars, gone: (at: number) => boolean): Bars {
  const keep = (column: Float64Array) => column.filter((_, at) => !gone(at));
  const { times, open, high, low, close, volume } = bars;
  return {
    times: keep(times),
    open: keep(open),
    high: keep(high),
    low: keep(low),
    close: keep(close),
    volume: keep(volume),
  };
}

const found = (bars: Bars, zone?: TimeZone) =>
  examine([{ symbol: "X", bars }], zone ? { zone } : {}).findings.map(({ code, count }) => [code, count]);

describe("sessions", () => {
  it("begin with the bars, half past the hour where hourly ones do", () => {
    const bars = sample(7 * 60, { count: 1, unit: "h" }, stocks);
    const [symbol] = examine([{ symbol: "X", bars }], { zone: newYork }).symbols;
    expect(symbol?.session).toEqual({
      ...{ time_zone: "America/New_York", open: "09:30", close: "16:30", days: WEEKDAYS },
    });
  });
});

describe("gaps", () => {
  it("are not nights, weekends, single holidays or clock changes", () => {
    expect(found(sample(78 * 60, m5, stocks), newYork)).toEqual([]);
    expect(found(sample(276 * 40, m5, futures), newYork)).toEqual([]);
    expect(found(sample(500, d1, { ...ALWAYS, days: WEEKDAYS }))).toEqual([]);
    expect(found(without(sample(500, d1, { ...ALWAYS, days: WEEKDAYS }), (at) => at % 60 === 7))).toEqual([]);
  });

  it("are bars that every other session has", () => {
    const bars = without(sample(78 * 30, m5, stocks), (at) => at === 100 || at === 101 || at === 200);
    const { findings } = examine([{ symbol: "X", bars }], { zone: newYork });
    expect(findings).toMatchObject([{ code: "gap", severity: "warning", count: 2 }]);
    expect(findings[0]?.examples[0]).toEqual({
      symbol: "X",
      time: new Date(bars.times[100] ?? 0).toISOString(),
      detail: "2 bars are missing before this bar",
    });
  });

  it("are none over a lunch that the market takes", () => {
    expect(
      found(
        without(sample(78 * 30, m5, stocks), (at) => at % 78 >= 30 && at % 78 < 42),
        newYork,
      ),
    ).toEqual([]);
  });

  it("are told from sessions that end early", () => {
    const half = without(sample(78 * 30, m5, stocks), (at) => Math.floor(at / 78) === 9 && at % 78 >= 42);
    expect(found(half, newYork)).toEqual([["session_short", 1]]);
  });

  it("are more missing sessions than holidays take", () => {
    expect(
      found(without(sample(500, d1, { ...ALWAYS, days: WEEKDAYS }), (at) => at >= 50 && at < 53)),
    ).toEqual([]);
    expect(
      found(without(sample(500, d1, { ...ALWAYS, days: WEEKDAYS }), (at) => at >= 50 && at < 54)),
    ).toContainEqual(["gap", 1]);
    expect(
      found(
        without(sample(78 * 30, m5, stocks), (at) => at >= 780 && at < 78 * 14),
        newYork,
      ),
    ).toContainEqual(["gap", 1]);
  });

  it("are any missing bar of a market that never rests", () => {
    expect(found(without(sample(500, d1, ALWAYS), (at) => at === 50))).toEqual([["gap", 1]]);
    expect(found(without(sample(288 * 20, m5, ALWAYS), (at) => at === 288 * 3))).toEqual([["gap", 1]]);
  });

  it("of weeks and months are found, though months differ", () => {
    const months = Array.from({ length: 30 }, (_, at) => Date.UTC(2020, at));
    expect(
      found(
        flatBars(
          months,
          months.map((_, at) => 100 + at),
        ),
      ),
    ).toEqual([]);
    expect(
      found(
        flatBars(
          months.toSpliced(9, 1),
          months.slice(1).map((_, at) => 100 + at),
        ),
      ),
    ).toEqual([["gap", 1]]);
  });

  it("give the session that the bars show, also one that begins the evening before", () => {
    const session = (bars: Bars) => examine([{ symbol: "X", bars }], { zone: newYork }).symbols[0]?.session;
    expect(session(sample(78 * 60, m5, stocks))).toEqual({
      time_zone: "America/New_York",
      open: "09:30",
      close: "16:00",
      days: WEEKDAYS,
    });
    expect(session(sample(276 * 40, m5, futures))).toEqual({
      time_zone: "America/New_York",
      open: "18:00",
      close: "17:00",
      days: WEEKDAYS,
    });
  });
});

describe("prices", () => {
  const days = (count: number) => Array.from({ length: count }, (_, at) => at * DAY);

  it("that contradict each other or are not above zero are errors", () => {
    const bars = barsOf(days(8), [
      [2, 3, 1, 2, 9],
      [2, 1, 3, 2, 9],
      [4, 3, 1, 2, 9],
      [2, 3, 1, 0.5, 9],
      [0, 3, 0, 2, 9],
      [2, 3, -1, 2, 9],
      [2, 3, 1, 2, 0],
      [2, 3, 1, 2, -1],
    ]);
    const report = examine([{ symbol: "X", bars }]);
    expect(report.findings.map(({ code, severity, count }) => [code, severity, count])).toEqual([
      ["high_below_low", "error", 1],
      ["open_outside", "error", 1],
      ["close_outside", "error", 1],
      ["price_not_positive", "error", 2],
      ["volume_negative", "error", 1],
      ["volume_zero", "warning", 1],
      ["outlier", "warning", 2],
    ]);
    expect(report).toMatchObject({ usable: false, errors: 6, warnings: 3 });
  });

  it("that an adjustment rounded are within", () => {
    expect(
      found(
        barsOf(days(2), [
          [3.0000000000000004, 3, 1, 2, 9],
          [2, 3, 1, 0.9999999999999999, 9],
        ]),
      ),
    ).toEqual([]);
  });

  it("that halve while the volume doubles are a probable split; without the volume they are an outlier", () => {
    const split = (price: number, volume: number) => {
      const rows = days(60).map((_, at) => {
        const base = (100 + Math.sin(at)) * (at < 30 ? 1 : price);
        return [base, base, base, base, 1000 * (at < 30 ? 1 : volume)];
      });
      const [finding] = examine([{ symbol: "X", bars: barsOf(days(60), rows) }]).findings;
      return [finding?.code, finding?.count, finding?.examples[0]?.detail.split(":")[0]];
    };
    expect(split(1 / 2, 2)).toEqual(["split_probable", 1, "2 for 1"]);
    expect(split(2 / 3, 1.5)).toEqual(["split_probable", 1, "3 for 2"]);
    expect(split(10, 0.1)).toEqual(["split_probable", 1, "1 for 10"]);
    expect(split(1 / 2, 1)[0]).toBe("outlier");
  });

  it("that jump away and back are two outliers", () => {
    const bars = sample(300, d1, ALWAYS);
    bars.close[150] = (bars.close[150] ?? 0) * 3;
    bars.high[150] = bars.close[150];
    expect(found(bars)).toEqual([["outlier", 2]]);
  });

  it("give a few examples of each kind, with the file's rows, and all counts", () => {
    const bars = flatBars(
      days(50),
      days(50).map(() => 0),
    );
    const rows = Float64Array.from(days(50), (_, at) => at + 2);
    const [finding] = examine([{ symbol: "X", bars, rows }]).findings;
    expect(finding).toMatchObject({ code: "price_not_positive", count: 50 });
    expect(finding?.examples).toHaveLength(MAX_EXAMPLES);
    expect(finding?.examples[4]).toEqual({
      symbol: "X",
      row: 6,
      time: "1970-01-05T00:00:00.000Z",
      detail: "a price of 0",
    });
  });

  it("of no bars, one bar and irregular bars have a report", () => {
    expect(examine([{ symbol: "X", bars: flatBars([], []) }])).toMatchObject({
      usable: false,
      timeframe: null,
    });
    expect(examine([{ symbol: "X", bars: flatBars([0], [1]) }])).toMatchObject({
      usable: true,
      timeframe: null,
      findings: [],
    });
    expect(found(flatBars([0, 7, 10_000, 10_013, 99_999], [1, 1, 1, 1, 1]))).toEqual([
      ["timeframe_irregular", 1],
    ]);
  });
});
