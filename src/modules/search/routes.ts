import { createRoute } from "@hono/zod-openapi";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import type { Signals } from "./ranking/weights.ts";
import { searchAnswer, searchRequest } from "./schemas.ts";
import { search } from "./search.ts";

export const searchRoutes = newRouter();

searchRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/search",
    operationId: "search",
    summary: "Search the library",
    description: "The best passages of the desk's documents, with locators that quote the true text.",
    tags: ["Search"],
    ...needs("search:query"),
    request: { body: jsonBody(searchRequest, { query: "position sizing by volatility", limit: 5 }) },
    responses: {
      200: json(searchAnswer, "The passages, the best first"),
      ...privateProblems(400, 413, 415, 422),
    },
  }),
  async (c) => {
    const { explain, ...request } = c.req.valid("json");
    const { facets, results, ...answer } = await search(contextOf(c), request);
    const shown = results.map(({ index: _, parts, ...hit }) =>
      explain ? { ...hit, explain: rounded(parts) } : hit,
    );
    return c.json({ ...answer, results: shown, ...(facets && { facets }) }, 200);
  },
);

/** Four places tell all that a reader can use. */
function rounded(parts: Signals): Signals {
  return Object.fromEntries(Object.entries(parts).map(([name, share]) => [name, Number(share.toFixed(4))]));
}
