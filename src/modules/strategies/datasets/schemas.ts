import { z } from "@hono/zod-openapi";
import { listQuery, listSchema } from "../../../http/lists.ts";
import { timeSchema } from "../../../platform/clock.ts";
import { exampleId, idSchema } from "../../../platform/ids.ts";
import { MAX_SYMBOL_LENGTH, MAX_SYMBOLS } from "../bars/columns/header.ts";
import { csvOptionsSchema, MAX_BARS } from "../bars/csv/options.ts";
import { parseTimeframe } from "../bars/timeframe.ts";
import { SOURCES } from "./policy.ts";

export const nameSchema = z.string().trim().min(1).max(200).openapi({ example: "GOOG, daily" });
export const symbolSchema = z.string().trim().min(1).max(MAX_SYMBOL_LENGTH).openapi({ example: "GOOG" });
export const timeframeSchema = z
  .string()
  .max(8)
  .refine((text) => parseTimeframe(text) !== undefined, "must be like 15m, 1h, 1d, 1w or 1mo")
  .openapi({ example: "1d" });

const jsonText = z
  .string()
  .max(16_000)
  .transform((text, { addIssue }) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      addIssue({ code: "custom", message: "must be JSON" });
      return z.NEVER;
    }
  });

/** The fields beside the file. */
export const uploadFields = z.strictObject({
  name: nameSchema.optional(),
  symbol: symbolSchema.optional(),
  timeframe: timeframeSchema.optional(),
  mapping: jsonText.pipe(csvOptionsSchema.shape.mapping.unwrap()).optional(),
  options: jsonText.pipe(csvOptionsSchema.omit({ mapping: true })).optional(),
  dry_run: z.enum(["true", "false"]).default("false"),
});
export type UploadFields = z.output<typeof uploadFields>;

/** The multipart body as the document of the API shows it. */
export const uploadForm = z
  .object({
    file: z.string().openapi({ format: "binary", description: "A CSV of bars, up to 25 MB" }),
    name: nameSchema.optional(),
    symbol: symbolSchema.optional().openapi({ description: "Of bars in a file without a column for it" }),
    timeframe: timeframeSchema.optional().openapi({ description: "As the times show it unless given" }),
    mapping: z.string().optional().openapi({
      description: "JSON: which column is which, by name or number; guessed from the header unless given",
      example: '{"time":"Date","close":"Adj Close"}',
    }),
    options: z.string().optional().openapi({
      description: "JSON: `delimiter`, `decimal`, `date_order`, `time_zone`, `prices`",
      example: '{"time_zone":"America/New_York"}',
    }),
    dry_run: z.enum(["true", "false"]).optional().openapi({
      description: "`true` answers how the file would be taken, and keeps nothing",
    }),
  })
  .openapi("DatasetUpload");

const findingSchema = z.object({
  code: z.string().openapi({ example: "gap" }),
  severity: z.enum(["error", "warning"]),
  count: z.int(),
  examples: z.array(
    z.object({
      symbol: z.string().optional(),
      row: z.number().optional(),
      time: z.string().optional(),
      detail: z.string(),
    }),
  ),
});

const sessionSchema = z.object({
  time_zone: z.string(),
  open: z.string().openapi({ example: "09:30" }),
  close: z.string().openapi({ example: "16:00" }),
  days: z.array(z.int()),
});

export const reportSchema = z
  .object({
    usable: z.boolean().openapi({ description: "Nothing was found that would mislead a backtest" }),
    errors: z.int(),
    warnings: z.int(),
    timeframe: z.string().nullable(),
    symbols: z.array(
      z.object({
        symbol: z.string(),
        bars: z.int(),
        first: z.string().nullable(),
        last: z.string().nullable(),
        timeframe: z.string().nullable(),
        session: sessionSchema.nullable(),
      }),
    ),
    findings: z.array(findingSchema),
  })
  .openapi("BarsReport");

export const datasetSchema = z
  .object({
    id: idSchema("dst"),
    name: nameSchema,
    timeframe: timeframeSchema,
    symbols: z.array(z.object({ symbol: symbolSchema, bars: z.int(), first: timeSchema, last: timeSchema })),
    bars: z.int(),
    hash: z
      .string()
      .openapi({ description: "SHA-256 of the bars: the same for the same bars, wherever they came from" }),
    size_bytes: z.int(),
    source: z.enum(SOURCES),
    usable: z.boolean(),
    created_by: z.string().openapi({ example: exampleId("usr") }),
    created_at: timeSchema,
    links: z.record(z.string(), z.string()),
  })
  .openapi("Dataset");

export const datasetDetail = datasetSchema
  .extend({
    origin: z.record(z.string(), z.unknown()).openapi({ description: "What it was made of" }),
    report: reportSchema,
  })
  .openapi("DatasetDetail");
export const datasetList = listSchema(datasetSchema).openapi("DatasetList");

export const previewSchema = z
  .object({
    dialect: z.record(z.string(), z.unknown()),
    rows: z.int(),
    first: z
      .array(z.record(z.string(), z.unknown()))
      .openapi({ description: "The first bars as they would be read" }),
    report: reportSchema,
  })
  .openapi("DatasetPreview");

export const sampleRequest = z
  .strictObject({
    name: nameSchema,
    symbols: z.array(symbolSchema).min(1).max(MAX_SYMBOLS).default(["SAMPLE"]),
    bars: z.int().min(2).max(MAX_BARS).default(1_000).openapi({ description: "Of each symbol" }),
    timeframe: timeframeSchema.default("1d"),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
    from: z.iso.date().default("2015-01-02"),
    price: z.number().min(0.01).max(1e6).default(100),
  })
  .refine(({ bars, symbols }) => bars * symbols.length <= MAX_BARS, {
    path: ["bars"],
    message: `must be at most ${MAX_BARS} over all symbols`,
  })
  .refine(({ symbols }) => new Set(symbols).size === symbols.length, {
    path: ["symbols"],
    message: "names a symbol twice",
  })
  .openapi("SampleDatasetRequest");
export type SampleRequest = z.output<typeof sampleRequest>;

export const resampleRequest = z
  .strictObject({ timeframe: timeframeSchema, name: nameSchema.optional() })
  .openapi("ResampleRequest");

export const datasetQuery = z.object(listQuery);
export const datasetParams = z.object({ id: z.string().openapi({ example: exampleId("dst") }) });

export const barsQuery = z.object({
  ...listQuery,
  symbol: z
    .string()
    .max(MAX_SYMBOL_LENGTH)
    .optional()
    .openapi({ description: "Needed where there are several" }),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

export const barSchema = z
  .object({
    time: timeSchema,
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
  })
  .openapi("Bar");
export const barList = listSchema(barSchema).openapi("BarList");
