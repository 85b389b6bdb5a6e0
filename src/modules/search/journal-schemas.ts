import { z } from "@hono/zod-openapi";
import { timeSchema } from "../../platform/clock.ts";
import { idSchema } from "../../platform/ids.ts";
import { WINDOWS } from "./journal/policy.ts";

const windowSchema = z
  .enum(WINDOWS)
  .openapi({ description: "The time up to this moment that counts", example: "24h" });
export const windowQuery = { window: windowSchema.default("24h") };

const countSchema = z.int().openapi({ example: 42 });
const rateSchema = z.number().min(0).max(1).nullable().openapi({ example: 0.04 });
const askedQuery = z.object({
  query: z
    .string()
    .openapi({ example: "position sizing by volatility", description: "In lower case, spaces made one" }),
  users: z.int().openapi({ example: 3, description: "People who asked it, each counted once" }),
  last_at: timeSchema,
});
const askedQueries = z.array(askedQuery);

export const trendingAnswer = z
  .object({
    window: windowSchema,
    queries: askedQueries.openapi({ description: "What was searched for" }),
    no_hits: askedQueries.openapi({
      description: "What was searched for and not found; `users` and `last_at` are of those searches",
    }),
  })
  .openapi("TrendingSearches");

/** Not a schema with a name: one that may be null somewhere would be that everywhere. */
const timesSchema = z
  .object({
    mean: z.int().openapi({ example: 21, description: "Exact" }),
    p50: z.int().openapi({ example: 14, description: "Within 10 % of the true one" }),
    p95: z.int().openapi({ example: 85, description: "Within 10 % of the true one" }),
  })
  .nullable()
  .openapi({ example: { mean: 21, p50: 14, p95: 85 } });

export const analyticsAnswer = z
  .object({
    window: windowSchema,
    from: timeSchema,
    to: timeSchema,
    searches: countSchema,
    unique_queries: countSchema,
    users: countSchema,
    took_ms: timesSchema,
    no_hits: countSchema.openapi({ description: "Searches that found nothing" }),
    no_hit_rate: rateSchema,
    cached: countSchema.openapi({ description: "Searches that were answered from a cache" }),
    cache_hit_rate: rateSchema,
    intents: z.array(
      z.object({ intent: z.string().openapi({ example: "semantic" }), searches: countSchema }),
    ),
    modes: z.array(z.object({ mode: z.string().openapi({ example: "hybrid" }), searches: countSchema })),
    hours: z
      .array(z.object({ hour: z.int().min(0).max(23).openapi({ example: 9 }), searches: countSchema }))
      .openapi({ description: "Searches by the hour of the day, in UTC; all 24" }),
    top_queries: askedQueries.openapi({ description: "The 20 that most people asked" }),
    no_hit_queries: askedQueries.openapi({ description: "The 20 that most people found nothing for" }),
    active_users: z
      .array(z.object({ user_id: idSchema("usr"), searches: countSchema }))
      .openapi({ description: "The 20 people who searched most" }),
    storage: z.object({
      documents: countSchema.openapi({ description: "Documents that can be found" }),
      chunks: countSchema,
      index_bytes: z.int().openapi({ example: 52_428_800, description: "What the desk's index takes" }),
      journal_bytes: z.int().openapi({ example: 1_048_576, description: "What the desk's journal takes" }),
    }),
  })
  .openapi("SearchAnalytics");
