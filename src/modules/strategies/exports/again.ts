import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { simulated } from "../backtests/job.ts";
import { type BacktestRequest, backtestRequest } from "../backtests/schemas.ts";
import type { Run } from "../runs/store.ts";
import { dataChanged } from "./errors.ts";

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
