import { decodeRow, encodeCursor, type Page } from "../../../http/lists.ts";
import type { Ctx } from "../../access/context.ts";
import type { Job } from "../../jobs/job.ts";
import { Space } from "../optimise/space.ts";
import { chosenStrategy } from "../runs/choose.ts";
import { runKey } from "../runs/object-keys.ts";
import { getRun } from "../runs/read.ts";
import type { Run } from "../runs/store.ts";
import { planOf } from "./plan.ts";
import { optimizationRequest, optimizationResult } from "./schemas.ts";
import { trialView } from "./told.ts";
import { openTrialLog } from "./trial-log.ts";

type TrialView = ReturnType<typeof trialView>;

/** The report of a search that has ended: the best trials, the front, the heat map, the evidence. */
export async function reportOf(ctx: Ctx, run: Run): Promise<Record<string, unknown> | null> {
  if (run.result === null) return null;
  const object = await ctx.files.get(runKey(ctx.desk, run.id, "report.json"));
  return object === null ? null : await object.json<Record<string, unknown>>();
}

/** The best trial so far of a search that has no result: one that is under way, or was cancelled. */
export async function bestSoFar(ctx: Ctx, run: Run, job: Job | undefined): Promise<TrialView | null> {
  const trial = job?.progress.counters.best_trial;
  if (run.result !== null || trial === undefined) return null;
  const opened = await openTrialLog(ctx, ctx.desk, run.id);
  const [found] = (await opened?.log.page(trial, 1)) ?? [];
  return found === undefined ? null : trialView(valuesIn(run), found, opened?.years ?? 0);
}

const TRIALS = "trial";

/** Trials in the order in which they were run, also of a search that is under way or was cancelled. */
export async function getTrials(
  ctx: Ctx,
  { cursor, id, limit }: { id: string; limit: number; cursor?: string | undefined },
): Promise<Page<TrialView>> {
  const { job, run } = await getRun(ctx, "optimization", { id });
  const first = decodeRow(TRIALS, cursor) ?? 0;
  const result = run.result === null ? undefined : optimizationResult.parse(run.result);
  const total = result?.trials_run ?? job?.progress.counters.trials ?? 0;
  const count = Math.max(0, Math.min(limit, total - first));
  const opened = count > 0 ? await openTrialLog(ctx, ctx.desk, run.id) : undefined;
  const trials = (await opened?.log.page(first, count)) ?? [];
  const has_more = first + trials.length < total && trials.length > 0;
  const values = valuesIn(run);
  return {
    data: trials.map((trial) => trialView(values, trial, opened?.years ?? 0)),
    has_more,
    next_cursor: has_more ? encodeCursor(TRIALS, [first + trials.length, run.id]) : null,
  };
}

/** What a trial's levels stand for in a run's search. */
function valuesIn({ request: asked }: Run): Parameters<typeof trialView>[0] {
  const request = optimizationRequest.parse(asked);
  const plan = planOf(chosenStrategy(request.strategy, request.side), request);
  const space = new Space(plan.dimensions);
  return { valuesOf: ({ levels }) => ({ ...plan.fixed, ...space.valuesOf(levels) }) };
}
