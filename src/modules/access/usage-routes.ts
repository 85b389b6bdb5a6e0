import { createRoute, z } from "@hono/zod-openapi";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { isoTime, timeSchema } from "../../platform/clock.ts";
import { PLANS } from "../directory/policy.ts";
import { contextOf } from "./context.ts";
import { FEATURES } from "./plans.ts";
import { type QuotaUsage, readUsage, type Usage } from "./usage.ts";

const monthSchema = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, "must be a month like 2026-11")
  .openapi({ example: "2026-11" });

const quotaSchema = z
  .object({
    limit: z.int().nullable().openapi({ description: "`null` is unlimited", example: 1_000 }),
    used: z.int().openapi({ example: 412 }),
    remaining: z.int().nullable().openapi({ example: 588 }),
    resets_at: timeSchema,
  })
  .openapi("QuotaUsage");

const usageSchema = z
  .object({
    plan: z.enum(PLANS),
    features: z.array(z.enum(FEATURES)).openapi({ example: ["alerts"] }),
    limits: z.object({
      brokers: z.int().nullable().openapi({ description: "`null` is unlimited", example: 1 }),
      rate_multiplier: z.int().openapi({ description: "The largest that an API key may have", example: 1 }),
    }),
    quotas: z.object({
      calls_per_month: quotaSchema,
      research_jobs_per_day: quotaSchema,
      batch_jobs_per_day: quotaSchema,
    }),
    month: monthSchema,
    calls: z.int().openapi({ description: "Of the month", example: 412 }),
    daily: z
      .array(z.object({ date: z.iso.date(), calls: z.int() }))
      .openapi({ example: [{ date: "2026-11-01", calls: 412 }] }),
  })
  .openapi("Usage");

function quotaView({ limit, remaining, resets_at, used }: QuotaUsage): z.infer<typeof quotaSchema> {
  return { limit, used, remaining, resets_at: isoTime(resets_at) };
}

function usageView({ daily, month, plan, quotas, terms }: Usage): z.infer<typeof usageSchema> {
  const { brokers, features, rate_multiplier } = terms;
  return {
    plan,
    features: [...features],
    limits: { brokers, rate_multiplier },
    quotas: {
      calls_per_month: quotaView(quotas.calls_per_month),
      research_jobs_per_day: quotaView(quotas.research_jobs_per_day),
      batch_jobs_per_day: quotaView(quotas.batch_jobs_per_day),
    },
    month,
    calls: daily.reduce((sum, { calls }) => sum + calls, 0),
    daily,
  };
}

export const usageRoutes = newRouter();

usageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me/usage",
    operationId: "getMyUsage",
    summary: "What the desk has used",
    description:
      "The desk's plan, what is left of its quotas, and the calls of each day (UTC) of this month or an earlier one.",
    tags: ["Me"],
    ...needs("usage:read"),
    request: { query: z.object({ month: monthSchema.optional() }) },
    responses: { 200: json(usageSchema, "Plan, quotas and daily calls"), ...privateProblems(422) },
  }),
  async (c) => c.json(usageView(await readUsage(contextOf(c), c.req.valid("query"))), 200),
);
