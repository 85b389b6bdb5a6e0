import { z } from "zod";
import { trialSchema } from "./schemas.ts";

const figure = z.number().nullable();
const distribution = z
  .object({
    ...{ count: z.number(), mean: z.number(), deviation: z.number(), min: z.number(), max: z.number() },
    ...{ p5: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p95: z.number() },
    histogram: z.array(z.number()),
  })
  .nullable();
const axis = z.object({ parameter: z.string(), values: z.array(z.number()) });

/** A search's report as it stands in R2, as far as others read it. */
export const optimizationReport = z.object({
  objectives: z.array(z.string()),
  space: z.array(
    z.union([
      z.object({ name: z.string(), min: z.number(), max: z.number(), step: z.number() }),
      z.object({ name: z.string(), values: z.array(z.number()) }),
    ]),
  ),
  best: z.array(trialSchema),
  convergence: z.array(z.object({ trial: z.int(), objective: z.number() })),
  heat_map: z.object({ x: axis, y: axis, cells: z.array(figure) }).nullable(),
  overfitting: z.object({
    ...{ trials: z.int(), psr: figure, dsr: figure, minimum_track_record_bars: figure, pbo: figure },
    pbo_detail: z.object({ splits: z.int(), logits: distribution }).optional(),
    plateau: z.object({ scored: z.int(), peak: figure, mean: figure, worst: figure }),
    perturbation: z.object({ points: z.int(), steps: z.int(), peak: figure, scores: distribution }),
    trade_permutation: z.object({ samples: z.int(), drawdown: figure, drawdowns: distribution }),
    walk_forward: z
      .object({
        ...{ in_sample: z.int(), out_of_sample: z.int(), anchored: z.boolean() },
        ...{ in_sample_sharpe: figure, out_of_sample_sharpe: figure, efficiency: figure },
        stitched_return_pct: z.number(),
        detail: z.array(
          z.object({
            from: z.string(),
            to: z.string(),
            in_sample_sharpe: figure,
            out_of_sample_sharpe: figure,
          }),
        ),
      })
      .nullable(),
    reasons: z.record(z.string(), z.string()),
  }),
});
export type OptimizationReport = z.infer<typeof optimizationReport>;
