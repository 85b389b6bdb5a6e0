import { describe, expect, it } from "vitest";
import {
  chandelier,
  donchian,
  ichimoku,
  squeezeMomentum,
} from "../../../../src/modules/strategies/indicators/channels.ts";
import {
  cmo,
  connorsRsi,
  coppock,
  kst,
  macd,
  roc,
  rsi,
  streaks,
  trix,
  tsi,
} from "../../../../src/modules/strategies/indicators/momentum.ts";
import { ema, kama, rma, tema } from "../../../../src/modules/strategies/indicators/moving-averages.ts";
import {
  cci,
  internalBarStrength,
  stochastic,
  stochasticRsi,
  williamsR,
} from "../../../../src/modules/strategies/indicators/oscillators.ts";
import { motherBar } from "../../../../src/modules/strategies/indicators/patterns.ts";
import {
  barsSinceHighest,
  highest,
  lowest,
  percentRank,
} from "../../../../src/modules/strategies/indicators/rolling.ts";
import { dualThrust } from "../../../../src/modules/strategies/indicators/sessions.ts";
import {
  aroon,
  directionalMovement,
  heikinAshi,
  parabolicSar,
  supertrend,
  vortex,
} from "../../../../src/modules/strategies/indicators/trend.ts";
import { atr, keltner, percentB, zScore } from "../../../../src/modules/strategies/indicators/volatility.ts";
import {
  cmf,
  dailySessions,
  mfi,
  obv,
  rollingVwap,
  sessionVwap,
} from "../../../../src/modules/strategies/indicators/volume.ts";
import { hma, regressionSlope, vwma, wma } from "../../../../src/modules/strategies/indicators/weighted.ts";

const _ = Number.NaN;
const of = (...values: number[]) => Float64Array.from(values);

/** Every value within 1e-12, NaN where NaN is expected. */
function expectLine(line: Float64Array, expected: readonly number[]): void {
  expect(Array.from(line, (value) => Math.round(value * 1e9) / 1e9)).toEqual(
    expected.map((value) => Math.round(value * 1e9) / 1e9),
  );
}

describe("averages", () => {
  it("begin with the simple average of their first values, then weigh", () => {
    expectLine(ema(of(1, 2, 6, 7), 3), [_, _, 3, 5]);
    expectLine(rma(of(1, 2, 6, 7), 3), [_, _, 3, 3 + 4 / 3]);
    expectLine(ema(of(_, 1, 2, _, 4, 6), 2), [_, _, 1.5, _, _, 5]);
  });

  it("weigh by age, by volume or by efficiency", () => {
    expectLine(wma(of(1, 2, 4), 3), [_, _, (1 + 4 + 12) / 6]);
    expectLine(vwma(of(1, 2, 4), of(1, 1, 2), 2), [_, 1.5, 10 / 3]);
    expectLine(vwma(of(1, 2, 4), of(1, 0, 0), 2), [_, 1, _]);
    // All the way in one direction: the fast weight, (2 / 3)².
    expectLine(kama(of(1, 2, 3), { length: 2, fast: 2, slow: 30 }), [_, _, 2 + 4 / 9]);
  });

  it("without lag follow a straight line", () => {
    const line = Float64Array.from({ length: 40 }, (_, i) => 5 + 2 * i);
    // 2·(lag 1) - (lag 8/3) is 2/3 ahead, which the last average, 2/3 behind, takes back.
    expect(hma(line, 9).at(-1)).toBeCloseTo(83, 9);
    expect(tema(line, 5).at(-1)).toBeCloseTo(83, 9);
    expect(regressionSlope(line, 7).at(-1)).toBe(2);
  });
});

describe("windows", () => {
  it("have their highest, lowest and rank, the present bar among them or before", () => {
    expectLine(highest(of(3, 1, 2, 5, 4), 3), [_, _, 3, 5, 5]);
    expectLine(lowest(of(3, 1, 2, 5, 4), 3), [_, _, 1, 1, 2]);
    expectLine(barsSinceHighest(of(3, 3, 1, 1), 2), [_, 0, 1, 0]);
    expectLine(percentRank(of(1, 2, 2, 0, 9), 2), [_, _, 100, 0, 100]);
  });
});

