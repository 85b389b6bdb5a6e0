import { z } from "@hono/zod-openapi";
import { DAY_MS } from "../../../../platform/clock.ts";
import { MAX_SYMBOL_LENGTH, MAX_SYMBOLS } from "../../bars/columns/header.ts";
import { csvOptionsSchema } from "../../bars/csv/options.ts";
import { parseTimeframe } from "../../bars/timeframe.ts";
import { nameSchema, timeframeSchema } from "../schemas.ts";
import { faultOfTemplate, namesPlace } from "./address.ts";
import { ADJUSTMENTS, alpacaTimeframe, FEEDS } from "./alpaca.ts";

/** Requests of one import. */
export const MAX_REQUESTS = 2_000;
const MAX_FIELD = 64;

const alpacaSource = z
  .strictObject({
    kind: z.literal("alpaca"),
    adjustment: z
      .enum(ADJUSTMENTS)
      .default("split")
      .openapi({ description: "Of prices and volumes; `raw` leaves the jumps of splits in them" }),
    feed: z.enum(FEEDS).optional().openapi({ description: "The best of the subscription unless given" }),
  })
  .openapi("AlpacaSource");

const url = z
  .string()
  .max(2_000)
  .superRefine((template, { addIssue }) => {
    const fault = faultOfTemplate(template);
    if (fault !== undefined) addIssue({ code: "custom", message: fault });
  })
  .openapi({
    description:
      "With `{symbol}`, `{timeframe}`, and the span as `{from}` and `{to}` (ISO), `{from_date}`, `{from_s}` or `{from_ms}`. It must hold no secret, and no header can be given: neither is kept safely yet",
    example: "https://data.example.com/bars?symbol={symbol}&start={from_date}&end={to_date}",
  });

const httpFields = {
  kind: z.literal("http"),
  url,
  days_per_request: z
    .int()
    .min(1)
    .max(36_600)
    .optional()
    .openapi({ description: "Asks for the span in stretches of so many days; an answer has at most 4 MiB" }),
  ...csvOptionsSchema.pick({ date_order: true, time_zone: true }).shape,
  decimal: csvOptionsSchema.shape.decimal.unwrap().default("."),
};

const field = z.union([z.string().min(1).max(MAX_FIELD), z.int().min(0).max(100)]);

const jsonSource = z
  .strictObject({
    ...httpFields,
    format: z.literal("json"),
    rows: z.string().max(200).default("").openapi({
      description: "Where the list of bars stands, as a path with dots; may hold `{symbol}`",
      example: "data.bars",
    }),
    mapping: z
      .strictObject({
        date: field.default("time").openapi({ description: "Seconds, ms, µs or ns since 1970, or ISO" }),
        open: field.default("open"),
        high: field.default("high"),
        low: field.default("low"),
        close: field.default("close"),
        volume: field.default("volume"),
      })
      .prefault({})
      .openapi({
        description: "A field's name or path, or its place in a row that is a list, the first being 0",
        example: { date: "t", open: "o", high: "h", low: "l", close: "c", volume: "v" },
      }),
  })
  .openapi("JsonSource");

const csvSource = z
  .strictObject({
    ...httpFields,
    format: z.literal("csv"),
    mapping: csvOptionsSchema.shape.mapping
      .unwrap()
      .default({})
      .openapi({ description: "As that of an upload", example: { close: "Adj Close" } }),
  })
  .openapi("CsvSource");

export type HttpSource = z.output<typeof jsonSource> | z.output<typeof csvSource>;

/** What an address and a list of symbols can carry without an escape. */
const symbol = z
  .string()
  .max(MAX_SYMBOL_LENGTH)
  .regex(/^[A-Za-z0-9^][\w.:^=/-]*$/, "must be letters, digits and . _ : ^ = / -")
  .openapi({ example: "AAPL" });

const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .openapi({ description: "A date, or an instant", example: "2020-01-01" });

export const importRequest = z
  .strictObject({
    name: nameSchema,
    provider: z.discriminatedUnion("kind", [
      alpacaSource,
      z.discriminatedUnion("format", [jsonSource, csvSource]),
    ]),
    symbols: z.array(symbol).min(1).max(MAX_SYMBOLS),
    timeframe: timeframeSchema,
    from: moment,
    to: moment.openapi({ description: "Included, a date to its end", example: "2024-12-31" }),
  })
  .superRefine((request, { addIssue }) => {
    const fault = (path: string, message: string) =>
      addIssue({ code: "custom", path: path.split("."), message });
    const { provider, symbols, timeframe } = request;
    const span = spanOf(request);
    if (span.from > span.to) fault("to", "is before `from`");
    if (new Set(symbols).size < symbols.length) fault("symbols", "names a symbol twice");
    const parsed = parseTimeframe(timeframe);
    if (provider.kind === "alpaca") {
      if (parsed && alpacaTimeframe(parsed) === undefined)
        fault(
          "timeframe",
          "is none of Alpaca's: 1m to 59m, 1h to 23h, 1d, 1w, 1mo, 2mo, 3mo, 4mo, 6mo, 12mo",
        );
      return;
    }
    if (symbols.length > 1 && !namesPlace(provider.url, "symbol"))
      fault("provider.url", "must hold {symbol} where there are several");
    if (provider.days_per_request === undefined) return;
    if (!namesPlace(provider.url, "from", "from_date", "from_s", "from_ms"))
      fault("provider.days_per_request", "needs {from} and {to} in the address");
    const days = Math.max(0, span.to - span.from) / DAY_MS;
    if ((days / provider.days_per_request) * symbols.length > MAX_REQUESTS)
      fault("provider.days_per_request", `makes more than ${MAX_REQUESTS} requests`);
  })
  .openapi("ImportRequest");
export type ImportRequest = z.output<typeof importRequest>;

/** The span in ms since 1970, both included. */
export function spanOf({ from, to }: Pick<ImportRequest, "from" | "to">): { from: number; to: number } {
  const isDate = !to.includes("T");
  return { from: Date.parse(from), to: Date.parse(to) + (isDate ? DAY_MS - 1 : 0) };
}
