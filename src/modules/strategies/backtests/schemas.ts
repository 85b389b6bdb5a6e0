import { z } from "@hono/zod-openapi";
import { listQuery, listSchema } from "../../../http/lists.ts";
import { timeSchema } from "../../../platform/clock.ts";
import { exampleId, idSchema } from "../../../platform/ids.ts";
import { JOB_STATUSES } from "../../jobs/policy.ts";
import { jobErrorSchema, jobSchema } from "../../jobs/schemas.ts";
import { MAX_SYMBOL_LENGTH } from "../bars/columns/header.ts";
import { metricsSchema } from "../runs/metrics.ts";
import { marketFields, parametersSchema, strategyName, tradingFields } from "../runs/request.ts";

/** Symbols that one portfolio trades at most; each is a run of its own. */
const MAX_SYMBOLS = 50;

export const backtestRequest = z
  .strictObject({
    ...marketFields,
    symbols: z
      .array(z.string().min(1).max(MAX_SYMBOL_LENGTH))
      .min(1)
      .max(MAX_SYMBOLS)
      .refine((all) => new Set(all).size === all.length, "names a symbol twice")
      .optional()
      .openapi({
        description: "A portfolio: each symbol trades an equal share of the capital",
        example: ["GOOG"],
      }),
    strategy: strategyName,
    parameters: parametersSchema.default({}),
    ...tradingFields,
  })
  .refine(({ symbol, symbols }) => symbol === undefined || symbols === undefined, {
    path: ["symbols"],
    message: "is not taken together with `symbol`",
  })
  .openapi("BacktestRequest");
export type BacktestRequest = z.output<typeof backtestRequest>;

export const runFields = {
  status: z.enum(JOB_STATUSES),
  dataset_id: idSchema("dst"),
  dataset_hash: z.string().openapi({ description: "SHA-256 of the bars that it was computed from" }),
  strategy: strategyName,
  request: z.record(z.string(), z.unknown()).openapi({ description: "What was asked, with all defaults" }),
  error: jobErrorSchema.nullable(),
  created_by: z.string().openapi({ example: exampleId("usr") }),
  created_at: timeSchema,
  finished_at: timeSchema.nullable(),
  links: z.record(z.string(), z.string()),
};

const openPositionSchema = z.object({
  symbol: z.string(),
  side: z.enum(["long", "short"]),
  quantity: z.number(),
  entry_time: timeSchema,
  entry_price: z.number(),
  mark_price: z.number().openapi({ description: "The last close" }),
  pnl: z.number().openapi({ description: "At that price, net of commissions so far" }),
});

export const backtestSchema = z
  .object({
    id: idSchema("bkt"),
    ...runFields,
    parameters: parametersSchema,
    metrics: metricsSchema.nullable(),
    metric_reasons: z.record(z.string(), z.string()).nullable(),
    periods_per_year: z.number().nullable(),
    bars: z.int().nullable(),
    open_positions: z
      .array(openPositionSchema)
      .nullable()
      .openapi({ description: "What is held after the last bar, of each symbol; the equity counts it" }),
  })
  .openapi("Backtest");

export const backtestWithJob = backtestSchema
  .extend({ job: jobSchema.nullable() })
  .openapi("BacktestWithJob");
export const backtestList = listSchema(backtestSchema).openapi("BacktestList");

export const runQuery = z.object({
  ...listQuery,
  strategy: strategyName.optional(),
  dataset_id: z.string().max(60).optional(),
});
export const backtestParams = z.object({ id: z.string().openapi({ example: exampleId("bkt") }) });
export const pageQuery = z.object(listQuery);

export const tradeSchema = z
  .object({
    index: z.int(),
    symbol: z.string(),
    side: z.enum(["long", "short"]),
    quantity: z.number(),
    entry_time: timeSchema,
    exit_time: timeSchema,
    entry_bar: z.int(),
    exit_bar: z.int(),
    entry_price: z.number(),
    exit_price: z.number(),
    pnl: z.number().openapi({ description: "Net of commissions" }),
    return_pct: z.number(),
    commission: z.number(),
    exit_reason: z.string().openapi({ example: "signal" }),
    mae_pct: z.number().openapi({ description: "Worst excursion from the entry price" }),
    mfe_pct: z.number().openapi({ description: "Best excursion from the entry price" }),
  })
  .openapi("Trade");

export const equitySchema = z
  .object({
    time: timeSchema,
    equity: z.number(),
    drawdown_pct: z.number().openapi({ description: "Below the highest equity so far; 0 or negative" }),
  })
  .openapi("EquityPoint");