describe("momentum", () => {
  it("of a flat series is 100 for the RSI, as on TradingView, and unknown for ratios of nothing", () => {
    const flat = of(5, 5, 5, 5);
    expectLine(rsi(flat, 2), [_, _, 100, 100]);
    expectLine(cmo(flat, 2), [_, _, _, _]);
    expectLine(zScore(flat, 2), [_, _, _, _]);
    expectLine(percentB(flat, 2, 2), [_, _, _, _]);
    expectLine(cci(flat, 2), [_, _, _, _]);
  });

  it("of an RSI that moves by rounding alone is unknown", () => {
    const halted = of(100, 101, 99, 102, 103, 101.3, 102.2, ...new Array<number>(20).fill(102.2));
    expect(new Set(rsi(halted, 3).subarray(10)).size).toBeGreaterThan(1);
    expectLine(stochasticRsi(halted, { rsi: 3, k: 3, smooth: 1 }).subarray(9), new Array(18).fill(_));
  });

  it("counts gains against losses", () => {
    expectLine(rsi(of(1, 3, 2, 4), 2), [_, _, 200 / 3, (100 * 1.5) / 1.75]);
    expectLine(cmo(of(1, 3, 2, 4), 2), [_, _, 100 / 3, 100 / 3]);
    expectLine(roc(of(4, 5, 6), 2), [_, _, 50]);
    expectLine(roc(of(0, 5), 1), [_, _]);
    expectLine(streaks(of(1, 2, 3, 3, 2, 1)), [0, 1, 2, 0, -1, -2]);
  });

  it("of growth by a constant share is that share", () => {
    const grown = Float64Array.from({ length: 90 }, (_, i) => 1.01 ** i);
    expect(trix(grown, 3, 3).line.at(-1)).toBeCloseTo(1, 9);
    expect(coppock(grown, { first: 1, second: 1, average: 3 }).at(-1)).toBeCloseTo(2, 9);
    expect(kst(grown, { scale: 0.1, signal: 2 }).line.at(-1)).toBeCloseTo(
      1 + 2 * 2.01 + 3 * 2.01 + 4 * 3.0301,
      9,
    );
    expect(tsi(grown, { long: 5, short: 3, signal: 2 }).line.at(-1)).toBeCloseTo(100, 9);
    expect(connorsRsi(grown, { rsi: 3, streak: 2, rank: 4 }).at(-1)).toBeGreaterThan(66);
  });

  it("has each EMA of the MACD start on its own first bars", () => {
    const { line, signal, histogram } = macd(of(1, 2, 6, 7, 5), { fast: 2, slow: 3, signal: 2 });
    const fast = ema(of(1, 2, 6, 7, 5), 2);
    const slow = ema(of(1, 2, 6, 7, 5), 3);
    expectLine(
      line,
      [_, _, 2, 1, 0].map((_value, i) => (fast[i] ?? 0) - (slow[i] ?? 0)),
    );
    expect(signal[3]).toBe(((line[2] ?? 0) + (line[3] ?? 0)) / 2);
    expect(histogram[4]).toBe((line[4] ?? 0) - (signal[4] ?? 0));
  });
});

const prices = { high: of(10, 12, 11, 14), low: of(8, 9, 9, 10), close: of(9, 11, 10, 13) };

