import { z } from "@hono/zod-openapi";
import { listSchema } from "../../../http/lists.ts";
import { exampleId, idSchema } from "../../../platform/ids.ts";
import { jobSchema } from "../../jobs/schemas.ts";
import { runFields } from "../backtests/schemas.ts";
import { metricsSchema } from "../runs/metrics.ts";
import { exampleRun, marketFields, parametersSchema, strategyName, tradingFields } from "../runs/request.ts";

export const METHODS = ["grid", "random", "tpe", "de"] as const;
export const MAX_TRIALS = 1_000_000;
/** Of one search: as many as the widest strategy has, and overlays with them. */
const MAX_DIMENSIONS = 10;
const MAX_VALUES = 1_000;
const metricName = z.string().min(1).max(40).openapi({ example: "sharpe" });
const finite = z.number().min(-1e12).max(1e12);

const dimensionSchema = z
  .union([
    z
      .strictObject({ min: finite, max: finite, step: z.number().positive().max(1e12) })
      .refine(({ max, min }) => min <= max, "`min` must be at most `max`"),
    z.strictObject({ values: z.array(finite).min(1).max(MAX_VALUES) }),
  ])
  .openapi("SearchDimension", { example: { min: 5, max: 50, step: 5 } });

const weighted = z.strictObject({
  metric: metricName,
  weight: z.number().positive().max(1e6).default(1),
  direction: z.enum(["maximize", "minimize"]).optional(),
});

const objectiveSchema = z
  .union([metricName, weighted, z.strictObject({ sum: z.array(weighted).min(1).max(5) })])
  .openapi({ description: "A figure, or a weighted sum of several", example: "sharpe" });

const constraintSchema = z
  .union([
    z
      .strictObject({ metric: metricName, min: finite.optional(), max: finite.optional() })
      .refine(({ max, min }) => max !== undefined || min !== undefined, "needs a `min` or a `max`")
      .refine(({ max, min }) => (min ?? -Infinity) <= (max ?? Infinity), "`min` must be at most `max`"),
    z.strictObject({
      left: z.union([z.string().max(40), finite]),
      operator: z.enum(["<", "<="]),
      right: z.union([z.string().max(40), finite]),
    }),
  ])
  .openapi("SearchConstraint", { example: { metric: "trades", min: 20 } });

const walkForwardSchema = z
  .strictObject({
    in_sample: z.int().min(20).max(500_000).openapi({ example: 504, description: "Bars" }),
    out_of_sample: z.int().min(5).max(500_000).openapi({ example: 126, description: "Bars" }),
    anchored: z.boolean().default(false).openapi({ description: "Every window begins at the first bar" }),
    trials: z.int().min(1).max(20_000).default(200).openapi({
      description: "Of the search in each window; of a grid with more points, chance draws so many",
    }),
  })
  .openapi("WalkForwardRequest");

export const optimizationRequest = z
  .strictObject({
    ...marketFields,
    strategy: strategyName,
    method: z.enum(METHODS),
    space: z
      .record(z.string().max(40), dimensionSchema)
      .refine(
        (space) => Object.keys(space).length <= MAX_DIMENSIONS,
        `has more than ${MAX_DIMENSIONS} parameters`,
      )
      .optional()
      .openapi({
        description: "Parameters to search; the strategy's own ranges unless given",
        example: { fast: { min: 5, max: 50, step: 5 }, slow: { values: [20, 50, 100, 200] } },
      }),
    parameters: parametersSchema.default({}).openapi({ description: "Those that stay as they are" }),
    objective: z
      .union([objectiveSchema, z.array(objectiveSchema).min(1).max(3)])
      .default("sharpe")
      .openapi({
        description:
          "Several make a Pareto front. Told so that more is better: a figure to be minimised has its sign turned. `max_drawdown_pct` is negative, so that the smallest fall is its maximum",
        example: "sharpe",
      }),
    trials: z.int().min(1).max(MAX_TRIALS).optional().openapi({
      description:
        "At most; a grid takes its whole space, which must not have more, and the others 200 unless given",
    }),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
    constraints: z.array(constraintSchema).max(20).default([]),
    early_stop: z
      .strictObject({
        patience: z.int().min(1).max(MAX_TRIALS),
        min_improvement: z.number().min(0).max(1e12).default(0),
      })
      .optional()
      .openapi({ description: "Ends after so many trials without a better one" }),
    walk_forward: walkForwardSchema.optional(),
    ...tradingFields,
  })
  .openapi("OptimizationRequest");
export type OptimizationRequest = z.output<typeof optimizationRequest>;

const { parameters: _, ...market } = exampleRun;
export const exampleOptimization = {
  ...market,
  method: "tpe" as const,
  space: { fast: { min: 5, max: 50, step: 1 }, slow: { min: 20, max: 200, step: 5 } },
  objective: "sharpe",
  trials: 200,
  seed: 7,
};

export const trialSchema = z
  .object({
    trial: z.int(),
    parameters: parametersSchema,
    objective: z.array(z.number().nullable()),
    feasible: z.boolean(),
    metrics: metricsSchema,
  })
  .openapi("Trial");
export const trialList = listSchema(trialSchema).openapi("TrialList");

/** What a job keeps as the result of its run. */
export const optimizationResult = z.object({
  ...{ trials_run: z.int(), trials_feasible: z.int(), stopped: z.string(), years: z.number() },
  best: trialSchema,
  overfitting: z.record(z.string(), z.unknown()),
});

export const optimizationSchema = z
  .object({
    id: idSchema("opt"),
    ...runFields,
    trials_run: z.int().nullable(),
    trials_feasible: z.int().nullable(),
    stopped: z.string().nullable().openapi({
      description:
        "What ended the search: `trials`, `exhausted`, `early_stop`, or `finished` before its time",
      example: "trials",
    }),
    best: trialSchema.nullable(),
    overfitting: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi("Optimization");

export const optimizationDetail = optimizationSchema
  .extend({
    job: jobSchema.nullable(),
    report: z.record(z.string(), z.unknown()).nullable().openapi({
      description:
        "The best trials, the Pareto front, convergence, heat map, and the evidence for or against overfitting",
    }),
  })
  .openapi("OptimizationDetail");
export const optimizationList = listSchema(optimizationSchema).openapi("OptimizationList");
export const optimizationParams = z.object({ id: z.string().openapi({ example: exampleId("opt") }) });
