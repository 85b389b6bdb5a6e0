import { beforeAll, describe, expect, it } from "vitest";
import type { Bars } from "../../../../src/modules/strategies/bars/bars.ts";
import { donchian } from "../../../../src/modules/strategies/indicators/channels.ts";
import { cmo, macd, ppo } from "../../../../src/modules/strategies/indicators/momentum.ts";
import { dema, ema, rma, sma } from "../../../../src/modules/strategies/indicators/moving-averages.ts";
import {
  cci,
  slowStochastic,
  stochasticRsi,
  typicalPrices,
} from "../../../../src/modules/strategies/indicators/oscillators.ts";
import { aroon, directionalMovement } from "../../../../src/modules/strategies/indicators/trend.ts";
import { atr, bollinger, trueRange } from "../../../../src/modules/strategies/indicators/volatility.ts";
import { obv } from "../../../../src/modules/strategies/indicators/volume.ts";
import { regressionEnd } from "../../../../src/modules/strategies/indicators/weighted.ts";
import { dataFile } from "../../../support/data.ts";
import { googleBars } from "../../../support/indicators.ts";

interface Series {
  name: string;
  begIdx: number;
  count: number;
  sum: number;
  sumAbs: number;
  at: Record<string, number>;
}

const MACD = { fast: 12, slow: 26, signal: 9 };

/** Indicators whose definition is TA-Lib's too. */
const SAME: Record<string, (bars: Bars) => Float64Array> = {
  sma10: ({ close }) => sma(close, 10),
  ema20: ({ close }) => ema(close, 20),
  dema20: ({ close }) => dema(close, 20),
  bbUpper: ({ close }) => bollinger(close, 20, 2).upper,
  bbLower: ({ close }) => bollinger(close, 20, 2).lower,
  trange: trueRange,
  aroonDown25: (bars) => aroon(bars, 25).down,
  cci20: (bars) => cci(typicalPrices(bars), 20),
  stochSlowD: (bars) => slowStochastic(bars, { k: 14, smooth: 3, d: 3 }).d,
  stochRsiD: ({ close }) => stochasticRsi(close, { rsi: 14, k: 14, smooth: 3 }),
  ppo: ({ close }) => ppo(close, MACD).line,
  donchianUpper20: (bars) => donchian(bars, 20).upper,
  linreg14: ({ close }) => regressionEnd(close, 14),
};

const natr = (bars: Bars) => atr(bars, 14).map((range, i) => (100 * range) / (bars.close[i] ?? 0));

/** Indicators with another seed: how far they are off at the most, relatively, and after which bar no longer 1e-9. */
const OTHER_SEED: Record<string, { of: (bars: Bars) => Float64Array; off: number; until: number }> = {
  macdSignal: { of: ({ close }) => macd(close, MACD).signal, off: 0.084, until: 200 },
  natr14: { of: natr, off: 0.071, until: 300 },
  plusDi14: { of: (bars) => directionalMovement(bars, 14, 14).plus, off: 0.018, until: 300 },
};

let series: Map<string, Series> | undefined;
let bars: Bars | undefined;

beforeAll(async () => {
  const bytes = await dataFile("indicator-reference.json");
  bars = await googleBars();
  if (!bytes) return;
  const reference: { series: Series[] } = JSON.parse(new TextDecoder().decode(bytes));
  series = new Map(reference.series.map((one) => [one.name, one]));
});

const off = (value: number, known: number) => Math.abs(value - known) / Math.max(1, Math.abs(known));

/** The rows of a reference's samples, oldest first. */
const samplesOf = ({ at }: Series) => Object.entries(at).map(([row, value]) => [Number(row), value] as const);

describe("beside TA-Lib on GOOG", () => {
  for (const [name, of] of Object.entries(SAME)) {
    it(`${name} is the same to 1e-9 from the first bar on`, ({ skip }) => {
      if (!series || !bars) return skip("the data folder is missing");
      const known = series.get(name);
      const line = of(bars);
      let sum = 0;
      for (const value of line.subarray(known?.begIdx)) sum += value;
      expect(known?.count).toBe(line.length - (known?.begIdx ?? 0));
      expect(off(sum, known?.sum ?? Number.NaN)).toBeLessThan(1e-9);
      const samples = known ? samplesOf(known) : [];
      expect(samples.length).toBeGreaterThan(25);
      for (const [row, value] of samples) expect(off(line[row] ?? Number.NaN, value)).toBeLessThan(1e-9);
      if (name !== "trange") expect(line.findIndex((value) => !Number.isNaN(value))).toBe(known?.begIdx);
    });
  }

  for (const [name, { of, off: most, until }] of Object.entries(OTHER_SEED)) {
    it(`${name} differs by its seed, up to ${most}, and not after bar ${until}`, ({ skip }) => {
      if (!series || !bars) return skip("the data folder is missing");
      const known = series.get(name);
      const line = of(bars);
      const distances = (known ? samplesOf(known) : []).map(
        ([row, value]) => [row, off(line[row] ?? Number.NaN, value)] as const,
      );
      const largest = Math.max(...distances.map(([, distance]) => distance));
      expect(largest).toBeLessThan(most);
      expect(largest).toBeGreaterThan(most / 2);
      const late = distances.filter(([row]) => row > until);
      expect(late.length).toBeGreaterThan(15);
      for (const [, distance] of late) expect(distance).toBeLessThan(1e-9);
    });
  }

  it("obv differs by the first bar's volume, everywhere", ({ skip }) => {
    if (!series || !bars) return skip("the data folder is missing");
    const known = series.get("obv");
    const line = obv(bars.close, bars.volume);
    for (const [row, value] of known ? samplesOf(known) : []) {
      expect(value - (line[row] ?? Number.NaN)).toBe(bars.volume[0]);
    }
  });

  it("cmo differs by definition: Wilder's averages of gains and losses give TA-Lib's", ({ skip }) => {
    if (!series || !bars) return skip("the data folder is missing");
    const { close } = bars;
    const gains = close.map((now, i) => (i === 0 ? Number.NaN : Math.max(0, now - (close[i - 1] ?? 0))));
    const losses = close.map((now, i) => (i === 0 ? Number.NaN : Math.max(0, (close[i - 1] ?? 0) - now)));
    const gain = rma(gains, 14);
    const loss = rma(losses, 14);
    const line = cmo(close, 14);
    const known = series.get("cmo14");
    const samples = known ? samplesOf(known) : [];
    for (const [row, value] of samples) {
      const up = gain[row] ?? 0;
      const down = loss[row] ?? 0;
      expect(off((100 * (up - down)) / (up + down), value)).toBeLessThan(1e-9);
    }
    // Only the first value is seeded alike.
    expect(off(line[14] ?? 0, known?.at["14"] ?? 0)).toBeLessThan(1e-9);
    expect(samples.filter(([row, value]) => off(line[row] ?? 0, value) > 0.01).length).toBeGreaterThan(20);
  });
});
