import { z } from "zod";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { findDesk } from "../../directory/desk-store.ts";
import { defineJob, type Slice, type SliceOutcome } from "../../jobs/define.ts";
import { backtestRequest } from "../backtests/schemas.ts";
import { optimizationReport } from "../optimizations/report-schema.ts";
import { optimizationRequest, optimizationResult } from "../optimizations/schemas.ts";
import type { ReportContent } from "../report/content.ts";
import { renderReport } from "../report/render.ts";
import { runNotReady } from "../runs/errors.ts";
import { runKey } from "../runs/object-keys.ts";
import { orFail } from "../runs/of-job.ts";
import { endedRun } from "../runs/read.ts";
import { marketFields, tradingFields } from "../runs/request.ts";
import type { Run } from "../runs/store.ts";
import { again, backtestAgain } from "./again.ts";
import { fileResult, keepFile } from "./file.ts";
import { reportContent } from "./report-content.ts";
import { reportFonts } from "./report-fonts.ts";
import { exampleReport, type ReportRequest, reportRequest } from "./schemas.ts";

/** Draws a report of a backtest, or of what a search found with the evidence about it, and keeps it as a file. */
export const reportJob = defineJob({
  type: "exports.report",
  input: reportRequest,
  checkpoint: z.never(),
  batch: { item: reportRequest, permission: "exports:write", example: exampleReport },
  run: async (slice: Slice<ReportRequest, never>): Promise<SliceOutcome> => {
    const { desk, input, platform } = slice;
    return await orFail(async () => {
      const { content, run } = await contentOf(platform, desk, input);
      const bytes = await renderReport(content, input.kind, await reportFonts(platform.env.ASSETS));
      const name = `${run.strategy}-${input.kind}-report.pdf`;
      return { done: fileResult(await keepFile(slice, name, "application/pdf", bytes)) };
    });
  },
});

async function contentOf(
  platform: Platform,
  desk: DeskId,
  { backtest_id, optimization_id }: ReportRequest,
): Promise<{ content: ReportContent; run: Run }> {
  const name = (await findDesk(platform.db, desk))?.name ?? "";
  if (optimization_id !== undefined) {
    const run = await endedRun(platform, desk, "optimization", optimization_id);
    return { run, content: await searchContent(platform, desk, name, run) };
  }
  const run = await endedRun(platform, desk, "backtest", backtest_id ?? "");
  const made = await backtestAgain(platform, desk, run);
  return { run, content: reportContent({ desk: name, run, made, search: undefined }) };
}

/** Of the best trial, run once more in full. */
async function searchContent(
  platform: Platform,
  desk: DeskId,
  name: string,
  run: Run,
): Promise<ReportContent> {
  const request = optimizationRequest.parse(run.request);
  const { best, trials_run } = optimizationResult.parse(run.result);
  const object = await platform.files.get(runKey(desk, run.id, "report.json"));
  if (object === null) throw runNotReady("optimization", run.ended);
  const report = optimizationReport.parse(await object.json());
  const { method, seed } = request;
  const made = await again(
    platform,
    desk,
    run,
    backtestRequest.parse({ ...runFieldsOf(request), parameters: best.parameters }),
  );
  return reportContent({ desk: name, run, made, search: { report, method, seed, trials: trials_run } });
}

const RUN_FIELDS = new Set(["strategy", ...Object.keys(marketFields), ...Object.keys(tradingFields)]);

/** What a search's request has in common with a backtest's. */
const runFieldsOf = (request: object): object =>
  Object.fromEntries(Object.entries(request).filter(([name]) => RUN_FIELDS.has(name)));
