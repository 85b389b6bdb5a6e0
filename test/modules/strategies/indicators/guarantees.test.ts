import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ema, sma } from "../../../../src/modules/strategies/indicators/moving-averages.ts";
import {
  arbitraryRows,
  arbitraryRowsWithGaps,
  barsOf,
  INDICATORS,
  NO_ROW,
  sliceOf,
} from "../../../support/indicators.ts";

const RUNS = 150;

/** The first row whose values aren't the same to the bit, or -1. */
function firstDifference(a: Float64Array, b: Float64Array, bars: number): number {
  for (let i = 0; i < bars; i += 1) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

describe.each(Object.entries(INDICATORS))("%s", (_name, linesOf) => {
  it("looks at no later bar: cut at any bar, what came before stays the same to the bit", () => {
    fc.assert(
      fc.property(arbitraryRowsWithGaps, fc.nat(), (rows, at) => {
        const bars = barsOf(rows);
        const kept = 1 + (at % rows.length);
        const whole = linesOf(bars);
        const cut = linesOf(sliceOf(bars, 0, kept));
        for (const [k, line] of cut.entries()) {
          expect(line.length).toBe(kept);
          expect(firstDifference(whole[k] ?? new Float64Array(), line, kept)).toBe(-1);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("begins anew after a row without numbers, and has no value there", () => {
    fc.assert(
      fc.property(arbitraryRows, arbitraryRows, (before, after) => {
        const bars = barsOf([...before, NO_ROW, ...after]);
        const parted = linesOf(bars);
        const alone = linesOf(sliceOf(bars, before.length + 1));
        for (const [k, line] of alone.entries()) {
          const tail = parted[k]?.subarray(before.length) ?? new Float64Array();
          expect(tail[0]).toBeNaN();
          for (const [i, value] of line.entries()) {
            const close = Math.abs((tail[i + 1] ?? 0) - value) <= 1e-9 * Math.max(1, Math.abs(value));
            if (!Object.is(tail[i + 1], value)) expect(close, `line ${k}, bar ${i}`).toBe(true);
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("gives finite numbers or NaN, and writes to none of its bars", () => {
    fc.assert(
      fc.property(arbitraryRowsWithGaps, (rows) => {
        const bars = barsOf(rows);
        const lines = linesOf(bars);
        expect(lines.flatMap((line) => [...line]).filter((value) => Math.abs(value) === Infinity)).toEqual(
          [],
        );
        expect(bars).toEqual(barsOf(rows));
      }),
      { numRuns: RUNS },
    );
  });

  it("has a value in the end, and none for bars fewer than it needs", () => {
    const rows = Array.from({ length: 60 }, (_, i): [number, number, number, number, number] => {
      const close = 100 + ((i * 7) % 11);
      return [close - 1, close + 2, close - 3, close, 1_000 + i];
    });
    for (const line of linesOf(barsOf(rows))) expect(line.at(-1)).not.toBeNaN();
    for (const line of linesOf(barsOf([]))) expect(line.length).toBe(0);
  });
});

describe("kernels", () => {
  it("write into the array they are given, over whatever was in it", () => {
    const values = Float64Array.of(1, 2, 3, 4);
    const out = new Float64Array(4).fill(7);
    expect(sma(values, 2, out)).toBe(out);
    expect([...out]).toEqual([Number.NaN, 1.5, 2.5, 3.5]);
    expect(ema(values, 3, values)).toBe(values);
    expect([...values]).toEqual([Number.NaN, Number.NaN, 2, 3]);
  });

  it("refuse a length that is no whole number of bars", () => {
    for (const length of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(() => sma(Float64Array.of(1), length)).toThrow(RangeError);
      expect(() => ema(Float64Array.of(1), length)).toThrow(RangeError);
    }
  });
});
