import { z } from "zod";
import { invalidInput } from "../../../http/problem.ts";
import { reach } from "../../../platform/faults.ts";
import type { JobId } from "../../../platform/ids.ts";
import { defineJob, type Slice, type SliceOutcome } from "../../jobs/define.ts";
import type { JsonObject, Progress } from "../../jobs/job.ts";
import type { Values } from "../language/numbers.ts";
import { summariseWalkForward } from "../overfitting/walk-forward.ts";
import { asJson } from "../runs/create.ts";
import { runKey } from "../runs/object-keys.ts";
import { orFail, ownRun, runAftermath } from "../runs/of-job.ts";
import type { Run } from "../runs/store.ts";
import { evidenceOf } from "./evidence.ts";
import { exampleOptimization, type OptimizationRequest, optimizationRequest } from "./schemas.ts";
import { type Search, type SearchEnd, TrialRunner, trialCost } from "./search.ts";
import { newSearch, type SetUp, setUp } from "./set-up.ts";
import { objectivesOf, objectiveText, overfittingView, trialView, type Walked } from "./told.ts";
import { TrialLog } from "./trial-log.ts";
import { isFeasible, type Trial } from "./trial-rows.ts";
import { WindowSearch, windowsOf } from "./walk.ts";

const values = z.record(z.string(), z.number());
const checkpoint = z.object({
  /** In the log. */
  trials: z.int(),
  end: z.enum(["trials", "exhausted", "early_stop"]).nullable(),
  /** What was chosen in each window of the walk forward that is done; null where nothing was feasible. */
  choices: z.array(values.nullable()),
});
type Checkpoint = z.infer<typeof checkpoint>;
type Optimization = Slice<OptimizationRequest, Checkpoint>;

/** Searches the parameters of a strategy, block by block of trials, then looks for what speaks against its best ones. */
export const optimizationJob = defineJob({
  type: "optimizations.run",
  input: optimizationRequest,
  checkpoint,
  batch: { item: optimizationRequest, permission: "backtests:write", example: exampleOptimization },
  run: async (slice: Optimization): Promise<SliceOutcome> => await orFail(async () => await optimize(slice)),
  partial: async (slice, at): Promise<JsonObject> =>
    await orFail(async () => {
      const opened = await openSearch(slice, at);
      return await conclude(slice, { ...opened, end: "finished", choices: at.choices });
    }),
  ...runAftermath,
});

interface OpenSearch {
  run: Run;
  made: SetUp;
  search: Search;
  log: TrialLog;
}

/** Bars times the cost of a trial from which the evidence takes seconds: then it is a slice of its own. */
const HEAVY_EVIDENCE = 1_000_000;

async function optimize(slice: Optimization): Promise<SliceOutcome> {
  let at: Checkpoint = slice.resumed ?? { trials: 0, end: null, choices: [] };
  const { log, made, run, search } = await openSearch(slice, at);
  let { end } = at;
  let hasSearched = false;
  if (at.trials === 0) await log.begin(made.years);
  while (end === null) {
    const block = nextBlock(search, made.block);
    end = block.end;
    await log.write(block.trials);
    await reach("slice.effect", slice.id);
    at = { ...at, trials: search.trials, end };
    hasSearched = true;
    live.set(slice.id, search);
    await slice.checkpoint(at, searchProgress(search, made));
    if (slice.exhausted()) return "yield";
  }
  const walk = slice.input.walk_forward;
  if (walk !== undefined) {
    const windows = windowsOf(made.bars.times.length, walk);
    const searcher = new WindowSearch(made);
    for (const window of windows.slice(at.choices.length)) {
      at = { ...at, choices: [...at.choices, searcher.choose(window, walk.trials)] };
      hasSearched = true;
      await slice.checkpoint(at, walkProgress(search, made, at.choices.length, windows.length));
      if (slice.exhausted()) return "yield";
    }
  }
  if (hasSearched && made.bars.times.length * trialCost(made.plan) > HEAVY_EVIDENCE) return "yield";
  const result = await conclude(slice, { made, run, search, log, end, choices: at.choices });
  live.forget(slice.id);
  return { done: result };
}

/** A run's search as its log left it. One that the isolate still holds is used if it is at the same trial. */
async function openSearch(slice: Optimization, { trials }: Pick<Checkpoint, "trials">): Promise<OpenSearch> {
  const { desk, input, platform } = slice;
  const made = await setUp(platform, desk, input);
  const held = live.take(slice.id, trials);
  const search = held ?? newSearch(made);
  const run = await ownRun(slice, {
    ...{ dataset: made.dataset, kind: "optimization", strategy: input.strategy },
  });
  const log = new TrialLog(platform, desk, run.id, { shape: search.shape, size: made.block });
  if (held === undefined)
    for await (const trial of log.read(trials)) if (trial.trial < trials) search.take(trial);
  return { run, made, search, log };
}

/** The search of the job that this isolate ran last: the next slice goes on with it, instead of reading the log again. */
class LiveSearch {
  #held: { job: JobId; search: Search } | undefined;

  set(job: JobId, search: Search): void {
    this.#held = { job, search };
  }

