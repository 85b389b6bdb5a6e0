import { z } from "@hono/zod-openapi";
import { listSchema } from "../../../http/lists.ts";
import { exampleId, idSchema } from "../../../platform/ids.ts";
import { jobSchema } from "../../jobs/schemas.ts";
import { runFields } from "../backtests/schemas.ts";
import { metricsSchema } from "../runs/metrics.ts";
import { exampleRun, marketFields, parametersSchema, strategyName, tradingFields } from "../runs/request.ts";

const { side, ...trading } = tradingFields;

const armSchema = z
  .strictObject({ strategy: strategyName, parameters: parametersSchema.default({}), side })
  .openapi("ExperimentArm");

export const experimentRequest = z
  .strictObject({
    ...marketFields,
    first: armSchema,
    second: armSchema,
    sample_size: z.int().min(20).max(500_000).default(250).openapi({
      description: "Bars before which nothing is decided; set it before you look",
    }),
    alpha: z.number().min(0.001).max(0.2).default(0.05),
    power: z.number().min(0.5).max(0.99).default(0.8),
    effect_annual_pct: z.number().min(1e-9).max(1_000).optional().openapi({
      description: "The difference a year that the power is asked for; the one that was seen unless given",
      example: 5,
    }),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1)
      .openapi({ description: "Of the bootstrap" }),
    ...trading,
  })
  .openapi("ExperimentRequest");
export type ExperimentRequest = z.output<typeof experimentRequest>;

const { parameters, side: exampleSide, strategy, ...market } = exampleRun;
export const exampleExperiment = {
  ...market,
  first: { strategy, parameters, side: exampleSide },
  second: { strategy: "ema_cross", parameters: { fast: 12, slow: 26 }, side: exampleSide },
  sample_size: 500,
};

const figure = z.number().nullable();
const interval = z.object({ low: z.number(), high: z.number(), confidence: z.number() });

const checkSchema = z.object({ statistic: figure, p_value: figure });

export const comparisonSchema = z
  .object({
    verdict: z.enum(["first", "second", "no_difference", "not_decided"]).openapi({
      description:
        "The better one; `not_decided` before the sample is reached; `no_difference` where none was shown at `alpha`, which says little where `power.now` is low",
    }),
    bars: z.int(),
    sample_size: z.int(),
    effect: figure.openapi({ description: "Mean of first minus second, per bar" }),
    effect_annual_pct: figure,
    error: figure.openapi({ description: "Newey and West's, of the effect" }),
    lag: z.int().nullable(),
    t: figure,
    p_value: figure,
    interval: interval.nullable(),
    bootstrap: interval.extend({ samples: z.int(), mean_block: z.number() }).nullable(),
    power: z.object({
      effect: figure,
      now: figure.openapi({
        description: "The chance of having seen that effect with the bars that there are",
      }),
      bars_needed: figure,
      wanted: z.number(),
    }),
    checks: z
      .object({
        paired_t: checkSchema.openapi({ description: "Student's, of the differences bar by bar" }),
        welch_t: checkSchema.openapi({ description: "Welch's, as if the two curves were of different bars" }),
        signed_rank: checkSchema.openapi({ description: "Wilcoxon's, of the differences' ranks" }),
        sharpe_difference: checkSchema.openapi({ description: "Jobson and Korkie's, corrected by Memmel" }),
      })
      .openapi({ description: "Other tests of the same bars, for comparison; the verdict is not theirs" }),
    reasons: z.record(z.string(), z.string()).openapi({ description: "Why a figure is null" }),
  })
  .openapi("StrategyComparison");

const armResult = z.object({ metrics: metricsSchema, metric_reasons: z.record(z.string(), z.string()) });
export const experimentResult = z.object({
  first: armResult,
  second: armResult,
  comparison: comparisonSchema,
  bars: z.int(),
  periods_per_year: z.number().nullable(),
});

export const experimentSchema = z
  .object({
    id: idSchema("exp"),
    ...runFields,
    first: armResult.nullable(),
    second: armResult.nullable(),
    comparison: comparisonSchema.nullable(),
  })
  .openapi("Experiment");
export const experimentWithJob = experimentSchema
  .extend({ job: jobSchema.nullable() })
  .openapi("ExperimentWithJob");
export const experimentList = listSchema(experimentSchema).openapi("ExperimentList");
export const experimentParams = z.object({ id: z.string().openapi({ example: exampleId("exp") }) });
