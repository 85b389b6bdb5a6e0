import { invalidInput, type Problem } from "../../../http/problem.ts";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { spanLength } from "../bars/slice.ts";
import type { Dataset } from "../datasets/store.ts";
import type { Window } from "../overfitting/walk-forward.ts";
import { chosenStrategy } from "../runs/choose.ts";
import { barsOf, chosenMarket, isIntradaySet } from "../runs/market.ts";
import { settingsOf } from "../runs/request.ts";
import { periodsPerYear } from "../statistics/periods.ts";
import { planOf } from "./plan.ts";
import type { OptimizationRequest } from "./schemas.ts";
import { Search, type SearchOptions, type SearchTask, trialCost } from "./search.ts";
import { blockSize } from "./trial-log.ts";
import { windowsOf } from "./walk.ts";

/** Bars times windows, each of which is looked at once more at the end: a few seconds. */
const MOST_RESULTS = 250_000_000;
/** Bars times trials of the fast path that the windows of a walk forward may cost: minutes of a worker's time. */
const MOST_WALK = 20_000_000_000;
/** The same of one window, whose search is one step of the job: it must end within a slice's processor time and lease. */
const MOST_WINDOW = 200_000_000;

/** Of a trial log, well within the requests that one invocation may make. */
const MOST_BLOCKS = 800;

export interface SetUp extends SearchTask {
  dataset: Dataset;
  /** Trials of a block of the log. */
  block: number;
  years: number;
}

/** All that a search of a checked request needs, from its bars in R2. */
export async function setUp(platform: Platform, desk: DeskId, request: OptimizationRequest): Promise<SetUp> {
  const { dataset, symbols } = await chosenMarket(platform, desk, request);
  const plan = planOf(chosenStrategy(request.strategy, request.side), request);
  const bars = await barsOf(platform, dataset, symbols[0], request);
  const periods = request.periods_per_year ?? periodsPerYear(bars.times) ?? 1;
  const options: SearchOptions = {
    ...{ method: request.method, seed: request.seed, early_stop: request.early_stop },
    ...{ crossing: request.crossing, isIntraday: isIntradaySet(dataset), periods_per_year: periods },
  };
  requireWalk(request, bars.times.length, trialCost(plan));
  const block = blockSize(bars.times.length, trialCost(plan));
  const years = (bars.times.length - 1) / periods;
  return { dataset, plan, bars, settings: settingsOf(request), options, block, years };
}

/** The search of a set-up; 422 for a space that is too large, or more trials than a log of them can be read again. */
export function newSearch(made: SetUp): Search {
  try {
    const search = new Search(made);
    requireReadable(Math.min(made.plan.trials, search.space.size), made.block);
    requireWholeGrid(made, search);
    return search;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidInput([{ path: "space", code: "strategies.space_too_large", message: error.message }]);
  }
}

/** The first points of a grid are a corner of it: the best of them would be told as the best of all. */
function requireWholeGrid({ options, plan }: SetUp, { space }: Search): void {
  if (options.method !== "grid" || space.size <= plan.trials || !space.hasMoreThan(plan.trials)) return;
  throw invalidInput([
    {
      ...{ path: "trials", code: "strategies.grid_too_large" },
      message: `are fewer than the grid has points (${space.size} before its constraints, and ${plan.trials} trials): take larger steps, or another method`,
    },
  ]);
}

/** A log is read again by whatever isolate goes on with it, and one invocation asks for a thousand things at most. */
function requireReadable(trials: number, block: number): void {
  if (trials <= MOST_BLOCKS * block) return;
  throw invalidInput([
    {
      ...{ path: "trials", code: "strategies.too_many_trials" },
      message: `must be at most ${MOST_BLOCKS * block} over so many bars`,
    },
  ]);
}

function requireWalk({ walk_forward: walk }: OptimizationRequest, bars: number, cost: number): void {
  if (walk === undefined) return;
  const refuse = (message: string) =>
    invalidInput([{ path: "walk_forward", code: "strategies.walk_forward", message }]);
  if (walk.in_sample + walk.out_of_sample > bars)
    throw refuse(`needs ${walk.in_sample + walk.out_of_sample} bars, and there are ${bars}`);
  const windows = windowsOrRefuse(() => windowsOf(bars, walk), refuse);
  // Whatever the window, a trial's signals are made over all bars.
  const costs = windows.map(({ inSample }) => (bars + cost * spanLength(inSample)) * walk.trials);
  if (windows.length * bars > MOST_RESULTS) throw refuse("has too many windows of so many bars: take fewer");
  if (costs.some((one) => one > MOST_WINDOW))
    throw refuse("asks for too many trials in a window: take fewer, or shorter windows");
  if (costs.reduce((sum, one) => sum + one, 0) > MOST_WALK)
    throw refuse("asks for too many trials over all windows: take fewer, or fewer windows");
}

function windowsOrRefuse(plan: () => Window[], refuse: (message: string) => Problem): Window[] {
  try {
    return plan();
  } catch (error) {
    if (error instanceof RangeError) throw refuse(`asks for too many windows: ${error.message}`);
    throw error;
  }
}
