import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA } from "../values.ts";
import { trueRangeAt } from "./true-range.ts";
import { Past, Smoothed } from "./windows.ts";

/** Mean of the squares of distances from the mean, over n, or over n - 1 where not biased. */
function variance(past: Past, length: number, isBiased: boolean): number {
  const mean = past.mean(length);
  let squares = 0;
  for (let back = 0; back < length; back += 1) squares += (past.at(back) - mean) ** 2;
  return squares / (isBiased ? length : length - 1);
}

/** Mean distance from the mean: ta.dev. */
export function meanDistance(past: Past, length: number): number {
  const mean = past.mean(length);
  let distance = 0;
  for (let back = 0; back < length; back += 1) distance += Math.abs(past.at(back) - mean);
  return distance / length;
}

const spread = (figure: (past: Past, length: number, isBiased: boolean) => number): Builtin =>
  series(
    "float source, int length, bool biased?",
    "float",
    ofNumbers((machine, place) => {
      const past = new Past(machine, place);
      return (source = NA, length = NA, biased = NA) => {
        past.push(source);
        return figure(past, length, biased !== 0);
      };
    }),
  );

/** Deviations, ranges and the bands made of them, as the Pine manual defines them. */
export const SPREADS: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.variance": [spread(variance)],
  "ta.stdev": [spread((past, length, isBiased) => Math.sqrt(variance(past, length, isBiased)))],
  "ta.dev": [
    series(
      "float source, int length",
      "float",
      ofNumbers((machine, place) => {
        const past = new Past(machine, place);
        return (source = NA, length = NA) => {
          past.push(source);
          return meanDistance(past, length);
        };
      }),
    ),
  ],
  "ta.tr": [
    series(
      "bool handle_na?",
      "float",
      (machine) => (takesFirst) => trueRangeAt(machine.bars, machine.bar, takesFirst === true),
    ),
  ],
  "ta.atr": [
    series(
      "simple int length",
      "float",
      ofNumbers((machine, place) => {
        const smoothed = new Smoothed(machine, place);
        return (length = NA) => smoothed.rma(trueRangeAt(machine.bars, machine.bar, true), length);
      }),
    ),
  ],
  "ta.bb": [
    series(
      "float series, int length, simple float mult",
      "[float, float, float]",
      ofNumbers((machine, place) => {
        const past = new Past(machine, place);
        return (source = NA, length = NA, mult = NA) => {
          past.push(source);
          const middle = past.mean(length);
          const width = mult * Math.sqrt(variance(past, length, true));
          return [middle, middle + width, middle - width];
        };
      }),
    ),
  ],
  "ta.kc": [
    series(
      "float series, simple int length, simple float mult, simple bool useTrueRange?",
      "[float, float, float]",
      ofNumbers((machine, place) => {
        const [middle, range] = [new Smoothed(machine, place), new Smoothed(machine, place)];
        return (source = NA, length = NA, mult = NA, useTrueRange = NA) => {
          const { bar, bars } = machine;
          const span =
            useTrueRange === 0
              ? (bars.high[bar] ?? NA) - (bars.low[bar] ?? NA)
              : trueRangeAt(bars, bar, false);
          const basis = middle.ema(source, length);
          const width = mult * range.ema(span, length);
          return [basis, basis + width, basis - width];
        };
      }),
    ),
  ],
};
