import { z } from "zod";
import { isoTime } from "../../../platform/clock.ts";
import type { DeskId, RunId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { defineJob, type Slice, type SliceOutcome } from "../../jobs/define.ts";
import type { JsonObject } from "../../jobs/job.ts";
import { chosenStrategy, chosenValues } from "../runs/choose.ts";
import { barsOf, chosenMarket, isIntradaySet } from "../runs/market.ts";
import { toldMetrics } from "../runs/metrics.ts";
import { runKey } from "../runs/object-keys.ts";
import { orFail, ownRun, runAftermath } from "../runs/of-job.ts";
import { exampleRun, settingsOf } from "../runs/request.ts";
import { encodeCurve, encodeTrades } from "./records.ts";
import { type BacktestRequest, backtestRequest } from "./schemas.ts";
import { type Simulation, type SymbolSeries, simulate } from "./simulate.ts";

/** Runs a strategy once over its bars; curve and trades go to R2, the figures into the result. */
export const backtestJob = defineJob({
  type: "backtests.run",
  input: backtestRequest,
  checkpoint: z.never(),
  batch: { item: backtestRequest, permission: "backtests:write", example: exampleRun },
  run: async (slice: Slice<BacktestRequest, never>): Promise<SliceOutcome> => {
    const { desk, input, platform } = slice;
    return await orFail(async () => {
      const { simulation, symbols, dataset } = await simulated(platform, desk, input);
      const run = await ownRun(slice, { dataset, kind: "backtest", strategy: input.strategy });
      await keep(platform, desk, run.id, simulation);
      return { done: resultOf(run.id, dataset.hash, symbols, simulation) };
    });
  },
  ...runAftermath,
});

/** The run of a checked request, from its bars in R2. */
export async function simulated(platform: Platform, desk: DeskId, request: BacktestRequest) {
  const strategy = chosenStrategy(request.strategy, request.side);
  const values = chosenValues(strategy, request.parameters);
  const { dataset, symbols } = await chosenMarket(platform, desk, request);
  const [first, ...others] = symbols;
  const seriesOf = async (symbol: string): Promise<SymbolSeries> => ({
    symbol,
    bars: await barsOf(platform, dataset, symbol, request),
  });
  const series: [SymbolSeries, ...SymbolSeries[]] = [await seriesOf(first)];
  for (const symbol of others) series.push(await seriesOf(symbol));
  const simulation = simulate(strategy, values, series, settingsOf(request), {
    crossing: request.crossing,
    isIntraday: isIntradaySet(dataset),
    periods_per_year: request.periods_per_year,
  });
  return { simulation, symbols, dataset, strategy, values };
}

async function keep({ files }: Platform, desk: DeskId, run: RunId, { bars, run: of, trades }: Simulation) {
  await files.put(runKey(desk, run, "trades"), encodeTrades(trades));
  await files.put(runKey(desk, run, "equity"), encodeCurve(bars.times, of));
}

function resultOf(
  id: RunId,
  dataset_hash: string,
  symbols: string[],
  { bars, measures, open, trades }: Simulation,
): JsonObject {
  return {
    ...{ backtest_id: id, dataset_hash, symbols, bars: bars.times.length, trades: trades.length },
    ...toldMetrics(measures),
    open_positions: open.map(({ entryPrice, entryTime, markPrice, pnl, quantity, side, symbol }) => ({
      ...{ symbol: symbols[symbol] ?? "", side, quantity, entry_time: isoTime(entryTime) },
      ...{ entry_price: entryPrice, mark_price: markPrice, pnl },
    })),
  };
}
