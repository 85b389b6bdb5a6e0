import { z } from "@hono/zod-openapi";
import { exampleId, idSchema } from "../../../platform/ids.ts";
import { MAX_SYMBOL_LENGTH } from "../bars/columns/header.ts";
import { type EngineSettings, engineSettings, type Sizing } from "../engine/settings.ts";

const money = z.number().min(0).max(1e12);
/** The least of what is multiplied and divided by: of smaller ones doubles make infinities, and those are no figures. */
const LEAST = 1e-9;
const basisPoints = z.number().min(0).max(5_000);

const costsSchema = z
  .strictObject({
    commission_rate: z
      .number()
      .min(0)
      .max(0.5)
      .default(0)
      .openapi({ description: "Of the traded money, on both sides: 0.002 is 0.2 %", example: 0.002 }),
    commission_fixed: money.default(0).openapi({ description: "Money for each fill" }),
    slippage_bps: basisPoints
      .default(0)
      .openapi({ description: "By which market and stop fills are worse, in hundredths of a percent" }),
    slippage_ticks: z.number().min(0).max(1e6).default(0),
    tick_size: z.number().min(LEAST).max(1e6).default(0.01).openapi({ description: "Money" }),
    spread: basisPoints
      .default(0)
      .openapi({ description: "Between bid and ask, in hundredths of a percent; each fill pays half of it" }),
  })
  .openapi("Costs");

export const SIZINGS = [
  "all_equity",
  "fixed_quantity",
  "fixed_notional",
  "percent_of_equity",
  "atr_risk",
] as const;

const sizingSchema = z
  .strictObject({
    mode: z.enum(SIZINGS),
    value: z.number().min(LEAST).max(1e12).optional().openapi({
      description:
        "A quantity, money, or a percentage of the equity: what is bought (`percent_of_equity`), or lost when the price moves against it by `atr_multiple` ranges (`atr_risk`)",
      example: 50,
    }),
    atr_multiple: z.number().min(LEAST).max(100).default(2),
  })
  .superRefine(({ mode, value }, { addIssue }) => {
    const fault = (message: string) => addIssue({ code: "custom", path: ["value"], message });
    if (mode === "all_equity" && value !== undefined) fault("is not taken by all_equity");
    if (mode !== "all_equity" && value === undefined) fault(`is needed by ${mode}`);
    if ((mode === "percent_of_equity" || mode === "atr_risk") && (value ?? 0) > 100)
      fault("is a percentage of the equity, 100 at most");
  })
  .openapi("Sizing");

/** What every run over a data set is told; a batch's item has the same fields. */
export const marketFields = {
  dataset_id: idSchema("dst"),
  symbol: z
    .string()
    .min(1)
    .max(MAX_SYMBOL_LENGTH)
    .optional()
    .openapi({ description: "Needed where the data set has several", example: "GOOG" }),
  from: z.iso.datetime({ offset: true }).optional().openapi({ description: "First bar, itself included" }),
  to: z.iso.datetime({ offset: true }).optional().openapi({ description: "Last bar, itself included" }),
};

/** How the engine is to trade. */
export const tradingFields = {
  side: z.enum(["both", "long", "short"]).default("long").openapi({
    description: "Which positions may be held; strategies without a rule for shorts take `long` only",
  }),
  capital: z.number().min(LEAST).max(1e12).default(10_000),
  costs: costsSchema.prefault({}),
  sizing: sizingSchema.prefault({ mode: "all_equity" }),
  lot_size: z
    .number()
    .min(0)
    .max(1e9)
    .refine((lot) => lot === 0 || lot >= LEAST, `must be 0, or at least ${LEAST}`)
    .default(1)
    .openapi({ description: "Quantities are whole multiples of it; 0 rounds nothing" }),
  fill: z.enum(["next_open", "close"]).default("next_open").openapi({
    description: "`close` trades at the price that the signal was made from: only for comparison",
  }),
  crossing: z.enum(["tradingview", "strict"]).default("tradingview"),
  close_at_end: z
    .union([z.literal(false), z.enum(["close", "open"])])
    .default(false)
    .openapi({ description: "Of a position that is open at the end: marked to the last close, or closed" }),
  on_same_signal: z.enum(["hold", "reopen"]).default("hold"),
  periods_per_year: z.number().min(0.01).max(1e8).optional().openapi({
    description: "For figures per year; counted from the bars unless given",
    example: 252,
  }),
};

export const parametersSchema = z
  .record(z.string().max(40), z.number())
  .openapi({ example: { fast: 10, slow: 20 } });

export const strategyName = z.string().max(60).openapi({ example: "sma_cross" });

const trading = z.object(tradingFields);
export type Trading = z.output<typeof trading>;

export const exampleRun = {
  dataset_id: exampleId("dst"),
  strategy: "sma_cross",
  parameters: { fast: 10, slow: 20 },
  side: "both" as const,
  capital: 10_000,
  costs: { commission_rate: 0.002 },
};

/** The engine's settings of a request; overlays are parameters and come with them. */
export function settingsOf(request: Trading): EngineSettings {
  const { capital, close_at_end, costs, fill, lot_size, on_same_signal, side, sizing } = request;
  return engineSettings({
    cash: capital,
    side,
    fillAt: fill,
    sizing: sizingOf(sizing),
    lotSize: lot_size,
    costs: {
      commissionRate: costs.commission_rate,
      commissionFixed: costs.commission_fixed,
      slippageBps: costs.slippage_bps,
      slippageTicks: costs.slippage_ticks,
      tickSize: costs.tick_size,
      spreadBps: costs.spread,
    },
    closeAtEnd: close_at_end,
    onSameSignal: on_same_signal,
  });
}

function sizingOf({ atr_multiple, mode, value = 100 }: Trading["sizing"]): Sizing {
  switch (mode) {
    case "all_equity":
      return { kind: mode };
    case "fixed_quantity":
      return { kind: mode, quantity: value };
    case "fixed_notional":
      return { kind: mode, notional: value };
    case "percent_of_equity":
      return { kind: mode, fraction: value / 100 };
    case "atr_risk":
      return { kind: mode, fraction: value / 100, atrMultiple: atr_multiple };
  }
}
