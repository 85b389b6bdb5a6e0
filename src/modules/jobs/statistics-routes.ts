import { createRoute, z } from "@hono/zod-openapi";
import { json, needs, privateProblems } from "../../http/responses.ts";
import type { newRouter } from "../../http/router.ts";
import { isoTime, timeSchema } from "../../platform/clock.ts";
import { contextOf } from "../access/context.ts";
import { JOB_STATUSES } from "./policy.ts";
import { COUNTED_TO, getStatistics, type Statistics } from "./statistics.ts";
import { INTERVALS } from "./statistics-policy.ts";

const typeSchema = z.string().openapi({ example: "library.ingest" });
const countSchema = z.int().openapi({ example: 42 });

/** Not a schema with a name: one that may be null somewhere would be that everywhere. */
const durations = (of: string) =>
  z
    .object({
      mean: z.int().openapi({ example: 1_840, description: "Exact" }),
      p50: z.int().openapi({ example: 1_447, description: "Within 10 % of the true one" }),
      p95: z.int().openapi({ example: 4_870, description: "Within 10 % of the true one" }),
    })
    .nullable()
    .openapi({
      example: { mean: 1_840, p50: 1_447, p95: 4_870 },
      description: `${of}, in ms. Percentiles are the middle of a step of a logarithmic scale, 19 % wide.`,
    });

const summary = {
  jobs: countSchema,
  wait_ms: durations("From being asked for to the first slice"),
  run_ms: durations("From the first slice to the end"),
};
const failureRate = z.number().min(0).max(1).nullable().openapi({
  example: 0.04,
  description: "The share of failed and expired jobs among all that ended and were not cancelled",
});

const statisticsSchema = z
  .object({
    now: z.object({
      unfinished: z.array(
        z.object({
          type: typeSchema,
          status: z.enum(JOB_STATUSES),
          jobs: countSchema,
          capped: z.boolean().openapi({ description: `Whether there are ${COUNTED_TO} or more of them` }),
        }),
      ),
      oldest_queued_age_s: z.int().nullable().openapi({ example: 12 }),
    }),
    span: z.object({
      from: timeSchema,
      to: timeSchema,
      interval: z.enum(INTERVALS),
      complete: z.boolean().openapi({
        description: "False where the span held too much to be read: then `from` says where it was cut",
      }),
    }),
    types: z.array(
      z.object({
        type: typeSchema,
        ...summary,
        failure_rate: failureRate,
        statuses: z.array(z.object({ status: z.string().openapi({ example: "succeeded" }), ...summary })),
      }),
    ),
    series: z.array(z.object({ from: timeSchema, ...summary, failure_rate: failureRate })).openapi({
      description: "Intervals, in UTC, in which no job ended are left out",
    }),
  })
  .openapi("JobStatistics");

const timeOf = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso));

function statisticsView({ now, series, span, types }: Statistics): z.infer<typeof statisticsSchema> {
  return {
    now,
    span: { ...span, from: isoTime(span.from), to: isoTime(span.to) },
    types,
    series: series.map((point) => ({ ...point, from: isoTime(point.from) })),
  };
}

export function statisticsRoute(routes: ReturnType<typeof newRouter>): void {
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/jobs/statistics",
      operationId: "getJobStatistics",
      summary: "Statistics of jobs",
      description:
        "What the desk's jobs are doing now, those of batches included, and how those ended that ended within the span: by type and status, and over time. The span is in whole hours, the last 24 unless you say otherwise, and no longer than 90 days.",
      tags: ["Jobs"],
      ...needs("jobs:read"),
      request: {
        query: z.object({
          type: z.string().min(1).max(100).optional().openapi({ example: "library.ingest" }),
          from: timeSchema.optional(),
          to: timeSchema.optional(),
          interval: z.enum(INTERVALS).default("hour"),
        }),
      },
      responses: { 200: json(statisticsSchema, "The statistics"), ...privateProblems(422) },
    }),
    async (c) => {
      const { from, to, ...query } = c.req.valid("query");
      const found = await getStatistics(contextOf(c), { ...query, from: timeOf(from), to: timeOf(to) });
      return c.json(statisticsView(found), 200);
    },
  );
}
