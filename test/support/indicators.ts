import fc from "fast-check";
import type { Bars } from "../../src/modules/strategies/bars/bars.ts";
import {
  chandelier,
  donchian,
  ichimoku,
  squeezeMomentum,
} from "../../src/modules/strategies/indicators/channels.ts";
import {
  awesome,
  cmo,
  connorsRsi,
  coppock,
  kst,
  macd,
  ppo,
  roc,
  rsi,
  streaks,
  trix,
  tsi,
} from "../../src/modules/strategies/indicators/momentum.ts";
import { dema, ema, kama, rma, sma, tema } from "../../src/modules/strategies/indicators/moving-averages.ts";
import {
  cci,
  internalBarStrength,
  middlePrices,
  slowStochastic,
  stochastic,
  stochasticRsi,
  typicalPrices,
  williamsR,
} from "../../src/modules/strategies/indicators/oscillators.ts";
import {
  barsSinceHighest,
  barsSinceLowest,
  deviation,
  highest,
  lowest,
  percentRank,
  rollingSum,
} from "../../src/modules/strategies/indicators/rolling.ts";
import { dualThrust } from "../../src/modules/strategies/indicators/sessions.ts";
import {
  aroon,
  directionalMovement,
  heikinAshi,
  parabolicSar,
  supertrend,
  vortex,
} from "../../src/modules/strategies/indicators/trend.ts";
import {
  atr,
  bollinger,
  keltner,
  percentB,
  trueRange,
  zScore,
} from "../../src/modules/strategies/indicators/volatility.ts";
import {
  cmf,
  dailySessions,
  mfi,
  obv,
  rollingVwap,
  sessionVwap,
} from "../../src/modules/strategies/indicators/volume.ts";
import {
  hma,
  regressionEnd,
  regressionSlope,
  vwma,
  wma,
} from "../../src/modules/strategies/indicators/weighted.ts";
import { dataFile } from "./data.ts";

const MACD = { fast: 3, slow: 6, signal: 3 };

/** Every indicator with lengths that are met soon; each gives its lines. */
export const INDICATORS: Record<string, (bars: Bars) => readonly Float64Array[]> = {
  sma: ({ close }) => [sma(close, 4)],
  ema: ({ close }) => [ema(close, 4)],
  rma: ({ close }) => [rma(close, 4)],
  wma: ({ close }) => [wma(close, 4)],
  hma: ({ close }) => [hma(close, 6)],
  dema: ({ close }) => [dema(close, 3)],
  tema: ({ close }) => [tema(close, 3)],
  kama: ({ close }) => [kama(close, { length: 4, fast: 2, slow: 30 })],
  vwma: ({ close, volume }) => [vwma(close, volume, 4)],
  regressionSlope: ({ close }) => [regressionSlope(close, 5)],
  regressionEnd: ({ close }) => [regressionEnd(close, 5)],
  rollingSum: ({ volume }) => [rollingSum(volume, 5)],
  deviation: ({ close }) => [deviation(close, 5)],
  highest: ({ high }) => [highest(high, 4)],
  lowest: ({ low }) => [lowest(low, 4)],
  barsSince: ({ high, low }) => [barsSinceHighest(high, 4), barsSinceLowest(low, 4)],
  percentRank: ({ close }) => [percentRank(close, 5)],
  roc: ({ close }) => [roc(close, 3)],
  rsi: ({ close }) => [rsi(close, 4)],
  cmo: ({ close }) => [cmo(close, 4)],
  macd: ({ close }) => Object.values(macd(close, MACD)),
  ppo: ({ close }) => Object.values(ppo(close, MACD)),
  trix: ({ close }) => Object.values(trix(close, 3, 2)),
  tsi: ({ close }) => Object.values(tsi(close, { long: 5, short: 3, signal: 3 })),
  awesome: (bars) => [awesome(middlePrices(bars), 2, 5)],
  kst: ({ close }) => Object.values(kst(close, { scale: 0.2, signal: 3 })),
  coppock: ({ close }) => [coppock(close, { first: 4, second: 3, average: 3 })],
  streaks: ({ close }) => [streaks(close)],
  connorsRsi: ({ close }) => [connorsRsi(close, { rsi: 3, streak: 2, rank: 6 })],
  stochastic: (bars) => [stochastic(bars, 5)],
  slowStochastic: (bars) => Object.values(slowStochastic(bars, { k: 4, smooth: 2, d: 2 })),
  stochasticRsi: ({ close }) => [stochasticRsi(close, { rsi: 3, k: 4, smooth: 2 })],
  williamsR: (bars) => [williamsR(bars, 4)],
  cci: (bars) => [cci(typicalPrices(bars), 4)],
  internalBarStrength: (bars) => [internalBarStrength(bars)],
  trueRange: (bars) => [trueRange(bars)],
  atr: (bars) => [atr(bars, 4)],
  bollinger: ({ close }) => Object.values(bollinger(close, 5, 2)),
  percentB: ({ close }) => [percentB(close, 5, 2)],
  zScore: ({ close }) => [zScore(close, 5)],
  keltner: (bars) => Object.values(keltner(bars, { ema: 4, atr: 3 }, 2)),
  donchian: (bars) => Object.values(donchian(bars, 4)),
  chandelier: (bars) => Object.values(chandelier(bars, 4, 3)),
  ichimoku: (bars) => Object.values(ichimoku(bars, { tenkan: 2, kijun: 4, senkouB: 6, displacement: 3 })),
  squeezeMomentum: (bars) =>
    Object.values(squeezeMomentum(bars, { bands: 4, bandsMult: 2, channel: 5, channelMult: 1.5 })),
  supertrend: (bars) => Object.values(supertrend(bars, 3, 1)),
  parabolicSar: (bars) => [parabolicSar(bars, { start: 0.02, increment: 0.02, max: 0.2 })],
  directionalMovement: (bars) => Object.values(directionalMovement(bars, 3, 3)),
  aroon: (bars) => Object.values(aroon(bars, 4)),
  vortex: (bars) => Object.values(vortex(bars, 4)),
  dualThrust: (bars) => Object.values(dualThrust(bars, dailySessions(bars.times), 2)),
  heikinAshi: (bars) => Object.values(heikinAshi(bars)),
  obv: ({ close, volume }) => [obv(close, volume)],
  mfi: (bars) => [mfi(typicalPrices(bars), bars.volume, 4)],
  cmf: (bars) => [cmf(bars, bars.volume, 4)],
  rollingVwap: (bars) => Object.values(rollingVwap(typicalPrices(bars), bars.volume, 4)),
  sessionVwap: (bars) =>
    Object.values(sessionVwap(typicalPrices(bars), bars.volume, dailySessions(bars.times))),
};

