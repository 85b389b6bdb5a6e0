import { createRoute } from "@hono/zod-openapi";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { giveFeedback } from "./feedback.ts";
import { feedbackRequest, passageParams, similarAnswer, similarQuery } from "./passage-schemas.ts";
import { similar } from "./similar.ts";

export const passageRoutes = newRouter();

passageRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/search/similar/{chunk_id}",
    operationId: "findSimilarPassages",
    summary: "Find passages like one",
    description: "The desk's passages that are about the same as this one, which is left out.",
    tags: ["Search"],
    ...needs("search:query"),
    request: { params: passageParams, query: similarQuery },
    responses: { 200: json(similarAnswer, "The passages, the nearest first"), ...privateProblems(404, 422) },
  }),
  async (c) => {
    const asked = { ...c.req.valid("param"), ...c.req.valid("query") };
    const { chunk_id, hits, trained } = await similar(contextOf(c), asked);
    const results = hits.map(({ index: _, ...hit }) => hit);
    return c.json({ chunk_id, results, trained }, 200);
  },
);

passageRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/search/feedback",
    operationId: "giveSearchFeedback",
    summary: "Rate an answer",
    description:
      "How well a passage answers a query. Each member has one vote on a passage for a query, the last one; votes move the ranking of that query, in other forms and orders of its words too, by a bounded amount.",
    tags: ["Search"],
    ...needs("search:feedback"),
    request: {
      body: jsonBody(feedbackRequest, {
        query: "position sizing by volatility",
        chunk_id: exampleId("chk"),
        rating: 5,
      }),
    },
    responses: {
      204: { description: "The vote counts" },
      ...privateProblems(400, 404, 413, 415, 422),
    },
  }),
  async (c) => {
    await giveFeedback(contextOf(c), c.req.valid("json"));
    return c.body(null, 204);
  },
);
