import type { Bars } from "../bars/bars.ts";
import { cutBars, type Span } from "../bars/slice.ts";
import { PreparedStrategy, type RunOptions, withOverlays } from "../catalogue/prepare.ts";
import { backtest } from "../engine/backtest.ts";
import { Evaluator, type Figures } from "../engine/evaluate.ts";
import { measure } from "../engine/metrics.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { Inputs } from "../engine/signals.ts";
import { holds, type Values } from "../language/numbers.ts";
import { DifferentialEvolution } from "../optimise/differential-evolution.ts";
import { EarlyStop, type EarlyStopRule } from "../optimise/early-stop.ts";
import { GridSampler } from "../optimise/grid.ts";
import { ParetoFront } from "../optimise/pareto.ts";
import { RandomSampler } from "../optimise/random-search.ts";
import { Best, standingOf } from "../optimise/ranking.ts";
import { type Sampler, streamOf } from "../optimise/sampler.ts";
import { Space } from "../optimise/space.ts";
import { TpeSampler } from "../optimise/tpe.ts";
import { cutRun } from "../overfitting/cut-run.ts";
import { toldMetrics } from "../runs/metrics.ts";
import { HeatMap } from "./heat-map.ts";
import { fastMetrics, isFast, lossOf, type MetricSource, violationOf } from "./objective.ts";
import type { SearchPlan } from "./plan.ts";
import { isFeasible, type Trial } from "./trial-rows.ts";

export interface SearchOptions extends RunOptions {
  method: "grid" | "random" | "tpe" | "de";
  seed: number;
  early_stop: EarlyStopRule | undefined;
  /** Of the bars; what figures per year are made with. */
  periods_per_year: number;
  /** The bars that count; those before them feed the indicators. All of them unless given. */
  span?: Span;
}

/** What is searched, over which bars, and how. */
export interface SearchTask {
  plan: SearchPlan;
  bars: Bars;
  settings: EngineSettings;
  options: SearchOptions;
}

const MOST_BEST = 100;
/** Trials that stand for all where their curves are looked at again: so many at most, and bars times trials of a second or two. */
const MOST_SAMPLED = 200;
const LEAST_SAMPLED = 20;
const SAMPLED_BARS = 20_000_000;
const MOST_FRONT = 500;

/** The points of a plan. Throws a RangeError for too many. */
export const spaceOf = ({ constraints, dimensions, fixed }: SearchPlan): Space =>
  new Space(dimensions, (values) => constraints.every((one) => holds(one, { ...fixed, ...values })));

/** Why a search came to its end. */
export type SearchEnd = "trials" | "exhausted" | "early_stop";

/**
 * A search over one series of bars, step by step. What it is hangs on its trials alone: one that was given those of a log goes on
 * as the one that made them.
 */
export class Search {
  readonly plan: SearchPlan;
  readonly space: Space;
  readonly best = new Best<Trial>(MOST_BEST);
  readonly front: ParetoFront<Trial>;
  readonly heatMap: HeatMap | undefined;
  readonly sample: TrialSample;
  /** Trials in which the best one changed, for the way to it. */
  readonly convergence: { trial: number; loss: number }[] = [];
  trials = 0;
  feasible = 0;
  /** Of the Sharpe ratios per bar of all trials, which the deflated one needs. */
  readonly sharpes = { count: 0, sum: 0, squares: 0 };
  readonly #sampler: Sampler;
  readonly #runner: TrialRunner;
  readonly #early: EarlyStop | undefined;
  readonly #root: number;

  /** Throws a RangeError for a space that is too large. */
  constructor(task: SearchTask) {
    const { bars, options, plan } = task;
    this.plan = plan;
    this.space = spaceOf(plan);
    this.front = new ParetoFront(MOST_FRONT);
    this.heatMap = HeatMap.of(this.space);
    this.sample = new TrialSample(sampleSize(bars.times.length));
    this.#sampler = samplerOf(this.space, plan, options);
    this.#runner = new TrialRunner(task);
    this.#early = options.early_stop && new EarlyStop(options.early_stop);
    this.#root = Math.sqrt(options.periods_per_year);
  }

  get shape() {
    return { dimensions: this.space.sizes.length, objectives: this.plan.objectives.length };
  }

  valuesOf({ levels }: Pick<Trial, "levels">): Values {
    return { ...this.plan.fixed, ...this.space.valuesOf(levels) };
  }