/** Rows `[from, to)` of bars, in arrays of their own. */
export function sliceOf(bars: Bars, from: number, to?: number): Bars {
  const { times, open, high, low, close, volume } = bars;
  return {
    times: times.slice(from, to),
    open: open.slice(from, to),
    high: high.slice(from, to),
    low: low.slice(from, to),
    close: close.slice(from, to),
    volume: volume.slice(from, to),
  };
}

type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

/** Bars, six hours apart, of rows. */
export function barsOf(rows: readonly Row[]): Bars {
  const column = (k: number) => Float64Array.from(rows, (row) => row[k] ?? Number.NaN);
  return {
    times: Float64Array.from(rows, (_, i) => i * 21_600_000),
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  };
}

const rounded = (value: number, decimals: number) => Number(value.toFixed(decimals));

/** A price in ticks of some size, seldom one that is in none or very large; few different ones, so that there are ties. */
const price = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 90, max: 110 }) },
  { weight: 12, arbitrary: fc.integer({ min: 9_000, max: 9_020 }).map((ticks) => ticks / 100) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 10 ** 10 }).map((ticks) => ticks / 1e8) },
  { weight: 1, arbitrary: fc.double({ min: 1, max: 200, noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 10 ** 9, max: 10 ** 13 }) },
);

const row: fc.Arbitrary<Row> = fc
  .tuple(price, price, price, fc.integer({ min: 0, max: 4 }))
  .map(([open, close, reach, volume]) => {
    const away = rounded(reach / 100, 2);
    return [open, Math.max(open, close) + away, Math.min(open, close) - away, close, volume * 1_000];
  });

const NO_ROW: Row = [Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN];

/** Rows of bars without gaps. */
export const arbitraryRows = fc.array(row, { minLength: 1, maxLength: 60 });

/** Rows of bars, some without any number. */
export const arbitraryRowsWithGaps = fc.array(
  fc.oneof({ weight: 30, arbitrary: row }, { weight: 1, arbitrary: fc.constant(NO_ROW) }),
  { minLength: 2, maxLength: 80 },
);

export { NO_ROW };

/** 2,148 daily bars of GOOG from 2004 to 2013, or undefined without the data folder. */
export async function googleBars(): Promise<Bars | undefined> {
  const bytes = await dataFile("GOOG.csv");
  if (!bytes) return undefined;
  const lines = new TextDecoder().decode(bytes).trim().split("\n").slice(1);
  const cells = lines.map((line) => line.split(","));
  const column = (k: number) => Float64Array.from(cells, (cell) => Number(cell[k]));
  return {
    times: Float64Array.from(cells, ([day]) => Date.parse(`${day}`)),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}
