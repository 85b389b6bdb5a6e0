import type { Figures } from "../engine/evaluate.ts";

/** One finished trial of a search. */
export interface Trial {
  /** From 0, in the order in which they were asked for. */
  trial: number;
  /** The level of each dimension. */
  levels: readonly number[];
  /** Minimised; not a number where it has none. */
  losses: readonly number[];
  /** How far it misses its bounds; 0 is feasible. */
  violation: number;
  figures: Figures;
}

/** Within every bound, and with a figure for every objective. */
export const isFeasible = ({ losses, violation }: Pick<Trial, "losses" | "violation">): boolean =>
  violation === 0 && losses.every((loss) => !Number.isNaN(loss));

export interface TrialShape {
  dimensions: number;
  objectives: number;
}

const FIGURES = 7;
export const trialBytes = ({ dimensions, objectives }: TrialShape): number =>
  8 * (dimensions + objectives + 1 + FIGURES);

/** Trials as rows of doubles; numbers that there are not are NaN. */
export function encodeTrials(trials: readonly Trial[], shape: TrialShape): Uint8Array<ArrayBuffer> {
  const width = trialBytes(shape) / 8;
  const rows = new Float64Array(trials.length * width);
  for (const [at, { figures, levels, losses, violation }] of trials.entries()) {
    const { equity, maxDrawdown, profitFactor, sharpe, totalReturn, trades, winRate } = figures;
    const told = [equity, totalReturn, maxDrawdown, trades, sharpe, winRate, profitFactor];
    rows.set([...levels, ...losses, violation, ...told.map((value) => value ?? Number.NaN)], at * width);
  }
  return new Uint8Array(rows.buffer);
}

/** The trials of whole rows; the first of them is trial `first`. */
export function* decodeTrials(bytes: ArrayBuffer, shape: TrialShape, first: number): Generator<Trial> {
  const { dimensions, objectives } = shape;
  const width = trialBytes(shape) / 8;
  const rows = new Float64Array(bytes);
  for (let at = 0; at * width < rows.length; at += 1) {
    const row = rows.subarray(at * width, (at + 1) * width);
    const told = row.subarray(dimensions + objectives + 1);
    const [equity = 0, totalReturn = 0, maxDrawdown = 0, trades = 0] = told;
    const violation = row[dimensions + objectives] ?? 0;
    yield {
      trial: first + at,
      levels: [...row.subarray(0, dimensions)],
      losses: [...row.subarray(dimensions, dimensions + objectives)],
      violation,
      figures: {
        ...{ equity, totalReturn, maxDrawdown, trades },
        ...{ sharpe: known(told[4]), winRate: known(told[5]), profitFactor: known(told[6]) },
        isBankrupt: equity <= 0,
      },
    };
  }
}

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;
