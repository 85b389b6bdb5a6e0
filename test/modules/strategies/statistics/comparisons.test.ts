import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { abTest } from "../../../../src/modules/strategies/statistics/ab-test.ts";
import { pairedTest } from "../../../../src/modules/strategies/statistics/paired.ts";
import { observationsNeeded, powerAt } from "../../../../src/modules/strategies/statistics/power.ts";
import { Random } from "../../../../src/modules/strategies/statistics/random.ts";
import { middleRank, middleRanks } from "../../../../src/modules/strategies/statistics/ranks.ts";
import { sharpeDifference } from "../../../../src/modules/strategies/statistics/sharpe-difference.ts";
import { studentTail } from "../../../../src/modules/strategies/statistics/student.ts";
import { pairedTTest, welchTest } from "../../../../src/modules/strategies/statistics/t-tests.ts";
import { signedRankTest } from "../../../../src/modules/strategies/statistics/wilcoxon.ts";
import { WITHOUT_DATA } from "../engine/goog.ts";
import { type GoogPairs, googPairs } from "../overfitting/goog-pairs.ts";
import { noise } from "../overfitting/noise.ts";

const PERIODS = 252;
let goog: GoogPairs | undefined;
beforeAll(async () => {
  goog = await googPairs();
});

describe("the reference's comparison of SMA 10/20 with its H, which is SMA 50/200", () => {
  it("has the same t, z, p and correlation to 1e-9", (ctx) => {
    if (!goog) return ctx.skip(WITHOUT_DATA);
    const [first, second] = [goog.returnsOf([10, 20]), goog.returnsOf([50, 200])];
    const expected = goog.reference.AB_A_vs_H;
    const welch = welchTest(first, second);
    expect(welch?.t).toBeCloseTo(expected.welchT, 9);
    expect(welch?.pValue).toBeCloseTo(expected.welchP, 9);
    expect((welch?.freedom ?? 0) / expected.dfWelch).toBeCloseTo(1, 9);
    const paired = pairedTTest(first, second);
    expect(paired?.t).toBeCloseTo(expected.pairedT, 9);
    expect(paired?.pValue).toBeCloseTo(expected.pairedP, 9);
    const memmel = sharpeDifference(first, second);
    expect(memmel?.correlation).toBeCloseTo(expected.rho, 9);
    expect(memmel?.z).toBeCloseTo(expected.memmelZ, 9);
    expect(memmel?.pValue).toBeCloseTo(expected.memmelP_two_sided, 9);
    expect((memmel?.difference ?? 0) * Math.sqrt(PERIODS)).toBeCloseTo(expected.sharpeDiffAnnual, 9);
    expect(signedRankTest(first, second)?.pValue).toBeCloseTo(expected.wilcoxonP, 9);
  });

  it("is not decided before the sample is full, and then finds no difference at 5 %", (ctx) => {
    if (!goog) return ctx.skip(WITHOUT_DATA);
    const [first, second] = [goog.returnsOf([10, 20]), goog.returnsOf([50, 200])];
    const { n, neweyWestLag, neweyWestT } = goog.reference.AB_A_vs_H;
    const options = { sampleSize: n, periodsPerYear: PERIODS, seed: 1 };
    const test = abTest(first, second, options);
    expect(test).toMatchObject({ count: n, lag: neweyWestLag, verdict: "no_difference" });
    expect(test.t).toBeCloseTo(neweyWestT, 9);
    expect(abTest(first, second, { ...options, sampleSize: n + 1 }).verdict).toBe("not_decided");
    expect(abTest(first, second, { ...options, alpha: 0.06 }).verdict).toBe("first");
    expect(abTest(second, first, { ...options, alpha: 0.06 }).verdict).toBe("second");
  });
});

/** The distribution function, from both tails. */
const belowOf = (t: number, freedom: number): number => {
  const beyond = studentTail(t, freedom) / 2;
  return t > 0 ? 1 - beyond : beyond;
};

