import { invalidInput } from "../../../http/problem.ts";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import type { Bars } from "../bars/bars.ts";
import type { EngineSettings } from "../engine/settings.ts";
import { chosenStrategy } from "../runs/choose.ts";
import { barsOf, chosenMarket, isIntradaySet } from "../runs/market.ts";
import { settingsOf } from "../runs/request.ts";
import { periodsPerYear } from "../statistics/periods.ts";
import { planOf, type SearchPlan } from "./plan.ts";
import type { OptimizationRequest } from "./schemas.ts";
import { Search, type SearchOptions } from "./search.ts";
import { blockSize } from "./trial-log.ts";
import { windowsOf } from "./walk.ts";

/** Bars times trials that the windows of a walk forward may cost: minutes of a worker's time. */
const MOST_WALK = 20_000_000_000;

export interface SetUp {
  plan: SearchPlan;
  bars: Bars;
  settings: EngineSettings;
  options: SearchOptions;
  /** Trials of a block of the log. */
  block: number;
  years: number;
}

/** All that a search of a checked request needs, from its bars in R2. */
export async function setUp(platform: Platform, desk: DeskId, request: OptimizationRequest): Promise<SetUp> {
  const plan = planOf(chosenStrategy(request.strategy, request.side), request);
  const { dataset, symbols } = await chosenMarket(platform, desk, request);
  const bars = await barsOf(platform, dataset, symbols[0], request);
  const periods = request.periods_per_year ?? periodsPerYear(bars.times) ?? 1;
  const options: SearchOptions = {
    ...{ method: request.method, seed: request.seed, early_stop: request.early_stop },
    ...{ crossing: request.crossing, isIntraday: isIntradaySet(dataset), periods_per_year: periods },
  };
  requireWalk(request, bars.times.length);
  const years = (bars.times.length - 1) / periods;
  return { plan, bars, settings: settingsOf(request), options, block: blockSize(bars.times.length), years };
}

/** The search of a set-up; 422 for a space that is too large. */
export function newSearch({ bars, options, plan, settings }: SetUp): Search {
  try {
    return new Search(plan, bars, settings, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidInput([{ path: "space", code: "strategies.space_too_large", message: error.message }]);
  }
}

function requireWalk({ walk_forward: walk }: OptimizationRequest, bars: number): void {
  if (walk === undefined) return;
  const refuse = (message: string) =>
    invalidInput([{ path: "walk_forward", code: "strategies.walk_forward", message }]);
  if (walk.in_sample + walk.out_of_sample > bars)
    throw refuse(`needs ${walk.in_sample + walk.out_of_sample} bars, and there are ${bars}`);
  const windows = windowsOf(bars, walk);
  const cost = windows.reduce((sum, { inSample }) => sum + (inSample.to - inSample.from) * walk.trials, 0);
  if (cost > MOST_WALK)
    throw refuse("asks for too many trials over all windows: take fewer, or fewer windows");
}
