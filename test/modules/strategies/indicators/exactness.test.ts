import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sma } from "../../../../src/modules/strategies/indicators/moving-averages.ts";
import { deviation, rollingSum } from "../../../../src/modules/strategies/indicators/rolling.ts";
import { ticksOf } from "../../../../src/modules/strategies/indicators/ticks.ts";
import { rollingVwap } from "../../../../src/modules/strategies/indicators/volume.ts";
import { regressionSlope, vwma, wma } from "../../../../src/modules/strategies/indicators/weighted.ts";
import { googleBars } from "../../../support/indicators.ts";

const cents = fc.integer({ min: 9_990, max: 10_010 });

describe("ticks", () => {
  it("are found with the fewest decimals that all values up to the end have", () => {
    const { ticks, perUnit, count, largest } = ticksOf(Float64Array.of(3, 0.1, 100.34, 7.5));
    expect({ ticks: [...ticks], perUnit, count, largest }).toEqual({
      ticks: [300, 10, 10_034, 750],
      perUnit: 100,
      count: 4,
      largest: 10_034,
    });
  });

  it("end where a value is in none, or too large for exact sums", () => {
    expect(ticksOf(Float64Array.of(1.5, 1 / 3, 2)).count).toBe(1);
    expect(ticksOf(Float64Array.of(1.5, 2 ** 50, 2)).count).toBe(1);
    expect(ticksOf(Float64Array.of(2 ** 42, 0.001, 2)).count).toBe(1);
  });

  it("pass over a row without a number", () => {
    expect(ticksOf(Float64Array.of(Number.NaN, 1.5, Number.NaN, 2)).count).toBe(4);
  });
});

describe("ties", () => {
  it("are decided on GOOG as whole cents decide them, at bar 1509 too", async ({ skip }) => {
    const bars = await googleBars();
    if (!bars) return skip("the data folder is missing");
    const whole = Array.from(bars.close, (close) => BigInt(Math.round(close * 100)));
    const sums = (length: number) =>
      whole.map((_, i) =>
        whole.slice(Math.max(0, i - length + 1), i + 1).reduce((sum, one) => sum + one, 0n),
      );
    const [five, twentyFive] = [sums(5), sums(25)];
    const [fast, slow] = [sma(bars.close, 5), sma(bars.close, 25)];
    const ties: number[] = [];
    for (let i = 24; i < whole.length; i += 1) {
      const difference = 5n * (five[i] ?? 0n) - (twentyFive[i] ?? 0n);
      const expected = difference === 0n ? 0 : difference > 0n ? 1 : -1;
      expect(Math.sign((fast[i] ?? 0) - (slow[i] ?? 0))).toBe(expected);
      if (expected === 0) ties.push(i);
    }
    expect(ties).toContain(1509);
  });

  it("of averages of any lengths are equal to the bit, whatever stood before", () => {
    fc.assert(
      fc.property(
        fc.array(cents, { maxLength: 40 }),
        cents,
        fc.integer({ min: 1, max: 20 }),
        (before, flat, n) => {
          const closes = [...before, ...new Array<number>(n).fill(flat)].map((price) => price / 100);
          const values = Float64Array.from(closes);
          expect(sma(values, n).at(-1)).toBe(flat / 100);
          expect(wma(values, n).at(-1)).toBe(flat / 100);
          expect(deviation(values, n).at(-1)).toBe(0);
          if (n > 1) expect(regressionSlope(values, n).at(-1)).toBe(0);
          const volume = Float64Array.from(values, (_, i) => 1_000 + 37 * i);
          expect(vwma(values, volume, n).at(-1)).toBe(flat / 100);
          expect(rollingVwap(values, volume, n).deviation.at(-1)).toBe(0);
        },
      ),
    );
  });

  it("are equal to the bit wherever the same window stands, though its values are in no tick", () => {
    const double = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(double, { maxLength: 60 }),
        fc.array(double, { minLength: 1, maxLength: 20 }),
        (before, window) => {
          const alone = Float64Array.from(window);
          const moved = Float64Array.from([...before, ...window]);
          for (const kernel of [sma, rollingSum, deviation, wma]) {
            expect(kernel(moved, window.length).at(-1)).toBe(kernel(alone, window.length).at(-1));
          }
        },
      ),
    );
  });

  it("are the same with ticks that were found before", () => {
    fc.assert(
      fc.property(fc.array(cents, { minLength: 5, maxLength: 60 }), fc.boolean(), (prices, uneven) => {
        const values = Float64Array.from(prices, (price, i) => (uneven && i === 9 ? Math.PI : price / 100));
        const known = ticksOf(values);
        for (const kernel of [sma, deviation, wma, regressionSlope]) {
          expect(kernel(values, 5, undefined, known)).toEqual(kernel(values, 5));
        }
      }),
    );
  });
});

describe("equal windows of whole prices", () => {
  it("are equal to the bit in the finer ticks that a later price asks for", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 5, maxLength: 9 }), (prices) => {
        const finer = Float64Array.from([...prices, 90.05]);
        for (const kernel of [sma, deviation, wma, regressionSlope]) {
          const whole = kernel(Float64Array.from(prices), 3);
          expect(kernel(finer, 3).subarray(0, -1)).toEqual(whole);
        }
      }),
    );
  });
});

describe("large prices", () => {
  it.each([
    ["whole ticks", 1e9],
    ["ticks too large to square", 1e12],
    ["doubles between ticks", 1e9 / 3],
  ])("keep the deviation of small moves: %s", (_, base) => {
    const moves = Array.from({ length: 40 }, (_, i) => ((i * 7) % 5) / 4);
    const at = deviation(
      Float64Array.from(moves, (move) => base + move),
      20,
    );
    const atZero = deviation(Float64Array.from(moves), 20);
    for (let i = 19; i < 40; i += 1) {
      expect(Math.abs((at[i] ?? 0) - (atZero[i] ?? 0))).toBeLessThan(1e-6);
    }
  });

  it("leave nothing behind in a sum when they have left the window", () => {
    const values = Float64Array.of(1e15 / 3, 1e15 / 7, 0.1, 0.2, 0.3, 1 / 3);
    expect(sma(values, 3)[4]).toBe(0.6 / 3);
    expect(sma(values, 3)[5]).toBe(sma(Float64Array.of(0.2, 0.3, 1 / 3), 3)[2]);
  });
});
