import { createRoute } from "@hono/zod-openapi";
import { nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { backtestRoutes } from "./backtests/routes.ts";
import { strategyDetailView, strategyView } from "./catalogue-views.ts";
import { datasetRoutes } from "./datasets/routes.ts";
import { experimentRoutes } from "./experiments/routes.ts";
import { exportRoutes } from "./exports/routes.ts";
import { optimizationRoutes } from "./optimizations/routes.ts";
import {
  strategyDetail,
  strategyList,
  strategyParams,
  strategyQuery,
  validateRequest,
  validation,
} from "./schemas.ts";
import { getStrategies, getStrategy, validateParameters } from "./strategies.ts";

const STRATEGIES = ["Strategies"];

export const strategyRoutes = newRouter();
strategyRoutes.route("/", datasetRoutes);
strategyRoutes.route("/", backtestRoutes);
strategyRoutes.route("/", optimizationRoutes);
strategyRoutes.route("/", exportRoutes);
strategyRoutes.route("/", experimentRoutes);

strategyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/strategies",
    operationId: "listStrategies",
    summary: "List strategies",
    description: "The catalogue, by family; the same for every desk.",
    tags: STRATEGIES,
    ...needs("strategies:read"),
    request: { query: strategyQuery },
    responses: { 200: json(strategyList, "The strategies"), ...privateProblems(422) },
  }),
  (c) => {
    const page = getStrategies(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(strategyView) }, 200, nextLink(c.req.url, page));
  },
);

strategyRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/strategies/{name}",
    operationId: "getStrategy",
    summary: "Get a strategy",
    description: "Its rules in words, its parameters with their ranges, and what can be laid over it.",
    tags: STRATEGIES,
    ...needs("strategies:read"),
    request: { params: strategyParams },
    responses: { 200: json(strategyDetail, "The strategy"), ...privateProblems(404) },
  }),
  (c) => c.json(strategyDetailView(getStrategy(contextOf(c), c.req.valid("param"))), 200),
);

strategyRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/strategies/{name}/validate",
    operationId: "validateParameters",
    summary: "Check a strategy's parameters",
    description: "What a run with these parameters would use, and what is wrong with them. Changes nothing.",
    tags: STRATEGIES,
    ...needs("strategies:read"),
    request: {
      params: strategyParams,
      body: jsonBody(validateRequest, { parameters: { fast: 10, slow: 20 } }),
    },
    responses: { 200: json(validation, "The verdict"), ...privateProblems(400, 404, 413, 415, 422) },
  }),
  (c) => {
    const checked = validateParameters(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("json") });
    const errors = checked.faults.map(({ code, message, name }) => ({
      ...{ path: `parameters.${name}`, code: `strategies.${code}`, message },
    }));
    return c.json({ valid: errors.length === 0, parameters: checked.values, errors }, 200);
  },
);