describe("Student's distribution", () => {
  it("has the values that 40 digits give, to 1e-13", () => {
    const known = [
      [-2, 1, 0.14758361765043326],
      [0.5, 3, 0.6742760175759245],
      [2.5, 2.5, 0.9477150184609223],
      [3, 0.5, 0.8163459220070283],
      [1.96, 30, 0.9703288435519748],
      [1.5, 4245.654422158675, 0.9331556213830002],
      [0.01, 100_000, 0.5039893463405885],
    ] as const;
    for (const [t, freedom, value] of known) expect(belowOf(t, freedom)).toBeCloseTo(value, 13);
  });

  it("keeps its digits far out, where the probability is tiny", () => {
    expect(belowOf(-30, 12) / 5.886590953509474e-13).toBeCloseTo(1, 12);
    expect(belowOf(-8, 5) / 0.00024645333028622203).toBeCloseTo(1, 12);
  });

  it("is Cauchy's with one degree of freedom, and has a closed form with two", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), (t) => {
        expect(belowOf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 13);
        expect(belowOf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 13);
      }),
    );
  });

  it("is symmetrical, rises, and ends at 0 and 1", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        (t, freedom) => {
          expect(belowOf(t, freedom) + belowOf(-t, freedom)).toBeCloseTo(1, 14);
          expect(belowOf(t + 0.01, freedom)).toBeGreaterThanOrEqual(belowOf(t, freedom));
        },
      ),
    );
    expect([belowOf(0, 5), studentTail(Number.POSITIVE_INFINITY, 5)]).toEqual([0.5, 0]);
    expect(belowOf(Number.NEGATIVE_INFINITY, 5)).toBe(0);
    expect(belowOf(1, 0)).toBeNaN();
  });
});

describe("tests of two samples, by hand", () => {
  const first = Float64Array.of(3, 5, 4, 8);
  const second = Float64Array.of(1, 4, 4, 3);

  it("Welch's: means 5 and 3, variances 14/3 and 2", () => {
    const { freedom, t } = welchTest(first, second) ?? {};
    expect(t).toBeCloseTo(2 / Math.sqrt(14 / 12 + 2 / 4), 14);
    expect(freedom).toBeCloseTo((14 / 12 + 0.5) ** 2 / ((14 / 12) ** 2 / 3 + 0.25 / 3), 12);
  });

  it("the paired one: differences 2, 1, 0 and 5 about 2", () => {
    const variance = (0 + 1 + 4 + 9) / 3;
    expect(pairedTTest(first, second)).toMatchObject({ freedom: 3 });
    expect(pairedTTest(first, second)?.t).toBeCloseTo(2 / Math.sqrt(variance / 4), 14);
  });

  it("the signed ranks: equal sizes share a rank, equal pairs count for nothing", () => {
    const off = Float64Array.of(1, -1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
    const test = signedRankTest(off, new Float64Array(11));
    expect(test).toMatchObject({ count: 10, positive: 55 - 1.5 });
    const variance = (10 * 11 * 21) / 24 - (2 ** 3 - 2) / 48;
    expect(test?.z).toBeCloseTo((53.5 - 27.5) / Math.sqrt(variance), 14);
    expect([...middleRanks(Float64Array.of(5, 1, 5, 3)).ranks]).toEqual([3.5, 1, 3.5, 2]);
    expect(middleRank(Float64Array.of(5, 1, 5, 3), 2)).toBe(3.5);
  });

  it("have no value where nothing varies or too little is there, and refuse unequal pairs", () => {
    const flat = new Float64Array(20).fill(1);
    expect(welchTest(flat, flat)).toBeNull();
    expect(pairedTTest(flat, flat)).toBeNull();
    expect(sharpeDifference(first, Float64Array.of(1, 1, 1, 1))).toBeNull();
    expect(sharpeDifference(first, first)).toBeNull();
    expect(signedRankTest(first, second)).toBeNull();
    expect(welchTest(Float64Array.of(1), second)).toBeNull();
    expect(() => sharpeDifference(first, flat)).toThrow(RangeError);
    expect(() => signedRankTest(first, flat)).toThrow(RangeError);
  });
});

describe("the power of a test", () => {
  it("is what the table says: an effect of half a deviation needs 32 pairs for a power of 0.8", () => {
    expect(observationsNeeded(0.5, 1, { alpha: 0.05, power: 0.8 })).toBe(32);
    expect(observationsNeeded(-0.5, 1, { alpha: 0.05, power: 0.8 })).toBe(32);
    expect(observationsNeeded(0, 1, { alpha: 0.05, power: 0.8 })).toBeNull();
    expect(powerAt(100, 0, 1, 0.05)).toBeCloseTo(0.05, 12);
  });

  it("reaches what was wanted at the number of observations that it asks for", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.3, noNaN: true }),
        fc.double({ min: 0.3, max: 0.99, noNaN: true }),
        (effect, power) => {
          const needed = observationsNeeded(effect, 1, { alpha: 0.05, power }) ?? 0;
          expect(powerAt(needed, effect, 1, 0.05)).toBeGreaterThanOrEqual(power - 1e-12);
          expect(powerAt(needed * 0.97 - 1, effect, 1, 0.05)).toBeLessThan(power);
        },
      ),
    );
  });

  it("is how often the A/B test then sees the effect", () => {
    const random = new Random(11);
    const rounds = 400;
    let seen = 0;
    let expected = 0;
    for (let round = 0; round < rounds; round += 1) {
      const options = { sampleSize: 200, periodsPerYear: PERIODS, seed: round, samples: 1, effect: 0.001 };
      const { power, verdict } = abTest(noise(random, 200, 0.001), new Float64Array(200), options);
      seen += verdict === "first" ? 1 : 0;
      expected += Number(power.now);
    }
    expect(Math.abs(seen - expected) / rounds).toBeLessThan(0.06);
  });
});

