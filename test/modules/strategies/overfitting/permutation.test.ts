import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  orderFreeResults,
  permuteTrades,
  signFlipTest,
} from "../../../../src/modules/strategies/overfitting/permutation.ts";
import { distributionOf } from "../../../../src/modules/strategies/statistics/distribution.ts";
import { deepestFall } from "../../../../src/modules/strategies/statistics/drawdown.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import { noise } from "./noise.ts";

const OPTIONS = { seed: 4, samples: 2000 };
const COMPOUNDED = { kind: "compounded" } as const;

describe("results that mean the same in any order", () => {
  const trades = [{ pnl: 100 }, { pnl: -110 }, { pnl: 495 }];

  it.each([
    { kind: "all_equity" },
    { kind: "percent_of_equity", fraction: 0.5 },
    { kind: "atr_risk", fraction: 0.01, atrMultiple: 2 },
  ] as const)("are parts of the equity before each trade where sizes grow with it: $kind", (sizing) => {
    const [results, accumulation] = orderFreeResults(trades, { cash: 1_000, sizing });
    expect([...results]).toEqual([0.1, -0.1, 0.5]);
    expect(accumulation).toEqual({ kind: "compounded" });
  });

  it.each([
    { kind: "fixed_quantity", quantity: 3 },
    { kind: "fixed_notional", notional: 500 },
  ] as const)("are money where they do not: $kind", (sizing) => {
    const [results, accumulation] = orderFreeResults(trades, { cash: 1_000, sizing });
    expect([...results]).toEqual([100, -110, 495]);
    expect(accumulation).toEqual({ kind: "added", capital: 1_000 });
  });
});

describe("the deepest fall of results one after another", () => {
  it("by hand, of returns that compound and of money that adds up", () => {
    expect(deepestFall(Float64Array.of(0.1, -0.5, 0.2, 1, -0.1), COMPOUNDED)).toBeCloseTo(0.5, 14);
    expect(deepestFall(Float64Array.of(100, -60, -60, 500), { kind: "added", capital: 300 })).toBe(0.3);
    expect(deepestFall(Float64Array.of(-400, 800), { kind: "added", capital: 300 })).toBe(1);
    expect(deepestFall(Float64Array.of(-1, 5), COMPOUNDED)).toBe(1);
    expect(deepestFall(new Float64Array(), COMPOUNDED)).toBe(0);
  });
});

describe("trades in random orders", () => {
  it("of which there are two: each comes about half of the time", () => {
    const found = permuteTrades(Float64Array.of(-0.2, -0.1, 1), COMPOUNDED, { seed: 1, samples: 6000 });
    // Together where the two losses meet (4 of 6 orders): 1 − 0.8 · 0.9; else the greater one alone.
    expect(found.observed).toBeCloseTo(0.28, 12);
    expect(found.drawdowns?.max).toBeCloseTo(0.28, 12);
    expect(found.drawdowns?.min).toBeCloseTo(0.2, 12);
    expect(Number(found.atLeastObserved)).toBeGreaterThan(0.64);
    expect(Number(found.atLeastObserved)).toBeLessThan(0.69);
  });

  it("show a lucky order: gains and losses took turns, and any other order falls deeper", () => {
    const lucky = Float64Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 0.05 : -0.04));
    const found = permuteTrades(lucky, COMPOUNDED, OPTIONS);
    expect(found.observed).toBeCloseTo(0.04, 12);
    expect(found.atLeastObserved).toBe(1);
    expect(found.drawdowns?.quantiles.p50).toBeGreaterThan(0.1);
  });

  it("of equal results are all the same order, whatever rounding says", () => {
    const found = permuteTrades(new Float64Array(30).fill(-0.013), COMPOUNDED, OPTIONS);
    expect(found.atLeastObserved).toBe(1);
    expect(found.drawdowns?.deviation).toBeCloseTo(0, 12);
  });

  it("are the same for the same seed, leave the trades alone, and never leave 0 to 1", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { minLength: 2, maxLength: 40 }),
        fc.integer(),
        (values, seed) => {
          const trades = Float64Array.from(values);
          const options = { seed, samples: 50 };
          const found = permuteTrades(trades, COMPOUNDED, options);
          expect([...trades]).toEqual([...Float64Array.from(values)]);
          expect(found).toEqual(permuteTrades(trades, COMPOUNDED, options));
          expect(found.drawdowns?.min).toBeGreaterThanOrEqual(0);
          expect(found.drawdowns?.max).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("need two trades, and are bounded", () => {
    const reason = { missing: "fewer than two trades" };
    expect(permuteTrades(Float64Array.of(1), COMPOUNDED, OPTIONS)).toEqual({
      trades: 1,
      samples: 0,
      observed: reason,
      drawdowns: null,
      atLeastObserved: reason,
    });
    const trades = new Float64Array(5000).fill(0.1);
    for (const samples of [0, 50_001, 1.5, 50_000])
      expect(() => permuteTrades(trades, COMPOUNDED, { seed: 1, samples })).toThrow(RangeError);
    expect(() => permuteTrades(Float64Array.of(1, Number.NaN), COMPOUNDED, OPTIONS)).toThrow(RangeError);
  });
});