describe("ranges", () => {
  it("say where the close stands in them", () => {
    expectLine(stochastic(prices, 2), [_, 75, 100 / 3, 80]);
    expectLine(williamsR(prices, 2), [_, -25, -200 / 3, -20]);
    expectLine(internalBarStrength({ high: of(2, 2), low: of(1, 2), close: of(1.25, 2) }), [0.25, _]);
  });

  it("are true ranges from the second bar on, and the first bar's own", () => {
    // 2, then max(12, 9) - min(9, 9), max(11, 11) - min(9, 11), max(14, 10) - min(10, 10)
    expectLine(atr(prices, 2), [_, 2.5, 2.25, 3.125]);
    expectLine(keltner(prices, { ema: 2, atr: 2 }, 2).lower, [_, 5, 10 - 4.5, 12 - 6.25]);
    expectLine(donchian(prices, 2).middle, [_, 10, 10.5, 11.5]);
    expectLine(chandelier(prices, 2, 2).long, [_, 7, 7.5, 7.75]);
    expectLine(chandelier(prices, 2, 2).short, [_, 13, 13.5, 15.25]);
  });

  it("of Ichimoku stand where they were moved to", () => {
    const { tenkan, spanA, spanB } = ichimoku(prices, { tenkan: 1, kijun: 2, senkouB: 2, displacement: 2 });
    expectLine(tenkan, [9, 10.5, 10, 12]);
    expectLine(spanA, [_, _, 10.25, 10.25]);
    expectLine(spanB, [_, _, 10, 10.5]);
  });

  it("of a mother bar hold from the inside bar on until a close leaves them, and not across a missing row", () => {
    const prices = {
      high: of(14, 13, 15, 16, 15, 17, _, 16, 15),
      low: of(8, 9, 11, 10, 12, 9, _, 11, 12),
      close: of(11, 12, 14, 15, 14, 15, _, 14, 13),
    };
    const { high, low } = motherBar(prices);
    expectLine(high, [_, 14, 14, _, 16, 16, _, _, 16]);
    expectLine(low, [_, 8, 8, _, 10, 10, _, _, 11]);
    // As high or as low as the bar before is not inside it.
    const touching = { high: of(14, 14, 15), low: of(8, 9, 9), close: of(11, 12, 12) };
    expectLine(motherBar(touching).high, [_, _, _]);
  });

  it("of Dual Thrust stand for whole sessions before, from lowest or highest close to the other side", () => {
    const prices = {
      open: of(10, 11, 12, 13, 20, 20),
      high: of(13, 12, 14, 14, 25, 21),
      low: of(9, 10, 12, 13, 20, 10),
      close: of(10, 12, 13.5, 12.5, 24, 11),
    };
    const sessions = of(1, 1, 2, 2, 3, 3);
    const last = dualThrust(prices, sessions, 1);
    expectLine(last.open, [10, 10, 12, 12, 20, 20]);
    // Sessions of 9 to 13 ending at 12, and of 12 to 14 ending at 12.5.
    expectLine(last.range, [_, _, 3, 3, 1.5, 1.5]);
    expectLine(dualThrust(prices, sessions, 2).range, [_, _, _, _, 3.5, 3.5]);
  });

  it("squeeze when the bands lie inside the channel", () => {
    const calm = { high: of(11, 11, 11, 15), low: of(9, 9, 9, 9), close: of(10, 10, 10, 15) };
    const parameters = { bands: 2, bandsMult: 2, channel: 2, channelMult: 1 };
    const { on, momentum } = squeezeMomentum(calm, parameters);
    expectLine(on, [_, 1, 1, 0]);
    // close - ((15 + 9) / 2 + 12.5) / 2 = 2.75 after 0; the end of a line through two points is the second.
    expectLine(momentum, [_, _, 0, 2.75]);
  });
});

