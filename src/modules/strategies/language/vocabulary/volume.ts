import { cmf as cmfOf, obv as obvOf, rollingVwap, sessionVwap } from "../../indicators/volume.ts";
import { vwma as vwmaOf } from "../../indicators/weighted.ts";
import { type Operation, type Series, seriesOf } from "../nodes.ts";
import type { Num } from "../numbers.ts";
import { typical, volume } from "./prices.ts";

const NONE = new Float64Array(0);

/** On-balance volume of closes. */
export const obv = seriesOf(
  {
    name: "obv",
    compute: ({ bars }) => [obvOf(bars.close, bars.volume)],
    pine: { call: () => "ta.obv" },
  },
  [],
);

const CMF: Operation = {
  name: "cmf",
  compute: ({ bars }, _, [length = 0]) => [cmfOf(bars, bars.volume, length)],
  pine: {
    define: `f_cmf(length) =>
    span = high - low
    strength = span == 0 ? 0.0 : (close - low - (high - close)) / span
    flow = math.sum(strength * volume, length)
    traded = math.sum(volume, length)
    traded > 0 ? flow / traded : na`,
    call: (_, [length]) => `f_cmf(${length})`,
  },
};
/** Chaikin's money flow, -1 to 1. */
export const cmf = (length: Num): Series => seriesOf(CMF, [], [length]);

/**
 * Mean price since midnight UTC and the squared distances from it, weighted by volume, as `sessionVwap` carries them on. `ta.vwap`
 * begins days by the exchange's clock and divides a sum of products, which misses a price that has stood still.
 */
const SESSION_PINE = `    utcDay = math.floor(time / 86400000)
    dayBefore = utcDay[1]
    var traded = 0.0
    var mean = 0.0
    var squares = 0.0
    if na(dayBefore) or utcDay != dayBefore
        traded := 0.0
        mean := 0.0
        squares := 0.0
    if volume > 0
        distance = source - mean
        isFirst = traded == 0
        traded := traded + volume
        mean := isFirst ? source : mean + distance * volume / traded
        squares := isFirst ? 0.0 : squares + volume * distance * (source - mean)`;

const VWAP: Operation = {
  name: "vwap",
  compute: (market, [prices = NONE, volumes = NONE], [window = 0]) => [
    market.isIntraday
      ? sessionVwap(prices, volumes, market.sessions()).vwap
      : vwmaOf(prices, volumes, window, undefined, market.ticks(prices)),
  ],
  pine: {
    define: `f_vwap(source, window) =>
${SESSION_PINE}
    rolling = ta.vwma(source, window)
    timeframe.isintraday ? (traded > 0 ? mean : na) : rolling`,
    call: ([source], [window]) => `f_vwap(${source}, ${window})`,
  },
};
/** Average typical price weighted by volume: since midnight UTC on intraday bars, otherwise over the last `window` bars. */
export const vwap = (window: Num): Series => seriesOf(VWAP, [typical, volume], [window]);

const VWAP_LINES: Operation = {
  name: "vwap_lines",
  compute: (market, [prices = NONE, volumes = NONE], [window = 0]) => {
    const { deviation, vwap: mean } = market.isIntraday
      ? sessionVwap(prices, volumes, market.sessions())
      : rollingVwap(prices, volumes, window);
    return [mean, deviation];
  },
  pine: {
    define: `f_vwap_lines(source, window) =>
${SESSION_PINE}
    rolling = ta.vwma(source, window)
    windowVolume = math.sum(volume, window)
    windowSquares = 0.0
    for i = 0 to window - 1
        away = source[i] - rolling
        windowSquares := windowSquares + away * away * volume[i]
    average = timeframe.isintraday ? (traded > 0 ? mean : na) : rolling
    deviation = timeframe.isintraday ? (traded > 0 ? math.sqrt(squares / traded) : na) : (windowVolume > 0 ? math.sqrt(windowSquares / windowVolume) : na)
    [average, deviation]`,
    call: ([source], [window]) => `f_vwap_lines(${source}, ${window})`,
    outputs: ["vwapLine", "vwapDeviation"],
  },
};
/** `vwap` and the deviation of typical prices from it, weighted by volume likewise. */
export function vwapLines(window: Num): readonly [vwap: Series, deviation: Series] {
  const inputs = [typical, volume];
  const output = (at: number): Series => ({
    kind: "operation",
    ...{ operation: VWAP_LINES, inputs, numbers: [window], output: at },
  });
  return [output(0), output(1)];
}
