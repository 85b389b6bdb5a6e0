import { z } from "@hono/zod-openapi";
import { exampleId, idSchema } from "../../../platform/ids.ts";
import { PINE_KINDS } from "../pine/emitter/emit.ts";

const backtest_id = idSchema("bkt");

export const pineExportRequest = z
  .strictObject({
    backtest_id,
    version: z.union([z.literal(6), z.literal(5)]).default(6),
    kind: z.enum(PINE_KINDS).default("strategy"),
  })
  .openapi("PineExportRequest");
export type PineExportRequest = z.output<typeof pineExportRequest>;
export const examplePineExport = {
  backtest_id: exampleId("bkt"),
  version: 6 as const,
  kind: "strategy" as const,
};

export const reportRequest = z
  .strictObject({
    backtest_id: backtest_id.optional(),
    optimization_id: idSchema("opt").optional(),
    kind: z.enum(["full", "executive", "technical"]).default("full"),
  })
  .refine((asked) => (asked.backtest_id === undefined) !== (asked.optimization_id === undefined), {
    path: ["backtest_id"],
    message: "send one of `backtest_id` and `optimization_id`",
  })
  .openapi("ReportExportRequest");
export type ReportRequest = z.output<typeof reportRequest>;
export const exampleReport = { backtest_id: exampleId("bkt"), kind: "full" as const };

export const tradesExportRequest = z
  .strictObject({ backtest_id, format: z.enum(["csv", "json", "xlsx"]).default("csv") })
  .openapi("TradesExportRequest");
export type TradesExportRequest = z.output<typeof tradesExportRequest>;
export const exampleTradesExport = { backtest_id: exampleId("bkt"), format: "csv" as const };
