import { describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { cmfZero, obvEma, vwapCross } from "../../../../src/modules/strategies/catalogue/volume.ts";
import { barsOf, flatBars } from "../engine/small-bars.ts";
import { decidedOn } from "./decided-on.ts";

const HOUR_MS = 3_600_000;

const traded = (bars: Bars, ...volume: number[]): Bars => ({ ...bars, volume: Float64Array.from(volume) });

describe("obv_ema", () => {
  it("trades where the balance of volume crosses its average, an unchanged close adding nothing to it", () => {
    // The balance is 0, 100, -100, 200, 200, -200; its average 50, -50, 117, 172, -76 from bar 1 on.
    const bars = traded(flatBars(10, 11, 10, 11, 11, 10), 100, 100, 200, 300, 900, 400);
    expect(decidedOn(obvEma, bars, { period: 2 })).toEqual({ 2: "short", 3: "long", 5: "short" });
  });
});

describe("vwap_cross", () => {
  it("weighs the last bars' prices by volume on daily bars, and decides nothing where none was traded", () => {
    // VWAP from bar 1 on: 9, 8.75, 9, none, none, 13, 14.
    const bars = traded(flatBars(10, 8, 9, 7, 12, 12, 13, 15), 1, 1, 3, 0, 0, 0, 1, 1);
    expect(decidedOn(vwapCross, bars, { window: 2 })).toEqual({ 2: "long", 3: "short", 7: "long" });
  });

  it("begins anew with each UTC day on intraday bars, whatever the window", () => {
    // VWAP on the first day: 10, 11, 10.33, 10.75; on the second: 8, 8.5, 8. Carried on, bar 4 would be a fall below it.
    const days = traded(flatBars(10, 12, 9, 12, 8, 9, 7), 1, 1, 1, 1, 1, 1, 1);
    const bars = { ...days, times: days.times.map((_, bar) => bar * 6 * HOUR_MS) };
    for (const window of [2, 50])
      expect(decidedOn(vwapCross, bars, { window }, true)).toEqual({
        ...{ 1: "long", 2: "short", 3: "long" },
        ...{ 5: "long", 6: "short" },
      });
  });
});

describe("cmf_zero", () => {
  it("needs a flow beyond the threshold on either side, weighted by volume", () => {
    // The closes stand at 0, 0, 0.5, 0.5, -1, -1 and 1 of the range: flows of 0, 0.25, 0.5, -0.25, -1 and 0.5.
    const closes = [10, 10, 11, 11, 8, 8, 12];
    const bars = traded(barsOf(closes.map((close) => [10, 12, 8, close] as const)), ...[1, 1, 1, 1, 1, 1, 3]);
    expect(decidedOn(cmfZero, bars, { period: 2, threshold: 0.25 })).toEqual({
      ...{ 3: "long", 5: "short", 6: "long" },
    });
  });

  it("counts a bar without range as no flow", () => {
    const bars = traded(
      barsOf([
        [10, 12, 8, 9],
        [10, 10, 10, 10],
        [10, 12, 8, 12],
      ]),
      ...[1, 1, 1],
    );
    expect(decidedOn(cmfZero, bars, { period: 1, threshold: 0 })).toEqual({ 2: "long" });
  });
});