describe("the A/B test", () => {
  const random = new Random(5);
  const [first, second] = [noise(random, 600, 0.002), noise(random, 600)];
  const options = { sampleSize: 600, periodsPerYear: PERIODS, seed: 3 };

  it("tells effect, error, both intervals and a verdict, the same ones each time", () => {
    const test = abTest(first, second, options);
    const paired = pairedTest(first, second);
    expect(test).toEqual(abTest(first, second, options));
    expect(test).toMatchObject({
      count: 600,
      verdict: "first",
      error: paired?.error,
      effect: paired?.effect,
    });
    expect(test.annualEffect).toBe(Number(test.effect) * PERIODS);
    expect(test.bootstrap?.low).toBeGreaterThan(0);
    expect(test.bootstrap?.low).toBeLessThan(Number(test.effect));
    expect(test.interval?.low).toBeCloseTo(test.bootstrap?.low ?? 0, 3);
    expect(abTest(first, second, { ...options, seed: 4 }).bootstrap).not.toEqual(test.bootstrap);
  });

  it("errs at the rate that was set where the two are equally good", () => {
    const rounds = 600;
    let wrong = 0;
    for (let round = 0; round < rounds; round += 1) {
      const settings = { ...options, sampleSize: 250, samples: 1 };
      if (abTest(noise(random, 250), noise(random, 250), settings).verdict !== "no_difference") wrong += 1;
    }
    expect(wrong / rounds).toBeGreaterThan(0.02);
    expect(wrong / rounds).toBeLessThan(0.09);
  });

  it("says why it has no value, and what it makes of two that are the same", () => {
    const same = abTest(first, first, options);
    const reason = { missing: "the two do not differ from bar to bar" };
    expect(same).toMatchObject({ effect: 0, error: reason, pValue: reason, verdict: "no_difference" });
    expect(same).toMatchObject({ interval: null, bootstrap: null, power: { now: reason, needed: reason } });
    const none = abTest(new Float64Array(), new Float64Array(), options);
    expect(none).toMatchObject({ effect: { missing: "fewer than two pairs" }, verdict: "not_decided" });
    const shifted = abTest(new Float64Array(700).fill(0.5), new Float64Array(700), options);
    expect(shifted).toMatchObject({ effect: 0.5, verdict: "not_decided" });
  });

  it("refuses unequal lengths and options out of their range", () => {
    expect(() => abTest(first, second.slice(1), options)).toThrow(RangeError);
    for (const wrong of [
      { sampleSize: 1 },
      { alpha: 0 },
      { power: 1 },
      { samples: 20_001 },
      { meanBlock: 0.5 },
    ])
      expect(() => abTest(first, second, { ...options, ...wrong })).toThrow(RangeError);
  });
});
