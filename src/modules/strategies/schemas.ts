import { z } from "@hono/zod-openapi";
import { listQuery, listSchema } from "../../http/lists.ts";
import { FAMILIES } from "./catalogue/declare.ts";
import { parametersSchema, strategyName } from "./runs/request.ts";

const rangeSchema = z
  .object({
    name: z.string().openapi({ example: "fast" }),
    title: z.string().openapi({ example: "Length of the fast average" }),
    type: z.enum(["integer", "number"]),
    default: z.number(),
    min: z.number(),
    max: z.number(),
    step: z.number().openapi({ description: "Of a search through the range" }),
  })
  .openapi("StrategyParameter");

export const strategySchema = z
  .object({
    name: strategyName,
    title: z.string().openapi({ example: "SMA cross" }),
    family: z.enum(FAMILIES),
    core: z.boolean().openapi({ description: "Among those that most people begin with" }),
    sides: z.array(z.enum(["long", "short", "both"])),
    entry: z.string(),
    exit: z.string(),
    parameters: z.array(rangeSchema),
    constraints: z.array(z.string()).openapi({ example: ["fast < slow"] }),
    links: z.record(z.string(), z.string()),
  })
  .openapi("Strategy");

export const strategyDetail = strategySchema
  .extend({
    overlays: z.array(rangeSchema).openapi({
      description: "Parameters that it takes besides its own, all off at 0",
    }),
  })
  .openapi("StrategyDetail");

export const strategyQuery = z.object({
  ...listQuery,
  limit: listQuery.limit.default(100).openapi({ example: 100 }),
  family: z.enum(FAMILIES).optional(),
  core: z.stringbool().optional().openapi({ type: "boolean" }),
});
export const strategyParams = z.object({ name: z.string().openapi({ example: "sma_cross" }) });

export const strategyList = listSchema(strategySchema).openapi("StrategyList");

export const validateRequest = z
  .strictObject({ parameters: parametersSchema.default({}) })
  .openapi("ValidateParametersRequest");

export const validation = z
  .object({
    valid: z.boolean(),
    parameters: parametersSchema.openapi({ description: "With the defaults of those left out" }),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })),
  })
  .openapi("ParameterValidation");
