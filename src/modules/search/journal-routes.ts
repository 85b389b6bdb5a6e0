import { createRoute, z } from "@hono/zod-openapi";
import { listQuery } from "../../http/lists.ts";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { isoTime } from "../../platform/clock.ts";
import { contextOf } from "../access/context.ts";
import { getAnalytics } from "./analytics.ts";
import type { AskedQuery } from "./journal/types.ts";
import { analyticsAnswer, trendingAnswer, windowQuery } from "./journal-schemas.ts";
import { getTrending } from "./trending.ts";

export const journalRoutes = newRouter();

const askedView = (asked: AskedQuery[]) =>
  asked.map(({ last_at, query, users }) => ({ query, users, last_at: isoTime(last_at) }));

journalRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/search/trending",
    operationId: "getTrendingSearches",
    summary: "See what the desk searches for",
    description:
      "Queries of the desk in the window, by how many people made them, then by how lately; and those that found nothing. A query is shown once two people have made it; what you alone searched for is shown to you alone, after the others. Searches are kept for 30 days.",
    tags: ["Search"],
    ...needs("search:query"),
    request: { query: z.object({ ...windowQuery, limit: listQuery.limit }) },
    responses: { 200: json(trendingAnswer, "The queries"), ...privateProblems(422) },
  }),
  async (c) => {
    const query = c.req.valid("query");
    const { no_hits, queries } = await getTrending(contextOf(c), query);
    const answer = { window: query.window, queries: askedView(queries), no_hits: askedView(no_hits) };
    return c.json(answer, 200);
  },
);

journalRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/search/analytics",
    operationId: "getSearchAnalytics",
    summary: "See how the desk searches",
    description:
      "Figures of all searches that people made on the desk in the window: how many, by whom, how fast, what for and what in vain. Managers see every query. Searches are kept for 30 days; of an account that was deleted only the numbers stay.",
    tags: ["Search"],
    ...needs("analytics:read"),
    request: { query: z.object(windowQuery) },
    responses: { 200: json(analyticsAnswer, "The figures"), ...privateProblems(422) },
  }),
  async (c) => {
    const found = await getAnalytics(contextOf(c), c.req.valid("query").window);
    const answer = {
      ...found,
      from: isoTime(found.from),
      to: isoTime(found.to),
      top_queries: askedView(found.top_queries),
      no_hit_queries: askedView(found.no_hit_queries),
      active_users: found.active_users.map(({ searches, user }) => ({ user_id: user, searches })),
    };
    return c.json(answer, 200);
  },
);