  /** The next trial, or why there is none. */
  step(): Trial | SearchEnd {
    if (this.trials >= this.plan.trials) return "trials";
    if (this.#early?.isReached) return "early_stop";
    const levels = this.#sampler.ask(this.trials);
    if (levels === undefined) return "exhausted";
    const outcome = this.#runner.run(this.valuesOf({ levels }));
    const trial: Trial = { trial: this.trials, levels, ...outcome };
    this.take(trial);
    return trial;
  }

  /** Takes a trial over, from its own step or from a log. */
  take(trial: Trial): void {
    const { figures, levels, losses, violation } = trial;
    this.#sampler.tell(trial.trial, levels, { losses, violation });
    const standing = standingOf({ losses, violation }, this.space.rankOf(levels));
    const counts = isFeasible(trial);
    this.#early?.note(standing);
    if (this.best.note(standing, trial) && counts)
      this.convergence.push({ trial: trial.trial, loss: losses[0] ?? Number.NaN });
    if (counts) {
      this.feasible += 1;
      if (losses.length > 1) this.front.note(losses, standing.rank, trial);
    }
    if (figures.sharpe !== null) {
      const sharpe = figures.sharpe / this.#root;
      this.sharpes.count += 1;
      this.sharpes.sum += sharpe;
      this.sharpes.squares += sharpe * sharpe;
    }
    this.sample.note(trial);
    this.heatMap?.note(trial);
    this.trials = trial.trial + 1;
  }
}

const sampleSize = (bars: number): number =>
  Math.max(LEAST_SAMPLED, Math.min(MOST_SAMPLED, Math.floor(SAMPLED_BARS / bars)));

/** Trials of which each is as likely to be kept as another (Vitter 1985), always the same for the same log. */
class TrialSample {
  readonly #most: number;
  readonly #kept: Trial[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  note(trial: Trial): void {
    if (this.#kept.length < this.#most) this.#kept.push(trial);
    else {
      const place = streamOf(0, trial.trial).below(trial.trial + 1);
      if (place < this.#most) this.#kept[place] = trial;
    }
  }

  list(): readonly Trial[] {
    return this.#kept;
  }
}

function samplerOf(space: Space, { objectives }: SearchPlan, { method, seed }: SearchOptions): Sampler {
  switch (method) {
    case "grid":
      return new GridSampler(space);
    case "random":
      return new RandomSampler(space, seed);
    case "tpe":
      return new TpeSampler(space, seed, objectives.length);
    case "de":
      return new DifferentialEvolution(space, seed, objectives.length);
  }
}

/** A run for all figures takes about ten times as long as the fast path of the engine; measured. */
const FULL_COST = 10;
/** What a trial costs, in trials of the fast path. */
export function trialCost({ bounds, objectives }: Pick<SearchPlan, "bounds" | "objectives">): number {
  const asked = [...objectives.flatMap(({ parts }) => parts), ...bounds];
  return asked.every(({ metric }) => isFast(metric)) ? 1 : FULL_COST;
}

/** Runs one set of parameters: the fast way where all figures that matter are to be had so, else in full. */
export class TrialRunner {
  readonly #task: SearchTask;
  readonly #prepared: PreparedStrategy;
  readonly #isFast: boolean;
  readonly #span: Span;
  readonly #part: Bars;
  readonly #years: number;
  #equity: Float64Array<ArrayBuffer> | undefined;
  #evaluator: { of: string; evaluator: Evaluator } | undefined;

  constructor(task: SearchTask) {
    const { bars, options, plan } = task;
    this.#task = task;
    this.#prepared = new PreparedStrategy(plan.strategy, bars, options);
    this.#isFast = trialCost(plan) === 1;
    this.#span = options.span ?? { from: 0, to: bars.times.length };
    this.#part = cutBars(bars, this.#span);
    this.#years = (this.#part.times.length - 1) / options.periods_per_year;
  }

  run(values: Values): Pick<Trial, "figures" | "losses" | "violation"> {
    const figures = this.figures(values);
    const metric = this.#isFast ? fastMetrics(figures, this.#years) : this.#fullMetrics(values);
    const { bounds, objectives } = this.#task.plan;
    const violation = violationOf(bounds, metric) + (figures.isBankrupt ? 1 : 0);
    return { figures, violation, losses: objectives.map((one) => lossOf(one, metric)) };
  }

  /** What the fast path of the engine tells. */
  figures(values: Values): Figures {
    return this.#evaluatorOf(values).evaluate(this.#inputs(values));
  }

  #fullMetrics(values: Values): MetricSource {
    const settings = this.#settingsOf(values);
    this.#equity ??= new Float64Array(this.#part.times.length);
    const run = backtest(this.#part, this.#inputs(values), settings, this.#equity);
    const given = { periodsPerYear: this.#task.options.periods_per_year };
    const { metrics } = toldMetrics(measure(this.#part, run, settings, given));
    return (name) => metrics[name] ?? null;
  }

  /** Made over all bars, cut to those that count. */
  #inputs(values: Values): Inputs {
    const inputs = this.#prepared.inputs(values);
    const { bars, options } = this.#task;
    return options.span === undefined ? inputs : cutRun(bars, inputs, this.#span).inputs;
  }

  #settingsOf(values: Values): EngineSettings {
    return withOverlays(this.#task.settings, this.#task.plan.strategy, values);
  }

  /** One for each set of overlays, which are settings of the engine; the last is kept. */
  #evaluatorOf(values: Values): Evaluator {
    const settings = this.#settingsOf(values);
    const { cooldown, maxBars, stopAtr, takeAtr, trailAtr } = settings.overlays;
    const of = `${stopAtr},${takeAtr},${trailAtr},${maxBars},${cooldown}`;
    if (this.#evaluator?.of !== of)
      this.#evaluator = {
        of,
        evaluator: new Evaluator(this.#part, settings, this.#task.options.periods_per_year),
      };
    return this.#evaluator.evaluator;
  }
}
