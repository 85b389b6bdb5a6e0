import { createRoute } from "@hono/zod-openapi";
import { json, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { journalOf } from "./journal/open.ts";
import { suggestionQuery, suggestionsAnswer } from "./suggestion-schemas.ts";
import { suggestQueries } from "./suggestions.ts";

export const suggestionRoutes = newRouter();

suggestionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/search/suggestions",
    operationId: "suggestQueries",
    summary: "Complete a query",
    description:
      "What the beginning of a query may become, from the desk's own titles, words and past queries: the best of each kind in turn.",
    tags: ["Search"],
    ...needs("search:query"),
    request: { query: suggestionQuery },
    responses: { 200: json(suggestionsAnswer, "The suggestions, the best first"), ...privateProblems(422) },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const query = c.req.valid("query");
    const suggestions = await suggestQueries(ctx, query, journalOf(ctx, ctx.desk).complete);
    return c.json({ prefix: query.prefix, suggestions }, 200);
  },
);
