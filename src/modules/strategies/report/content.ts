import type { Measures } from "../engine/metrics.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { OpenTrade, Trade } from "../engine/trades.ts";
import type { Metric } from "../statistics/curve-metrics.ts";

export type ReportKind = "executive" | "technical" | "full";

/** Stands where a part was not made; the report prints the reason in its place. */
export interface Missing {
  missing: string;
}

export const isMissing = (part: object | number): part is Missing =>
  typeof part === "object" && "missing" in part;

/** Everything that a report shows. Times are ms since 1970, UTC; parts are of 1, not percent; money has no unit of its own. */
export interface ReportContent {
  title: string;
  /** Name of the desk that it is made for. */
  desk: string;
  /** When the report was made; also the file's own date. */
  generatedAt: number;
  strategy: StrategyContent;
  dataset: DatasetContent;
  settings: EngineSettings;
  curve: CurveContent;
  measures: Measures;
  /** Closed trades in the order of their exits: all count in the figures, the first 200 are listed. */
  trades: readonly ReportTrade[];
  /** Held after the last bar: the equity counts them, the trades do not. */
  open: readonly ReportPosition[];
  optimization: OptimizationContent | Missing;
  overfitting: OverfittingContent | Missing;
}

interface StrategyContent {
  title: string;
  entry: string;
  exit: string;
  parameters: readonly { title: string; value: number }[];
}

interface DatasetContent {
  name: string;
  /** Several are joined by commas. */
  symbol: string;
  timeframe: string;
  /** Openings of the first and last bar. */
  from: number;
  to: number;
  bars: number;
  /** Of the data set's bytes, in hex. */
  hash: string;
}

/** Columns of equal length, a value at each close. */
interface CurveContent {
  times: Float64Array;
  equity: Float64Array;
  /** Money that the same cash would be if the market had been bought and held. */
  benchmark: Float64Array | Missing;
}

export type ReportTrade = Pick<
  Trade,
  | "side"
  | "quantity"
  | "entryTime"
  | "entryPrice"
  | "exitTime"
  | "exitPrice"
  | "exitReason"
  | "pnl"
  | "return"
  | "commission"
> & { symbol: string };

export type ReportPosition = Pick<
  OpenTrade,
  "side" | "quantity" | "entryTime" | "entryPrice" | "markPrice" | "pnl"
> & { symbol: string };

export interface OptimizationContent {
  /** In words, such as "Tree-structured Parzen estimator". */
  method: string;
  trials: number;
  seed: number;
  /** What was sought, in words, such as "Sharpe ratio (highest)". */
  objective: string;
  space: readonly { title: string; min: number; max: number; step: number }[];
  /** The best first; ten are shown. */
  top: readonly TrialContent[];
  /** The best objective so far after each trial. */
  convergence: Float64Array;
  heatMap: HeatMapContent | Missing;
}

interface TrialContent {
  /** From 0, in the order in which they were asked for. */
  trial: number;
  /** In the order of `space`. */
  parameters: readonly number[];
  objective: number | null;
  sharpe: number | null;
  totalReturn: number | null;
  maxDrawdown: number | null;
  trades: number | null;
}

/** The objective over two parameters, the best over all others. */
export interface HeatMapContent {
  objective: string;
  x: { title: string; values: readonly number[] };
  y: { title: string; values: readonly number[] };
  /** Row by row, a row for each of `y.values`; null where nothing was tried. */
  cells: readonly (number | null)[];
}

/** Evidence for and against overfitting; every part is there or says why not. */
export interface OverfittingContent {
  /** As the engine counted them: every setting that was tried on this data. */
  trials: number;
  probabilisticSharpe: Metric;
  deflatedSharpe: Metric;
  /** Bars that are needed to be sure to 95 % of a Sharpe ratio above 0. */
  minimumTrackRecord: Metric;
  backtestOverfitting: OverfittingProbability | Missing;
  walkForward: WalkForwardContent | Missing;
  plateau: PlateauContent | Missing;
  tradePermutation: PermutationContent | Missing;
  perturbation: PerturbationContent | Missing;
}

/** Probability of backtest overfitting by combinatorially symmetric cross-validation. */
export interface OverfittingProbability {
  probability: number;
  splits: number;
  /** How many splits' logits fall into each of equal bins from `from` to `to`. */
  logits: { from: number; to: number; counts: readonly number[] };
}

export interface WalkForwardContent {
  /** What is compared, such as "Sharpe ratio". */
  metric: string;
  anchored: boolean;
  /** Bars. */
  inSampleBars: number;
  outOfSampleBars: number;
  /** Times are of the out-of-sample part. */
  windows: readonly { from: number; to: number; inSample: number | null; outOfSample: number | null }[];
  /** Means over the windows. */
  inSample: Metric;
  outOfSample: Metric;
  /** Out of sample over in sample. */
  efficiency: Metric;
  /** Of all parts out of sample, one after another. */
  stitchedReturn: number;
}

/** The metric over the neighbours of the chosen point. */
interface PlateauContent {
  metric: string;
  neighbours: number;
  peak: number;
  mean: number;
  worst: number;
}

/** Maximum drawdowns of the same trades in random orders. */
interface PermutationContent {
  runs: number;
  actual: number;
  /** Rising; `percent` is from 0 to 100. */
  percentiles: readonly { percent: number; drawdown: number }[];
}

/** The metric of runs whose parameters were moved at random by up to `steps` steps. */
interface PerturbationContent {
  metric: string;
  runs: number;
  steps: number;
  base: number;
  median: number;
  /** 5th and 95th percentile. */
  low: number;
  high: number;
}