  take(job: JobId, trials: number): Search | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held?.job === job && held.search.trials === trials ? held.search : undefined;
  }

  forget(job: JobId): void {
    if (this.#held?.job === job) this.#held = undefined;
  }
}
const live = new LiveSearch();

/** Trials up to the end of a block or of the search; what was cut off before is asked for anew, and comes out the same. */
function nextBlock(search: Search, size: number): { trials: Trial[]; end: SearchEnd | null } {
  const trials: Trial[] = [];
  while (trials.length < size) {
    const step = search.step();
    if (typeof step === "string") return { trials, end: step };
    trials.push(step);
  }
  return { trials, end: null };
}

interface Conclusion extends OpenSearch {
  end: SearchEnd | "finished";
  choices: (Values | null)[];
}

/** Writes the report and gives the result. Safe to repeat. */
async function conclude(
  slice: Optimization,
  { choices, end, made, run, search }: Conclusion,
): Promise<JsonObject> {
  const { desk, input, platform } = slice;
  const { bars, plan, years } = made;
  const [best] = search.best.list();
  if (best === undefined || !isFeasible(best)) throw nothingFeasible(search.trials);
  await slice.progress({
    ...searchProgress(search, made),
    phase: "evidence",
    message: "Looking for what speaks against the best trial",
    fraction: 0.97,
  });
  const evidence = evidenceOf(made, { search, runner: new TrialRunner(made), best });
  const overfitting = overfittingView(evidence, walkedOf(input, made, choices));
  const report = {
    objectives: plan.objectives.map(objectiveText),
    space: plan.dimensions,
    fixed: plan.fixed,
    best: search.best.list().map((trial) => trialView(search, trial, years)),
    pareto:
      plan.objectives.length > 1 ? search.front.list().map((trial) => trialView(search, trial, years)) : null,
    convergence: thinned(search.convergence).map(({ loss, trial }) => ({ trial, objective: -loss + 0 })),
    heat_map: search.heatMap?.told() ?? null,
    overfitting,
  };
  await platform.files.put(runKey(desk, run.id, "report.json"), JSON.stringify(report));
  const { walk_forward, ...told } = overfitting;
  const { detail: _, ...walked } = walk_forward ?? { detail: [] };
  return asJson({
    ...{ optimization_id: run.id, dataset_hash: run.dataset_hash, stopped: end, bars: bars.times.length },
    ...{ trials_run: search.trials, trials_feasible: search.feasible, years },
    best: trialView(search, best, years),
    overfitting: { ...told, walk_forward: walk_forward === null ? null : walked },
  });
}

const MOST_STEPS = 1_000;

/** Evenly, the last one always: a grid can be better at every trial. */
function thinned<T>(steps: readonly T[]): readonly T[] {
  const every = Math.ceil(steps.length / MOST_STEPS);
  return every <= 1 ? steps : steps.filter((_, at) => at % every === 0 || at === steps.length - 1);
}

const nothingFeasible = (trials: number) =>
  invalidInput([
    {
      path: "constraints",
      code: "strategies.nothing_feasible",
      message: `leave none of the ${trials} trials: allow more, or search wider`,
    },
  ]);

function walkedOf(
  { walk_forward: request }: OptimizationRequest,
  made: SetUp,
  choices: (Values | null)[],
): Walked | undefined {
  if (request === undefined || choices.length === 0) return undefined;
  const searcher = new WindowSearch(made);
  const windows = windowsOf(made.bars.times.length, request);
  const results = windows
    .slice(0, choices.length)
    .map((window, at) => searcher.result(window, choices[at] ?? null));
  const summary = summariseWalkForward(results, made.options.periods_per_year);
  return { request, times: made.bars.times, results, summary };
}

/** With the best so far, and what is known of the space: a watcher draws them as they come. */
function searchProgress(search: Search, { plan }: SetUp): Progress {
  const [first] = search.best.list();
  const best = first !== undefined && isFeasible(first) ? first : undefined;
  const total = Math.min(plan.trials, search.space.size);
  const [objective = null] = best === undefined ? [] : objectivesOf(best);
  return {
    phase: "searching",
    fraction: Math.min(0.9, (0.9 * search.trials) / total),
    message: `Ran ${search.trials.toLocaleString("en")} of at most ${total.toLocaleString("en")} trials`,
    counters: {
      ...{ trials: search.trials, feasible: search.feasible },
      ...(objective === null || best === undefined
        ? {}
        : { best_objective: objective, best_trial: best.trial }),
    },
    detail: asJson({
      best: best === undefined ? null : { parameters: search.valuesOf(best), objective: objectivesOf(best) },
      convergence: search.convergence.slice(-20).map(({ loss, trial }) => ({ trial, objective: -loss + 0 })),
      heat_map: search.heatMap?.told() ?? null,
    }),
  };
}

function walkProgress(search: Search, made: SetUp, done: number, windows: number): Progress {
  const { counters, fraction: _, ...told } = searchProgress(search, made);
  return {
    ...told,
    phase: "walking forward",
    fraction: 0.9 + (0.06 * done) / windows,
    message: `Searched ${done} of ${windows} windows`,
    counters: { ...counters, windows: done },
  };
}
