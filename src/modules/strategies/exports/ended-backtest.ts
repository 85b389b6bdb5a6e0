import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { simulated } from "../backtests/job.ts";
import { type BacktestRequest, backtestRequest } from "../backtests/schemas.ts";
import { runNotFound, runNotReady } from "../runs/errors.ts";
import { findRun, type Run, type RunKind } from "../runs/store.ts";
import { dataChanged } from "./errors.ts";

/** A run of the desk that has a result. 404 and 409 otherwise; for requests and jobs alike, it asks for no permission. */
export async function endedRun({ db }: Platform, desk: DeskId, kind: RunKind, id: string): Promise<Run> {
  const run = await findRun(db, desk, kind, id);
  if (run === undefined) throw runNotFound(kind);
  if (run.result === null) throw runNotReady(kind);
  return run;
}

export type Again = Awaited<ReturnType<typeof simulated>> & { request: BacktestRequest };

/** A run computed again from the same bars: a backtest's, or that of what a search found. */
export async function again(
  platform: Platform,
  desk: DeskId,
  run: Run,
  request: BacktestRequest,
): Promise<Again> {
  const made = await simulated(platform, desk, request);
  if (made.dataset.hash !== run.dataset_hash) throw dataChanged();
  return { ...made, request };
}

export const backtestAgain = async (platform: Platform, desk: DeskId, run: Run): Promise<Again> =>
  await again(platform, desk, run, backtestRequest.parse(run.request));
