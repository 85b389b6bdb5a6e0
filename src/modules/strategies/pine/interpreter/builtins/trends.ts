import type { Place } from "../fault.ts";
import type { Machine } from "../machine.ts";
import { type Builtin, noValues, ofNumbers, series } from "../signature.ts";
import { NA, toBool, toNumber, type Value } from "../values.ts";
import { dayOf } from "./times.ts";
import { trueRangeAt } from "./true-range.ts";
import { Smoothed } from "./windows.ts";

/** pine_sar of the manual. */
function sar(machine: Machine): (start: number, inc: number, max: number) => number {
  let [result, extreme, speed, isBelow] = [NA, NA, NA, false];
  const { bars } = machine;
  return (start, inc, max) => {
    const { bar } = machine;
    if (bar < 1) return NA;
    const [high, low] = [bars.high[bar] ?? NA, bars.low[bar] ?? NA];
    const [highBefore, lowBefore] = [bars.high[bar - 1] ?? NA, bars.low[bar - 1] ?? NA];
    let isFirst = bar === 1;
    if (isFirst) {
      isBelow = (bars.close[bar] ?? NA) > (bars.close[bar - 1] ?? NA);
      extreme = isBelow ? high : low;
      result = isBelow ? lowBefore : highBefore;
      speed = start;
    }
    result += speed * (extreme - result);
    if (isBelow ? result > low : result < high) {
      isFirst = true;
      result = isBelow ? Math.max(high, extreme) : Math.min(low, extreme);
      extreme = isBelow ? low : high;
      isBelow = !isBelow;
      speed = start;
    }
    if (!isFirst && (isBelow ? high > extreme : low < extreme)) {
      extreme = isBelow ? high : low;
      speed = Math.min(speed + inc, max);
    }
    const farther = bar > 1 ? bar - 2 : bar - 1;
    result = isBelow
      ? Math.min(result, lowBefore, bars.low[farther] ?? NA)
      : Math.max(result, highBefore, bars.high[farther] ?? NA);
    return result;
  };
}

/** pine_supertrend of the manual: -1 is up. */
function supertrend(machine: Machine, place: Place): (factor: number, length: number) => Value {
  const range = new Smoothed(machine, place);
  let [upperBefore, lowerBefore, lineBefore, rangeBefore] = [0, 0, NA, NA];
  return (factor, length) => {
    const { bar, bars } = machine;
    const middle = ((bars.high[bar] ?? NA) + (bars.low[bar] ?? NA)) / 2;
    const [close, last] = [bars.close[bar] ?? NA, bars.close[bar - 1] ?? NA];
    const atr = range.rma(trueRangeAt(bars, bar, true), length);
    let [upper, lower] = [middle + factor * atr, middle - factor * atr];
    if (!(lower > lowerBefore || last < lowerBefore)) lower = lowerBefore;
    if (!(upper < upperBefore || last > upperBefore)) upper = upperBefore;
    let direction = 1;
    if (!Number.isNaN(rangeBefore))
      direction = lineBefore === upperBefore ? (close > upper ? -1 : 1) : close < lower ? 1 : -1;
    lineBefore = direction === -1 ? lower : upper;
    rangeBefore = atr;
    upperBefore = Number.isNaN(upper) ? 0 : upper;
    lowerBefore = Number.isNaN(lower) ? 0 : lower;
    return [Number.isNaN(atr) ? NA : lineBefore, direction];
  };
}

/** ta.dmi of the manual; na of a quotient is replaced by the value before. */
function dmi(machine: Machine, place: Place): (length: number, smoothing: number) => Value {
  const of = () => new Smoothed(machine, place);
  const [range, rises, falls, index] = [of(), of(), of(), of()];
  let [plus, minus] = [NA, NA];
  return (length, smoothing) => {
    const { bar, bars } = machine;
    const up = (bars.high[bar] ?? NA) - (bars.high[bar - 1] ?? NA);
    const down = (bars.low[bar - 1] ?? NA) - (bars.low[bar] ?? NA);
    const rise = Number.isNaN(up) ? NA : up > down && up > 0 ? up : 0;
    const fall = Number.isNaN(down) ? NA : down > up && down > 0 ? down : 0;
    const ranged = range.rma(trueRangeAt(bars, bar, false), length);
    const share = (value: number, before: number) =>
      Number.isNaN(value) || !(ranged > 0) ? before : (100 * value) / ranged;
    plus = share(rises.rma(rise, length), plus);
    minus = share(falls.rma(fall, length), minus);
    const sum = plus + minus;
    return [plus, minus, 100 * index.rma(Math.abs(plus - minus) / (sum === 0 ? 1 : sum), smoothing)];
  };
}

/** Since the anchor: mean price by volume, and the deviation from it; both na before any volume. */
function vwap(machine: Machine): (source: number, isAnchor: boolean) => readonly [number, number] {
  let [weighted, volume, squares] = [0, 0, 0];
  return (source, isAnchor) => {
    const traded = machine.bars.volume[machine.bar] ?? NA;
    if (isAnchor) weighted = volume = squares = 0;
    weighted += source * traded;
    squares += source * source * traded;
    volume += traded;
    if (volume === 0) return [NA, NA];
    const mean = weighted / volume;
    return [mean, Math.sqrt(Math.max(0, squares / volume - mean * mean))];
  };
}

function startsDay({ bar, bars }: Machine): boolean {
  return dayOf(bars.times[bar] ?? NA) !== dayOf(bars.times[bar - 1] ?? NA);
}

/** Systems of trend and volume as the Pine manual defines them. */
export const TRENDS: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.sar": [
    series(
      "simple float start, simple float inc, simple float max",
      "float",
      ofNumbers((machine) => {
        const next = sar(machine);
        return (start = NA, inc = NA, max = NA) => next(start, inc, max);
      }),
    ),
  ],
  "ta.supertrend": [
    series(
      "float factor, simple int atrPeriod",
      "[float, int]",
      ofNumbers((machine, place) => {
        const next = supertrend(machine, place);
        return (factor = NA, length = NA) => next(factor, length);
      }),
    ),
  ],
  "ta.dmi": [
    series(
      "simple int diLength, simple int adxSmoothing",
      "[float, float, float]",
      ofNumbers((machine, place) => {
        const next = dmi(machine, place);
        return (length = NA, smoothing = NA) => next(length, smoothing);
      }),
    ),
  ],
  "ta.vwap": [
    series("float source, bool anchor?", "float", (machine) => {
      const next = vwap(machine);
      return (source, anchor) =>
        next(toNumber(source), anchor === undefined ? startsDay(machine) : toBool(anchor))[0];
    }),
    series("float source, bool anchor, simple float stdev_mult", "[float, float, float]", (machine) => {
      const next = vwap(machine);
      return (source, anchor, mult) => {
        const [mean, deviation] = next(toNumber(source), toBool(anchor));
        const width = toNumber(mult) * deviation;
        return Number.isNaN(mean) ? noValues(3) : [mean, mean + width, mean - width];
      };
    }),
  ],
};