describe("trends", () => {
  it("of Supertrend begin downward and turn where the close passes the line", () => {
    const { line, direction } = supertrend(
      { high: of(10, 10, 16, 16, 9), low: of(8, 8, 14, 14, 7), close: of(9, 9, 15, 15, 8) },
      1,
      1,
    );
    // True ranges 2, 2, 7, 2, 8; the upper line 11 stands until the close of 15 is over it.
    expectLine(direction, [-1, -1, 1, 1, -1]);
    expectLine(line, [11, 11, 8, 13, 16]);
  });

  it("of the parabolic SAR follow the first two closes and never enter the last two bars", () => {
    const rising = { high: of(10, 11, 12, 13), low: of(9, 10, 11, 12), close: of(9.5, 10.5, 11.5, 12.5) };
    // Twice 9 + 0.02·2 is over the first low, which keeps it at 9; the new high of 12 makes the next step 0.04·3.
    const speed = { start: 0.02, increment: 0.02, max: 0.2 };
    expectLine(parabolicSar(rising, speed), [_, 9, 9, 9.12]);
  });

  it("of the parabolic SAR turn where a bar reaches the stop, which jumps to the last extreme", () => {
    const broken = { high: of(10, 11, 12, 9), low: of(9, 10, 11, 8), close: of(9.5, 10.5, 11.5, 8.5) };
    const falling = { high: of(12, 11, 10, 13), low: of(11, 10, 9, 10), close: of(11.5, 10.5, 9.5, 12) };
    const speed = { start: 0.02, increment: 0.02, max: 0.2 };
    expectLine(parabolicSar(broken, speed), [_, 9, 9, 12]);
    expectLine(parabolicSar(falling, speed), [_, 12, 12, 9]);
  });

  it("of directional movement count the larger of two moves", () => {
    const { plus, minus, adx } = directionalMovement(prices, 2, 1);
    // Moves up 2, 0, 3, down -1, 0, -1; true ranges 3, 2, 4: averages (1, 2.5), then (2, 3.25).
    expectLine(plus, [_, _, 40, 200 / 3.25]);
    expectLine(minus, [_, _, 0, 0]);
    expectLine(adx, [_, _, 100, 100]);
  });

  it("of Aroon, the vortex and Heikin-Ashi", () => {
    expectLine(aroon(prices, 2).up, [_, _, 50, 100]);
    expectLine(aroon(prices, 2).down, [_, _, 0, 50]);
    expectLine(vortex(prices, 2).plus, [_, _, (4 + 2) / 5, (2 + 5) / 6]);
    expectLine(vortex(prices, 2).minus, [_, _, (1 + 3) / 5, (3 + 1) / 6]);
    const { open, close } = heikinAshi({ open: of(8, 10, 10, 11), ...prices });
    expectLine(close, [8.75, 10.5, 10, 12]);
    expectLine(open, [8.5, 8.625, 9.5625, 9.78125]);
  });
});

describe("volume", () => {
  it("is added and taken away by the direction of the close", () => {
    expectLine(obv(of(1, 2, 2, 1), of(9, 5, 7, 2)), [0, 5, 5, 3]);
    expectLine(mfi(of(1, 2, 1, 3), of(9, 1, 2, 1), 2), [_, _, 50, 60]);
    expectLine(mfi(of(1, 1, 1), of(9, 1, 2), 2), [_, _, _]);
  });

  it("counts by where a bar closed, not at all for a bar without range", () => {
    const flow = cmf({ high: of(4, 2, 3), low: of(0, 2, 1), close: of(3, 2, 1) }, of(2, 6, 2), 2);
    expectLine(flow, [_, 1 / 8, -2 / 8]);
    expectLine(cmf({ high: of(4), low: of(0), close: of(3) }, of(0), 1), [_]);
  });

  it("gives an average price over a window, or since the session began", () => {
    const typical = of(10, 20, 30, 40);
    const volume = of(1, 3, 0, 2);
    expectLine(rollingVwap(typical, volume, 2).vwap, [_, 17.5, 20, 40]);
    expectLine(rollingVwap(typical, volume, 2).deviation, [
      _,
      Math.sqrt((7.5 ** 2 + 3 * 2.5 ** 2) / 4),
      0,
      0,
    ]);
    const session = sessionVwap(typical, volume, of(1, 1, 2, 2));
    expectLine(session.vwap, [10, 17.5, _, 40]);
    expectLine(session.deviation, [0, Math.sqrt((7.5 ** 2 + 3 * 2.5 ** 2) / 4), _, 0]);
  });

  it("has its sessions by day, beginning at midnight UTC", () => {
    const hour = 3_600_000;
    const times = of(23 * hour, 24 * hour, 37 * hour, 38 * hour);
    expect([...dailySessions(times)]).toEqual([0, 1, 1, 1]);
  });
});
