import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bootstrapMean, usualBlock } from "../../../../src/modules/strategies/statistics/bootstrap.ts";
import { momentsOf } from "../../../../src/modules/strategies/statistics/moments.ts";
import { normalCdf, normalQuantile } from "../../../../src/modules/strategies/statistics/normal.ts";
import {
  neweyWestError,
  neweyWestLag,
  pairedTest,
} from "../../../../src/modules/strategies/statistics/paired.ts";
import { periodsPerYear } from "../../../../src/modules/strategies/statistics/periods.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import {
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
} from "../../../../src/modules/strategies/statistics/significance.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 2024-01-01, a Monday. */
const MONDAY = Date.UTC(2024, 0, 1);

describe("the normal distribution", () => {
  it("has the values of published tables, to 1e-14", () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14);
    expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 14);
    expect(normalCdf(-6) / 9.865876450376946e-10).toBeCloseTo(1, 12);
    expect(normalQuantile(0.95)).toBeCloseTo(1.6448536269514722, 13);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 11);
  });

  it("has a quantile that undoes the distribution", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (probability) => {
        expect(Math.abs(normalCdf(normalQuantile(probability)) - probability)).toBeLessThan(1e-13);
      }),
    );
  });
});

describe("hourly and weekend annualisation", () => {
  const timesOf = (days: number, hours: readonly number[], isTraded: (weekday: number) => boolean) =>
    Float64Array.from(
      Array.from({ length: days }, (_, day) => day)
        .filter((day) => isTraded(day % 7))
        .flatMap((day) => hours.map((hour) => MONDAY + day * DAY_MS + hour * HOUR_MS)),
    );
  const always = Array.from({ length: 24 }, (_, hour) => hour);
  const weekday = (day: number) => day < 5;

  it("counts the year's bars from the data", () => {
    expect(periodsPerYear(timesOf(700, [0], weekday))).toBe(252);
    expect(periodsPerYear(timesOf(700, [0], () => true))).toBe(365.25);
    expect(periodsPerYear(timesOf(70, always, () => true))).toBe(24 * 365.25);
    expect(periodsPerYear(timesOf(70, [14, 15, 16, 17, 18, 19, 20], weekday))).toBe(7 * 252);
    expect(periodsPerYear(timesOf(700, [0], (day) => day === 0))).toBeCloseTo(365.25 / 7, 12);
  });

  it("does not take a few days without a weekend for a market that never closes", () => {
    expect(periodsPerYear(timesOf(4, [0], weekday))).toBe(252);
    expect(periodsPerYear(timesOf(7, [0], () => true))).toBe(365.25);
    expect(periodsPerYear(Float64Array.of(MONDAY))).toBeNull();
  });
});

describe("the paired test", () => {
  it("allows for what follows from the value before: Bartlett's weights over n", () => {
    const values = Float64Array.of(1, 3, 2, 6);
    const [g0, g1] = [14 / 4, (-2 * 0 + 0 * -1 + -1 * 3) / 4];
    expect(neweyWestError(values, 0)).toBeCloseTo(Math.sqrt(g0 / 4), 14);
    expect(neweyWestError(values, 1)).toBeCloseTo(Math.sqrt((g0 + g1) / 4), 14);
    expect([neweyWestLag(2147), neweyWestLag(100), neweyWestLag(1)]).toEqual([7, 4, 0]);
  });

  it("tells the size, the effect and its interval, and turns round with the two", () => {
    const random = new Random(5);
    const one = Float64Array.from({ length: 500 }, () => random.next() + 0.02);
    const two = Float64Array.from({ length: 500 }, () => random.next());
    const [there, back] = [pairedTest(one, two), pairedTest(two, one)];
    expect(there).toMatchObject({ count: 500, lag: 5 });
    expect(there?.effect).toBeCloseTo(-(back?.effect ?? 0), 15);
    expect(there?.pValue).toBeCloseTo(back?.pValue ?? 0, 12);
    const { error = 0, interval, t = 0 } = there ?? {};
    expect(((interval?.high ?? 0) - (interval?.low ?? 0)) / 2 / error).toBeCloseTo(1.959963984540054, 10);
    expect(there?.pValue).toBeCloseTo(2 * (1 - normalCdf(Math.abs(t))), 12);
  });

  it("has nothing to say of equal strategies, and refuses unequal lengths", () => {
    const returns = Float64Array.of(0.1, -0.2, 0.3);
    expect(pairedTest(returns, returns)).toBeNull();
    expect(() => pairedTest(returns, new Float64Array(2))).toThrow(RangeError);
  });
});

describe("the stationary bootstrap", () => {
  const random = new Random(9);
  const values = Float64Array.from({ length: 400 }, () => random.next() - 0.45);
  const options = { seed: 3, samples: 2000, confidence: 0.95, meanBlock: 1 };

  it("gives the same interval for the same seed, and another for another", () => {
    expect(bootstrapMean(values, options)).toEqual(bootstrapMean(values, options));
    expect(bootstrapMean(values, { ...options, seed: 4 })).not.toEqual(bootstrapMean(values, options));
  });

  it("of values that do not depend on each other is as wide as the normal interval of their mean", () => {
    const { deviation = 0, mean = 0 } = momentsOf(values) ?? {};
    const reach = (1.96 * deviation) / Math.sqrt(values.length);
    const { high = 0, low = 0 } = bootstrapMean(values, options) ?? {};
    expect((high - low) / (2 * reach)).toBeGreaterThan(0.93);
    expect((high - low) / (2 * reach)).toBeLessThan(1.07);
    expect(Math.abs((high + low) / 2 - mean) / reach).toBeLessThan(0.1);
  });

  it("is wider with blocks where each value follows the one before", () => {
    let last = 0;
    const slow = values.map((value) => {
      last = 0.9 * last + value;
      return last;
    });
    const widthOf = (meanBlock: number) => {
      const { high = 0, low = 0 } = bootstrapMean(slow, { ...options, meanBlock }) ?? {};
      return high - low;
    };
    expect(widthOf(20)).toBeGreaterThan(2 * widthOf(1));
    expect(usualBlock(1000)).toBeCloseTo(10, 12);
    expect(bootstrapMean(Float64Array.of(1), options)).toBeNull();
  });
});

describe("the significance of a Sharpe ratio", () => {
  const sample = { count: 1000, sharpe: 0.05, skewness: 0, kurtosis: 3 };

  it("falls with fat tails and losses that are larger than gains", () => {
    const plain = probabilisticSharpe(sample, 0) ?? 0;
    expect(probabilisticSharpe({ ...sample, kurtosis: 30 }, 0)).toBeLessThan(plain);
    expect(probabilisticSharpe({ ...sample, skewness: -2 }, 0)).toBeLessThan(plain);
    expect(probabilisticSharpe(sample, sample.sharpe)).toBe(0.5);
  });

  it("reaches the confidence at the minimum track record length", () => {
    const count = minimumTrackRecord(sample, 0.01, 0.95) ?? 0;
    expect(probabilisticSharpe({ ...sample, count }, 0.01)).toBeCloseTo(0.95, 10);
    expect(minimumTrackRecord(sample, 0.05, 0.95)).toBeNull();
  });

  it("expects more of the luckiest the more have tried, and nothing of one alone", () => {
    const highest = [1, 2, 10, 100, 1000].map((trials) => expectedMaximumSharpe(trials, 1));
    expect(highest[0]).toBe(0);
    expect(highest).toEqual([...highest].sort((a, b) => a - b));
    expect(highest[4]).toBeCloseTo(3.25, 1);
  });
});
