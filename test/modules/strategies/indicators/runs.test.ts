import { describe, expect, it } from "vitest";
import { runsOf } from "../../../../src/modules/strategies/indicators/runs.ts";

const of = (...values: number[]) => Float64Array.from(values);
const _ = Number.NaN;

describe("runs", () => {
  it("end at a row without a number, and at one without a finite one", () => {
    expect(runsOf(of(_, 1, 2, _, 3, Infinity, _))).toEqual([1, 3, 4, 5]);
    expect(runsOf(of(_, _))).toEqual([]);
    expect(runsOf(of())).toEqual([]);
    expect(runsOf(of(0, -0))).toEqual([0, 2]);
  });

  it("hold rows that are known in every column", () => {
    expect(runsOf(of(1, 1, _, 1, 1, 1), of(_, 1, 1, 1, _, 1))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(runsOf(of(1, 1, 1), of(1, _, 1), of(1, 1, _))).toEqual([0, 1]);
    expect(runsOf(of(1, _), of(_, 1))).toEqual([]);
  });
});
