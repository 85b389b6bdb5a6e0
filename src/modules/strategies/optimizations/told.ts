import type { Values } from "../language/numbers.ts";
import type { WalkForwardSummary, WindowResult } from "../overfitting/walk-forward.ts";
import type { Metric } from "../statistics/curve-metrics.ts";
import type { Distribution } from "../statistics/distribution.ts";
import type { evidenceOf } from "./evidence.ts";
import { fastMetrics, type Objective } from "./objective.ts";
import type { Search } from "./search.ts";
import { isFeasible, type Trial } from "./trial-rows.ts";
import type { WalkForward } from "./walk.ts";

/** Figures of a trial that its row has, under the API's names. */
export const TRIAL_METRICS = [
  ...["final_equity", "return_pct", "annual_return_pct", "max_drawdown_pct", "calmar"],
  ...["sharpe", "trades", "win_rate_pct", "profit_factor"],
];

export function metricsOfTrial({ figures }: Trial, years: number): Record<string, number | null> {
  const metric = fastMetrics(figures, years);
  return Object.fromEntries(TRIAL_METRICS.map((name) => [name, metric(name)]));
}

/** Losses as objectives: more is better. */
export const objectivesOf = ({ losses }: Pick<Trial, "losses">): (number | null)[] =>
  losses.map((loss) => (Number.isFinite(loss) ? -loss + 0 : null));

export function trialView(search: Pick<Search, "valuesOf">, trial: Trial, years: number) {
  return {
    trial: trial.trial,
    parameters: search.valuesOf(trial),
    objective: objectivesOf(trial),
    feasible: isFeasible(trial),
    metrics: metricsOfTrial(trial, years),
  };
}

/** `sharpe`, or `1 × sharpe + 0.5 × calmar`. */
export function objectiveText({ parts }: Objective): string {
  const [first, ...others] = parts;
  const sign = (direction: string) => (direction === "minimize" ? "−" : "");
  if (first !== undefined && others.length === 0) return `${sign(first.direction)}${first.metric}`;
  return parts.map(({ direction, metric, weight }) => `${sign(direction)}${weight} × ${metric}`).join(" + ");
}

/** A figure or null, the reason noted under its name. */
class Reasons {
  readonly told: Record<string, string> = {};

  value(name: string, figure: Metric): number | null {
    if (typeof figure === "number") return figure;
    this.told[name] = figure.missing;
    return null;
  }
}

function distribution(of: Distribution | null) {
  if (of === null) return null;
  const { count, deviation, histogram, max, mean, min, quantiles } = of;
  return { count, mean, deviation, min, max, ...quantiles, histogram };
}

export interface Walked {
  request: WalkForward;
  times: Float64Array;
  results: readonly WindowResult<Values>[];
  summary: WalkForwardSummary;
}

/** The evidence as the API tells it; `reasons` says why a figure is null. */
export function overfittingView(evidence: ReturnType<typeof evidenceOf>, walked: Walked | undefined) {
  const reasons = new Reasons();
  const {
    backtestOverfitting: pbo,
    perturbation,
    plateau,
    purgedFolds,
    signFlips,
    tradePermutation,
  } = evidence;
  const isPbo = "pbo" in pbo ? pbo : undefined;
  return {
    trials: evidence.trials,
    psr: reasons.value("psr", evidence.psr),
    dsr: reasons.value("dsr", evidence.dsr),
    minimum_track_record_bars: reasons.value("minimum_track_record_bars", evidence.minimumTrackRecord),
    pbo: reasons.value("pbo", "pbo" in pbo ? pbo.pbo : pbo),
    pbo_detail: isPbo && {
      ...{ splits: isPbo.splits, blocks: isPbo.blocks, trials: isPbo.trials },
      logits: distribution(isPbo.logits),
      loss_probability: reasons.value("pbo_detail.loss_probability", isPbo.lossProbability),
      degradation_slope: reasons.value("pbo_detail.degradation_slope", isPbo.degradation.slope),
    },
    purged_folds:
      "folds" in purgedFolds
        ? {
            ...{ folds: purgedFolds.folds.length, purge: purgedFolds.purge },
            train_sharpe: reasons.value("purged_folds.train_sharpe", purgedFolds.meanTrainSharpe),
            test_sharpe: reasons.value("purged_folds.test_sharpe", purgedFolds.meanTestSharpe),
            agreement: reasons.value("purged_folds.agreement", purgedFolds.agreement),
            standing: reasons.value("purged_folds.standing", purgedFolds.meanStanding),
          }
        : null,
    plateau: {
      ...{ neighbours: plateau.neighbours, scored: plateau.scored },
      peak: reasons.value("plateau.peak", plateau.peak),
      mean: reasons.value("plateau.mean", plateau.mean),
      worst: reasons.value("plateau.worst", plateau.worst),
      near_peak: reasons.value("plateau.near_peak", plateau.nearPeak),
      flatness: reasons.value("plateau.flatness", plateau.flatness),
    },
    perturbation: {
      ...{ points: perturbation.points, steps: perturbation.steps },
      peak: reasons.value("perturbation.peak", perturbation.peak),
      scores: distribution(perturbation.scores),
      above_zero: reasons.value("perturbation.above_zero", perturbation.aboveZero),
      above_half: reasons.value("perturbation.above_half", perturbation.aboveHalf),
    },
    trade_permutation: {
      ...{ trades: tradePermutation.trades, samples: tradePermutation.samples },
      drawdown: reasons.value("trade_permutation.drawdown", tradePermutation.observed),
      drawdowns: distribution(tradePermutation.drawdowns),
      at_least_observed: reasons.value(
        "trade_permutation.at_least_observed",
        tradePermutation.atLeastObserved,
      ),
    },
    sign_flips: {
      samples: signFlips.samples,
      p_value: reasons.value("sign_flips.p_value", signFlips.pValue),
    },
    walk_forward: walked === undefined ? null : walkView(walked, reasons),
    reasons: reasons.told,
  };
}

function walkView({ request, results, summary, times }: Walked, reasons: Reasons) {
  const of = (name: string, figure: Metric) => reasons.value(`walk_forward.${name}`, figure);
  return {
    ...{ in_sample: request.in_sample, out_of_sample: request.out_of_sample, anchored: request.anchored },
    ...{ trials: request.trials, windows: summary.windows },
    in_sample_sharpe: of("in_sample_sharpe", summary.inSampleSharpe),
    out_of_sample_sharpe: of("out_of_sample_sharpe", summary.outOfSampleSharpe),
    efficiency: of("efficiency", summary.efficiency.sharpe),
    return_efficiency: of("return_efficiency", summary.efficiency.annualReturn),
    profitable: of("profitable", summary.profitable),
    stitched_sharpe: of("stitched_sharpe", summary.stitched.sharpe),
    stitched_return_pct: 100 * summary.stitched.totalReturn,
    detail: results.map(({ choice, inSample, outOfSample, window }) => ({
      from: new Date(times[window.outOfSample.from] ?? 0).toISOString(),
      to: new Date(times[window.outOfSample.to - 1] ?? 0).toISOString(),
      parameters: choice,
      in_sample_sharpe: typeof inSample.sharpe === "number" ? inSample.sharpe : null,
      out_of_sample_sharpe: typeof outOfSample.sharpe === "number" ? outOfSample.sharpe : null,
      out_of_sample_return_pct: 100 * outOfSample.totalReturn,
    })),
  };
}
