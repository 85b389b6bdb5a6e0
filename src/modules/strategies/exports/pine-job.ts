import { z } from "zod";
import type { Platform } from "../../../platform/platform.ts";
import { defineJob, type Slice, type SliceOutcome } from "../../jobs/define.ts";
import type { Strategy } from "../catalogue/declare.ts";
import { tellingValues } from "../catalogue/prepare.ts";
import type { Values } from "../language/numbers.ts";
import {
  type Certificate,
  certify,
  PineDiffers,
  proofSamples,
  type SeriesProof,
} from "../pine/certificate.ts";
import { inexpressible, type PineExport } from "../pine/emitter/emit.ts";
import { PineFault } from "../pine/interpreter/fault.ts";
import { isIntradaySet } from "../runs/market.ts";
import { orFail } from "../runs/of-job.ts";
import { endedRun } from "../runs/read.ts";
import { settingsOf } from "../runs/request.ts";
import type { Run } from "../runs/store.ts";
import { type Again, backtestAgain } from "./again.ts";
import { inPineInexpressible, pineDiffers, pineTooMuch } from "./errors.ts";
import { fileResult, keepFile } from "./file.ts";
import { examplePineExport, type PineExportRequest, pineExportRequest } from "./schemas.ts";

/** Writes a backtest's strategy in Pine, proves it, and keeps the script as a file. */
export const pineJob = defineJob({
  type: "exports.pine",
  input: pineExportRequest,
  checkpoint: z.never(),
  batch: { item: pineExportRequest, permission: "exports:write", example: examplePineExport },
  run: async (slice: Slice<PineExportRequest, never>): Promise<SliceOutcome> => {
    const { desk, input, platform } = slice;
    return await orFail(async () => {
      const run = await endedRun(platform, desk, "backtest", input.backtest_id);
      const certificate = await proved(platform, slice.desk, run, input);
      const name = `${run.strategy}-${input.kind}-v${input.version}.pine`;
      const file = await keepFile(slice, name, "text/plain", new TextEncoder().encode(certificate.source));
      return {
        done: {
          ...fileResult(file),
          certificate: { proofs: certificate.proofs.map(proofView(input.kind)), notes: certificate.notes },
        },
      };
    });
  },
});

const proofView =
  (kind: PineExportRequest["kind"]) =>
  ({ bars, name, netProfit, onTies, trades }: SeriesProof) =>
    kind === "indicator" ? { name, bars } : { name, bars, trades, net_profit: netProfit, on_ties: onTies };

async function proved(
  platform: Platform,
  desk: Run["desk_id"],
  run: Run,
  asked: PineExportRequest,
): Promise<Certificate> {
  const made = await backtestAgain(platform, desk, run);
  const settings = settingsOf(made.request);
  const reason =
    made.symbols.length > 1
      ? "A script trades the one symbol of its chart: run the backtest on one symbol."
      : inexpressible(settings);
  if (reason !== undefined) throw inPineInexpressible(reason);
  const isIntraday = isIntradaySet(made.dataset);
  const own = { name: made.symbols[0], bars: made.simulation.bars, isIntraday };
  const of: PineExport = {
    ...{ strategy: made.strategy, values: made.values, settings, crossing: made.request.crossing },
    ...{ version: asked.version, kind: asked.kind, comments: commentsOf(run, made, asked.kind) },
  };
  try {
    return certify(of, [own, ...proofSamples(isIntraday)]);
  } catch (error) {
    if (error instanceof PineDiffers) throw pineDiffers(error.message);
    if (error instanceof PineFault) throw pineTooMuch(error.message);
    throw error;
  }
}

/** What the script was made from, so that whoever has it can tell. */
function commentsOf(
  run: Run,
  { dataset, simulation, strategy, symbols, values }: Again,
  kind: PineExportRequest["kind"],
): string[] {
  const { bars, measures, trades } = simulation;
  const day = (at: number) => new Date(bars.times.at(at) ?? 0).toISOString().slice(0, 10);
  const profit = measures.values.net_profit ?? 0;
  return [
    `${strategy.title}, exported by Bourse from ${run.id}`,
    `Data: ${symbols[0]}, ${dataset.timeframe}, ${bars.times.length} bars, ${day(0)} to ${day(-1)}, SHA-256 ${dataset.hash}`,
    `Parameters: ${parametersText(strategy, values)}`,
    `${kind === "strategy" ? "Expected" : "The backtest"}: ${trades.length} closed trades, net profit ${profit.toFixed(2)} with what is open marked to the last close`,
  ];
}

const parametersText = (strategy: Strategy, values: Values): string =>
  Object.entries(tellingValues(strategy, values))
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
