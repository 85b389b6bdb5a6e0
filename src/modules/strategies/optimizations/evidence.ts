import { PreparedStrategy, withOverlays } from "../catalogue/prepare.ts";
import { type Backtest, backtest } from "../engine/backtest.ts";
import type { Values } from "../language/numbers.ts";
import { foldSums, selectionStability } from "../overfitting/fold-figures.ts";
import { blockSums, overfittingProbability, planBlocks } from "../overfitting/pbo.ts";
import { orderFreeResults, permuteTrades, signFlipTest } from "../overfitting/permutation.ts";
import { perturbedPoints, summarisePerturbation } from "../overfitting/perturbation.ts";
import { plateauAround } from "../overfitting/plateau.ts";
import { planFolds } from "../overfitting/purged-folds.ts";
import { momentsOf } from "../statistics/moments.ts";
import { returnsOf, varianceOfSums } from "../statistics/ratios.ts";
import {
  deflatedSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeSample,
} from "../statistics/significance.ts";
import { type Search, type SearchTask, type TrialRunner, trialCost } from "./search.ts";
import type { Trial } from "./trial-rows.ts";

const BLOCKS = 16;
const FOLDS = 5;
const LEAST_BARS = 5;
/** Part of the bars that is left out behind each test fold. */
const EMBARGO = 0.01;
/** Part of the bars that is left out at most on each side of a test fold, since the best trial's trades reach so far. */
const MOST_PURGED = 0.05;
const SAMPLES = 2_000;
/** Samples times results of the tests by chance: a second of work. */
const MOST_DRAWN = 50_000_000;
const PERTURBED = 200;
const LEAST_PERTURBED = 10;
/** Bars times trials of the fast path that looking around the best trial may cost: the evidence is one step of a job. */
const MOST_PERTURBED = 20_000_000;
const PERTURBED_STEPS = 2;
/** What the figures about the true Sharpe ratio are wanted to be sure to. */
const CONFIDENCE = 0.95;

interface Evidence {
  search: Search;
  runner: TrialRunner;
  best: Trial;
}

/** Evidence for and against the best trial, but for the walk forward, which is searched apart. Deterministic. */
export function evidenceOf(task: SearchTask, { best, runner, search }: Evidence) {
  const { bars, options, plan, settings } = task;
  const { space } = search;
  const prepared = new PreparedStrategy(plan.strategy, bars, options);
  const run = (values: Values, into?: Float64Array<ArrayBuffer>): Backtest =>
    backtest(bars, prepared.inputs(values), withOverlays(settings, plan.strategy, values), into);
  const chosen = run(search.valuesOf(best));
  const returns = returnsOf(chosen.equity);
  const equity = new Float64Array(bars.times.length);
  const scoreOf = (levels: readonly number[]): number | null => {
    if (!space.isAllowed(levels)) return null;
    const loss = runner.run(search.valuesOf({ levels })).losses[0] ?? Number.NaN;
    return Number.isNaN(loss) ? null : -loss;
  };
  const around = perturbedPoints(best.levels, space.sizes, {
    ...{
      seed: options.seed,
      samples: perturbedCount(bars.times.length * trialCost(plan)),
      steps: PERTURBED_STEPS,
    },
  });
  const peak = scoreOf(best.levels);
  return {
    ...significanceOf(returns, search),
    ...selectionOf(
      search.sample.list(),
      (levels) => returnsOf(run(search.valuesOf({ levels }), equity).equity),
      { count: returns.length, longest: longestOf(chosen.trades), periodsPerYear: options.periods_per_year },
    ),
    plateau: plateauAround(best.levels, space.sizes, scoreOf),
    perturbation: {
      steps: PERTURBED_STEPS,
      ...summarisePerturbation(
        peak,
        around.map(scoreOf).filter((score) => score !== null),
      ),
    },
    tradePermutation: permuteTrades(...orderFreeResults(chosen.trades, settings), {
      ...{ seed: options.seed, samples: samplesOf(chosen.trades.length) },
    }),
    signFlips: signFlipTest(returns, { seed: options.seed, samples: samplesOf(returns.length) }),
  };
}

const samplesOf = (results: number): number =>
  Math.max(1, Math.min(SAMPLES, Math.floor(MOST_DRAWN / Math.max(1, results))));

const longestOf = (trades: Backtest["trades"]): number =>
  trades.reduce((most, { entryBar, exitBar }) => Math.max(most, exitBar - entryBar), 0);

const perturbedCount = (cost: number): number =>
  Math.max(LEAST_PERTURBED, Math.min(PERTURBED, Math.floor(MOST_PERTURBED / cost)));

/** Of the best trial's returns; the deflated ratio counts every trial of the search. */
function significanceOf(returns: Float64Array, { sharpes, trials }: Search) {
  const moments = momentsOf(returns);
  const sample = moments && sharpeSample(moments);
  const missing = { missing: "the returns do not vary" };
  if (sample === null) return { trials, psr: missing, dsr: missing, minimumTrackRecord: missing };
  const variance = varianceOfSums(sharpes.count, sharpes.sum, sharpes.squares);
  return {
    trials,
    psr: probabilisticSharpe(sample, 0) ?? missing,
    dsr:
      variance === null || sharpes.count < 2
        ? { missing: "fewer than two trials have a Sharpe ratio" }
        : (deflatedSharpe(sample, trials, Math.sqrt(variance)) ?? missing),
    minimumTrackRecord: minimumTrackRecord(sample, 0, CONFIDENCE) ?? {
      missing: "the Sharpe ratio is not above 0",
    },
  };
}

/** What choosing the best does out of sample: by halves of the bars, and by purged folds. Of a sample of all trials. */
function selectionOf(
  sample: readonly Trial[],
  returnsAt: (levels: readonly number[]) => Float64Array,
  { count, longest, periodsPerYear }: { count: number; longest: number; periodsPerYear: number },
) {
  if (count < BLOCKS * LEAST_BARS) {
    const missing = { missing: `${count} returns are too few for ${BLOCKS} blocks` };
    return { backtestOverfitting: missing, purgedFolds: missing };
  }
  const plan = planBlocks(count, BLOCKS);
  const purge = Math.min(longest, Math.floor(count * MOST_PURGED));
  const folds = planFolds(count, { folds: FOLDS, purge, embargo: Math.ceil(count * EMBARGO) });
  const blocks: Float64Array[] = [];
  const sums: Float64Array[] = [];
  for (const { levels } of sample) {
    const returns = returnsAt(levels);
    blocks.push(blockSums(returns, plan));
    sums.push(foldSums(returns, folds));
  }
  return {
    backtestOverfitting: overfittingProbability(blocks, plan),
    purgedFolds: { ...selectionStability(sums, folds, periodsPerYear), purge },
  };
}
