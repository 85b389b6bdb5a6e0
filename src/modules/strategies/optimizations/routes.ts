import { createRoute } from "@hono/zod-openapi";
import { nextLink } from "../../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../../http/responses.ts";
import { newRouter } from "../../../http/router.ts";
import { contextOf } from "../../access/context.ts";
import { jobSchema, jobView } from "../../jobs/schemas.ts";
import { pageQuery, runQuery } from "../backtests/schemas.ts";
import { getRun, getRuns } from "../runs/read.ts";
import { createOptimization } from "./create.ts";
import { bestSoFar, getTrials, reportOf } from "./read.ts";
import {
  exampleOptimization,
  optimizationDetail,
  optimizationList,
  optimizationParams,
  optimizationRequest,
  trialList,
} from "./schemas.ts";
import { optimizationDetailView, optimizationView } from "./views.ts";

const OPTIMIZATIONS = ["Optimizations"];

export const optimizationRoutes = newRouter();

optimizationRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/optimizations",
    operationId: "createOptimization",
    summary: "Search a strategy's parameters",
    description:
      "Searches by grid, by chance, by a Parzen estimator or by differential evolution, then looks for what speaks against the best: deflated Sharpe, probability of overfitting, walk forward. Progress events carry the best so far and the heat map. Cancelled, it keeps its trials; `finish` ends it with what it has.",
    tags: OPTIMIZATIONS,
    ...needs("backtests:write"),
    request: { body: jsonBody(optimizationRequest, exampleOptimization) },
    responses: {
      202: json(jobSchema, "The job that searches; `links.result` is the optimisation"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const job = await createOptimization(contextOf(c), c.req.valid("json"));
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);

optimizationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/optimizations",
    operationId: "listOptimizations",
    summary: "List optimisations",
    description: "The desk's searches with their best trials, the newest first.",
    tags: OPTIMIZATIONS,
    ...needs("backtests:read"),
    request: { query: runQuery },
    responses: { 200: json(optimizationList, "A page of optimisations"), ...privateProblems(422) },
  }),
  async (c) => {
    const page = await getRuns(contextOf(c), "optimization", c.req.valid("query"));
    const data = page.data.map(({ job, run }) => optimizationView(run, job));
    return c.json({ ...page, data }, 200, nextLink(c.req.url, page));
  },
);

optimizationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/optimizations/{id}",
    operationId: "getOptimization",
    summary: "Get an optimisation",
    description:
      "The best trial, so far where it is under way or was cancelled, and once it has ended the report with the evidence about it.",
    tags: OPTIMIZATIONS,
    ...needs("backtests:read"),
    request: { params: optimizationParams },
    responses: { 200: json(optimizationDetail, "The optimisation"), ...privateProblems(404) },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const { job, run } = await getRun(ctx, "optimization", c.req.valid("param"));
    const best = await bestSoFar(ctx, run, job);
    return c.json(optimizationDetailView(run, job, { best, report: await reportOf(ctx, run) }), 200);
  },
);

optimizationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/optimizations/{id}/trials",
    operationId: "listTrials",
    summary: "List an optimisation's trials",
    description:
      "Every trial in the order in which they were run, also while it runs and after it was cancelled.",
    tags: OPTIMIZATIONS,
    ...needs("backtests:read"),
    request: { params: optimizationParams, query: pageQuery },
    responses: { 200: json(trialList, "A page of trials"), ...privateProblems(404, 422) },
  }),
  async (c) => {
    const page = await getTrials(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("query") });
    return c.json(page, 200, nextLink(c.req.url, page));
  },
);