describe("the test by random signs", () => {
  it("of three equal gains: each sign is one of eight cases", () => {
    const found = signFlipTest(Float64Array.of(0.1, 0.1, 0.1), { seed: 2, samples: 8000 });
    expect(found.mean).toBeCloseTo(0.1, 15);
    expect(Math.abs(Number(found.pPositive) - 1 / 8)).toBeLessThan(0.012);
    expect(Math.abs(Number(found.pValue) - 2 / 8)).toBeLessThan(0.015);
  });

  it("errs at the rate of its p where there is no skill", () => {
    const random = new Random(21);
    const rounds = 300;
    let low = 0;
    for (let round = 0; round < rounds; round += 1)
      if (Number(signFlipTest(noise(random, 80), { seed: round, samples: 200 }).pValue) <= 0.1) low += 1;
    expect(low / rounds).toBeGreaterThan(0.05);
    expect(low / rounds).toBeLessThan(0.16);
  });

  it("sees skill, and never gives a p of 0", () => {
    const found = signFlipTest(noise(new Random(1), 500, 0.002), OPTIONS);
    expect(found.pValue).toBe(1 / 2001);
    expect(signFlipTest(noise(new Random(1), 500, -0.002), OPTIONS)).toMatchObject({
      pValue: 1 / 2001,
      pPositive: 1,
    });
  });

  it("is not fooled by returns that follow those before when they flip in blocks", () => {
    const rounds = 200;
    const wrongWith = (block: number) => {
      const random = new Random(31);
      let wrong = 0;
      for (let round = 0; round < rounds; round += 1) {
        let last = 0;
        const slow = noise(random, 300).map((value) => {
          last = 0.8 * last + value;
          return last;
        });
        if (Number(signFlipTest(slow, { seed: round, samples: 200, block }).pValue) <= 0.05) wrong += 1;
      }
      return wrong / rounds;
    };
    expect(wrongWith(1)).toBeGreaterThan(0.3);
    expect(wrongWith(25)).toBeLessThan(0.13);
  });

  it("says why it has no value, and refuses what makes no sense", () => {
    expect(signFlipTest(new Float64Array(5), OPTIONS)).toMatchObject({
      mean: 0,
      pValue: { missing: "nothing was gained or lost" },
    });
    expect(signFlipTest(Float64Array.of(1), OPTIONS)).toMatchObject({
      mean: { missing: "fewer than two returns" },
    });
    expect(() => signFlipTest(Float64Array.of(1, 2), { ...OPTIONS, block: 0 })).toThrow(RangeError);
    expect(() => signFlipTest(Float64Array.of(1, Number.POSITIVE_INFINITY), OPTIONS)).toThrow(RangeError);
  });
});

describe("a distribution", () => {
  it("has mean, sample deviation, quantiles, and every value in one part of its histogram", () => {
    const found = distributionOf(Float64Array.of(4, 1, 3, 2));
    expect(found).toMatchObject({ count: 4, mean: 2.5, min: 1, max: 4 });
    expect(found?.deviation).toBeCloseTo(Math.sqrt(5 / 3), 14);
    expect(found?.quantiles).toMatchObject({ p25: 1.75, p50: 2.5, p75: 3.25 });
    expect(found?.histogram.reduce((sum, number) => sum + number, 0)).toBe(4);
    expect([found?.histogram[0], found?.histogram.at(-1)]).toEqual([1, 1]);
  });

  it("of equal values is one bar, of none is nothing, and of what is not finite is refused", () => {
    expect(distributionOf(Float64Array.of(2, 2))).toMatchObject({ deviation: 0, min: 2, max: 2 });
    expect(distributionOf(Float64Array.of(2, 2))?.histogram[0]).toBe(2);
    expect(distributionOf(new Float64Array())).toBeNull();
    expect(() => distributionOf(Float64Array.of(1, Number.NaN))).toThrow(RangeError);
    expect(() => distributionOf(Float64Array.of(1, Number.NEGATIVE_INFINITY))).toThrow(RangeError);
  });
});
