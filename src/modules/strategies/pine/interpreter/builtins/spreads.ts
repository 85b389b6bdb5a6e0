import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA } from "../values.ts";
import { trueRangeAt } from "./true-range.ts";
import { ofPast, type Past, Smoothed } from "./windows.ts";

/** Mean of the squares of distances from the mean, over n, or over n - 1 where `biased` is false. */
function variance(past: Past, length = NA, biased = NA): number {
  const mean = past.mean(length);
  let squares = 0;
  for (let back = 0; back < length; back += 1) squares += (past.at(back) - mean) ** 2;
  return squares / (biased === 0 ? length - 1 : length);
}

/** Mean distance from the mean: ta.dev. */
export function meanDistance(past: Past, length = NA): number {
  const mean = past.mean(length);
  let distance = 0;
  for (let back = 0; back < length; back += 1) distance += Math.abs(past.at(back) - mean);
  return distance / length;
}

const BIASED = "float source, int length, bool biased?";

/** Deviations, ranges and the bands made of them, as the Pine manual defines them. */
export const SPREADS: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.variance": [ofPast(variance, BIASED)],
  "ta.stdev": [ofPast((past, length, biased) => Math.sqrt(variance(past, length, biased)), BIASED)],
  "ta.dev": [ofPast(meanDistance)],
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
    ofPast(
      (past, length = NA, mult = NA) => {
        const middle = past.mean(length);
        const width = mult * Math.sqrt(variance(past, length));
        return [middle, middle + width, middle - width];
      },
      "float series, int length, simple float mult",
      "[float, float, float]",
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
