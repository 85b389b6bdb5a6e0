import { array, assert, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { thinned } from "../../../../src/modules/strategies/report/charts/thin.ts";
import {
  logNumbers,
  roundNumbers,
  timeTicks,
} from "../../../../src/modules/strategies/report/charts/ticks.ts";
import { isMissing } from "../../../../src/modules/strategies/report/content.ts";
import { distributionOf } from "../../../../src/modules/strategies/report/figures/distribution.ts";
import { deepestFalls } from "../../../../src/modules/strategies/report/figures/drawdown.ts";
import { monthlyReturns } from "../../../../src/modules/strategies/report/figures/monthly-returns.ts";
import { rollingSharpe } from "../../../../src/modules/strategies/report/figures/rolling-sharpe.ts";
import { wanderingPrices } from "./contents.ts";

const numbers = (...values: number[]) => Float64Array.from(values);
const count = (length: number) => Float64Array.from({ length }, (_, at) => at);

describe("a thinned line", () => {
  it("keeps the first, last, least and greatest point in order, and at most four a column", () => {
    assert(
      property(
        array(double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 400 }),
        integer({ min: 1, max: 50 }),
        (values, columns) => {
          const kept = thinned(count(values.length), Float64Array.from(values), columns);
          expect(kept.every((index, at) => at === 0 || index > (kept[at - 1] ?? 0))).toBe(true);
          expect(kept.length).toBeLessThanOrEqual(4 * (columns + 1));
          const shown = kept.map((index) => values[index] ?? Number.NaN);
          expect([Math.min(...shown), Math.max(...shown)]).toEqual([
            Math.min(...values),
            Math.max(...values),
          ]);
          expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1]);
        },
      ),
    );
  });

  it("keeps a single spike among 500,000 points", () => {
    const values = new Float64Array(500_000);
    values[312_345] = 1;
    const kept = thinned(count(values.length), values, 450);
    expect(kept).toContain(312_345);
    expect(kept.length).toBeLessThanOrEqual(1804);
  });

  it("leaves out what is not finite", () => {
    expect(thinned(count(4), numbers(Number.NaN, 1, Number.POSITIVE_INFINITY, 2), 9)).toEqual([1, 3]);
  });
});

describe("ticks", () => {
  it("are round and inside the range", () => {
    expect(roundNumbers(-0.37, 1.2, 5)).toEqual([0, 0.5, 1]);
    expect(roundNumbers(0, 93, 10)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(logNumbers(7000, 80_000, 8)).toEqual([7000, 10_000, 20_000, 30_000, 50_000, 70_000]);
    expect(roundNumbers(5, 5, 4)).toEqual([5]);
  });

  it("of times stand on beginnings of years, months and hours", () => {
    const labels = (from: string, to: string, most: number) =>
      timeTicks(Date.parse(from), Date.parse(to), most).map(({ label }) => label);
    expect(labels("2004-08-19", "2008-03-01", 6)).toEqual(["2005", "2006", "2007", "2008"]);
    expect(labels("2020-01-15", "2020-06-20", 6)).toEqual([
      "Feb 2020",
      "Mar 2020",
      "Apr 2020",
      "May 2020",
      "Jun 2020",
    ]);
    expect(labels("2020-01-01T22:00Z", "2020-01-02T04:00Z", 4)).toEqual(
      ["00:00", "03:00"].map((at) => (at === "00:00" ? "2 Jan" : at)),
    );
  });
});

describe("monthly returns", () => {
  it("go from the last close of a month to that of the next, and years are their product", () => {
    const times = ["2019-12-30", "2019-12-31", "2020-01-02", "2020-01-31", "2020-03-02"].map((day) =>
      Date.parse(day),
    );
    const years = monthlyReturns(numbers(...times), numbers(100, 110, 99, 121, 60.5));
    expect(years.map(({ year }) => year)).toEqual([2019, 2020]);
    expect(years[0]?.months[11]).toBeCloseTo(0.1, 12);
    expect(years[1]?.months[0]).toBeCloseTo(0.1, 12);
    expect(years[1]?.months[1]).toBeNull();
    expect(years[1]?.months[2]).toBeCloseTo(-0.5, 12);
    expect(years[1]?.total).toBeCloseTo(0.55 - 1, 12);
  });
});

describe("the deepest drawdowns", () => {
  it("go from peak to recovery, and the last one may not be over", () => {
    const falls = deepestFalls(count(8), numbers(100, 90, 100, 120, 60, 80, 130, 117), 5);
    expect(falls.map(({ depth, ...rest }) => ({ ...rest, depth: Number(depth.toFixed(9)) }))).toEqual([
      { depth: -0.5, from: 3, low: 4, until: 6, recovered: true },
      { depth: -0.1, from: 0, low: 1, until: 2, recovered: true },
      { depth: -0.1, from: 6, low: 7, until: 7, recovered: false },
    ]);
  });
});

describe("the rolling Sharpe ratio", () => {
  it("is that of each window by itself", () => {
    const equity = Float64Array.from(wanderingPrices(200));
    const rolling = rollingSharpe(equity, 60);
    if (isMissing(rolling)) throw new Error(rolling.missing);
    expect(rolling.window).toBe(30);
    expect(rolling.values.subarray(0, 30).every(Number.isNaN)).toBe(true);
    for (const end of [30, 77, 199]) {
      const returns = Array.from({ length: 30 }, (_, at) => {
        const bar = end - 29 + at;
        return (equity[bar] ?? 0) / (equity[bar - 1] ?? 0) - 1;
      });
      const mean = returns.reduce((sum, value) => sum + value, 0) / 30;
      const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 29);
      expect(rolling.values[end]).toBeCloseTo((mean / deviation) * Math.sqrt(60), 9);
    }
  });
});

describe("a distribution", () => {
  it("counts every value once, in bins of one width with 0 at a border", () => {
    assert(
      property(
        array(double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (values) => {
          const { borders, counts } = distributionOf(values);
          expect(counts.reduce((sum, value) => sum + value, 0)).toBe(values.length);
          expect(borders).toHaveLength(counts.length + 1);
          expect(counts.length).toBeLessThanOrEqual(30);
        },
      ),
    );
    expect(distributionOf([-0.04, -0.01, 0.01, 0.06], 10)).toEqual({
      borders: [-0.04, -0.03, -0.02, -0.01, 0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07].map((value) =>
        expect.closeTo(value, 12),
      ),
      counts: [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1],
    });
  });
});
