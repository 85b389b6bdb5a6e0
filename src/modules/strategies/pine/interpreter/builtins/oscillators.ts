import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA } from "../values.ts";
import { meanDistance } from "./spreads.ts";
import { ofPast, Past, Smoothed } from "./windows.ts";

const SIMPLE_LENGTH = "float source, simple int length";
const divide = (left: number, right: number): number => (right === 0 ? NA : left / right);

/** A figure of the sums of what rose and what fell over the last bars. */
const ofFlows = (
  flows: (change: number, source: number, volume: number) => [up: number, down: number],
  figure: (gained: number, lost: number) => number,
): Builtin =>
  series(
    "float series, int length",
    "float",
    ofNumbers((machine, place) => {
      const of = () => new Past(machine, place);
      const [past, ups, downs] = [of(), of(), of()];
      return (source = NA, length = NA) => {
        past.push(source);
        const [up, down] = flows(source - past.at(1), source, machine.bars.volume[machine.bar] ?? NA);
        ups.push(up);
        downs.push(down);
        return figure(ups.sum(length), downs.sum(length));
      };
    }),
  );

/** Oscillators as the Pine manual defines them. */
export const OSCILLATORS: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.rsi": [
    series(
      SIMPLE_LENGTH,
      "float",
      ofNumbers((machine, place) => {
        const past = new Past(machine, place);
        const [up, down] = [new Smoothed(machine, place), new Smoothed(machine, place)];
        return (source = NA, length = NA) => {
          past.push(source);
          const change = source - past.at(1);
          const rise = up.rma(Math.max(change, 0), length);
          const fall = down.rma(-Math.min(change, 0), length);
          if (fall === 0) return 100;
          return rise === 0 ? 0 : 100 - 100 / (1 + rise / fall);
        };
      }),
    ),
  ],
  "ta.macd": [
    series(
      "float source, simple int fastlen, simple int slowlen, simple int siglen",
      "[float, float, float]",
      ofNumbers((machine, place) => {
        const of = () => new Smoothed(machine, place);
        const [quick, slow, mean] = [of(), of(), of()];
        return (source = NA, fastLength = NA, slowLength = NA, signalLength = NA) => {
          const line = quick.ema(source, fastLength) - slow.ema(source, slowLength);
          const signal = mean.ema(line, signalLength);
          return [line, signal, line - signal];
        };
      }),
    ),
  ],
  "ta.cci": [
    ofPast((past, length = NA) => divide(past.at(0) - past.mean(length), 0.015 * meanDistance(past, length))),
  ],
  "ta.stoch": [
    series(
      "float source, float high, float low, int length",
      "float",
      ofNumbers((machine, place) => {
        const [highs, lows] = [new Past(machine, place), new Past(machine, place)];
        return (source = NA, high = NA, low = NA, length = NA) => {
          highs.push(high);
          lows.push(low);
          const bottom = lows.at(lows.extreme(length, -1));
          return divide(100 * (source - bottom), highs.at(highs.extreme(length, 1)) - bottom);
        };
      }),
    ),
  ],
  "ta.wpr": [
    series(
      "int length",
      "float",
      ofNumbers((machine, place) => {
        const [highs, lows] = [new Past(machine, place), new Past(machine, place)];
        return (length = NA) => {
          const { bar, bars } = machine;
          highs.push(bars.high[bar] ?? NA);
          lows.push(bars.low[bar] ?? NA);
          const top = highs.at(highs.extreme(length, 1));
          return divide(100 * ((bars.close[bar] ?? NA) - top), top - lows.at(lows.extreme(length, -1)));
        };
      }),
    ),
  ],
  "ta.mfi": [
    ofFlows(
      (change, source, volume) => {
        const flow = source * volume;
        // On the first bar neither holds, and both sums take its flow: so the manual's own code.
        return [change <= 0 ? 0 : flow, change >= 0 ? 0 : flow];
      },
      (gained, lost) => divide(100 * gained, gained + lost),
    ),
  ],
  "ta.cmo": [
    ofFlows(
      (change) => [Math.max(change, 0), -Math.min(change, 0)],
      (gained, lost) => divide(100 * (gained - lost), gained + lost),
    ),
  ],
  "ta.tsi": [
    series(
      "float source, simple int short_length, simple int long_length",
      "float",
      ofNumbers((machine, place) => {
        const past = new Past(machine, place);
        const of = () => [new Smoothed(machine, place), new Smoothed(machine, place)] as const;
        const [[moved, movedTwice], [path, pathTwice]] = [of(), of()];
        return (source = NA, shortLength = NA, longLength = NA) => {
          past.push(source);
          const change = source - past.at(1);
          const move = movedTwice.ema(moved.ema(change, longLength), shortLength);
          return divide(move, pathTwice.ema(path.ema(Math.abs(change), longLength), shortLength));
        };
      }),
    ),
  ],
  "ta.percentrank": [
    ofPast((past, length = NA) => {
      let below = 0;
      for (let back = 1; back <= past.length(length); back += 1) {
        if (Number.isNaN(past.at(back))) return NA;
        if (past.at(back) <= past.at(0)) below += 1;
      }
      return Number.isNaN(past.at(0)) ? NA : (100 * below) / length;
    }),
  ],
};
