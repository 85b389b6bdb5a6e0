import { type Builtin, ofNumbers, series } from "../signature.ts";
import { NA } from "../values.ts";
import { ofPast, Past, Smoothed } from "./windows.ts";

/** pine_wma: weights from `length` for the newest down to 1. */
export function weighted(past: Past, length = NA): number {
  let sum = 0;
  for (let back = 0; back < past.length(length); back += 1) sum += past.at(back) * (length - back);
  return sum / ((length * (length + 1)) / 2);
}

const smoothed = (by: "ema" | "rma"): Builtin =>
  series(
    "float source, simple int length",
    "float",
    ofNumbers((machine, place) => {
      const value = new Smoothed(machine, place);
      return (source = NA, length = NA) => value[by](source, length);
    }),
  );

/** Averages as the Pine manual defines them; `na` in a window gives `na`. */
export const AVERAGES: Readonly<Record<string, readonly Builtin[]>> = {
  "ta.sma": [ofPast((past, length = NA) => past.mean(length))],
  "math.sum": [ofPast((past, length = NA) => past.sum(length))],
  "ta.wma": [ofPast(weighted)],
  "ta.ema": [smoothed("ema")],
  "ta.rma": [smoothed("rma")],
  "ta.hma": [
    series(
      "float source, simple int length",
      "float",
      ofNumbers((machine, place) => {
        const past = new Past(machine, place);
        const raw = new Past(machine, place);
        return (source = NA, length = NA) => {
          past.push(source);
          raw.push(2 * weighted(past, Math.floor(length / 2)) - weighted(past, length));
          return weighted(raw, Math.floor(Math.sqrt(length)));
        };
      }),
    ),
  ],
  "ta.vwma": [
    series(
      "float source, int length",
      "float",
      ofNumbers((machine, place) => {
        const [weightedPrices, volumes] = [new Past(machine, place), new Past(machine, place)];
        return (source = NA, length = NA) => {
          const volume = machine.bars.volume[machine.bar] ?? NA;
          weightedPrices.push(source * volume);
          volumes.push(volume);
          const traded = volumes.mean(length);
          return traded === 0 ? NA : weightedPrices.mean(length) / traded;
        };
      }),
    ),
  ],
  "ta.swma": [
    ofPast((past) => (past.at(3) + 2 * past.at(2) + 2 * past.at(1) + past.at(0)) / 6, "float source"),
  ],
  "ta.alma": [ofPast(gaussian, "float series, int length, simple float offset, simple float sigma")],
  "ta.linreg": [ofPast(regression, "float source, int length, simple int offset")],
};

/** pine_alma: weights of a bell about `offset` of the window, from its oldest value on. */
function gaussian(past: Past, length = NA, offset = NA, sigma = NA): number {
  const centre = offset * (length - 1);
  const width = length / sigma;
  let [sum, norm] = [0, 0];
  for (let at = 0; at < past.length(length); at += 1) {
    const weight = Math.exp(-((at - centre) ** 2) / (2 * width ** 2));
    norm += weight;
    sum += past.at(length - at - 1) * weight;
  }
  return sum / norm;
}

/** The least squares line over the last values, at `offset` before its end. */
function regression(past: Past, length = NA, offset = NA): number {
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
  for (let x = 0; x < past.length(length); x += 1) {
    const y = past.at(length - 1 - x);
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const slope = length === 1 ? 0 : (length * sumXY - sumX * sumY) / (length * sumXX - sumX * sumX);
  const intercept = (sumY - slope * sumX) / length;
  return intercept + slope * (length - 1 - offset);
}
