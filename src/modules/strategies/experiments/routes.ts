import { createRoute } from "@hono/zod-openapi";
import { nextLink } from "../../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../../http/responses.ts";
import { newRouter } from "../../../http/router.ts";
import { contextOf } from "../../access/context.ts";
import { jobSchema, jobView } from "../../jobs/schemas.ts";
import { runQuery } from "../backtests/schemas.ts";
import { getRun, getRuns } from "../runs/read.ts";
import { createExperiment } from "./create.ts";
import {
  exampleExperiment,
  experimentList,
  experimentParams,
  experimentRequest,
  experimentWithJob,
} from "./schemas.ts";
import { experimentView, experimentWithJobView } from "./views.ts";

const EXPERIMENTS = ["Experiments"];

export const experimentRoutes = newRouter();

experimentRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/experiments",
    operationId: "createExperiment",
    summary: "Compare two strategies",
    description:
      "Runs both over the same bars and tests the difference of their returns by one fixed test: paired, with Newey and West's error, a bootstrap interval beside it. Nothing is decided before the sample that was set. A feature of some plans.",
    tags: EXPERIMENTS,
    ...needs("backtests:write"),
    request: { body: jsonBody(experimentRequest, exampleExperiment) },
    responses: {
      202: json(jobSchema, "The job that runs it; `links.result` is the experiment"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const job = await createExperiment(contextOf(c), c.req.valid("json"));
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);

experimentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/experiments",
    operationId: "listExperiments",
    summary: "List experiments",
    description: "The desk's comparisons, the newest first; `strategy` is that of the first side.",
    tags: EXPERIMENTS,
    ...needs("backtests:read"),
    request: { query: runQuery },
    responses: { 200: json(experimentList, "A page of experiments"), ...privateProblems(422) },
  }),
  async (c) => {
    const page = await getRuns(contextOf(c), "experiment", c.req.valid("query"));
    const data = page.data.map(({ job, run }) => experimentView(run, job));
    return c.json({ ...page, data }, 200, nextLink(c.req.url, page));
  },
);

experimentRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/experiments/{id}",
    operationId: "getExperiment",
    summary: "Get an experiment",
    description: "Both sides' figures, the test, and what its power was.",
    tags: EXPERIMENTS,
    ...needs("backtests:read"),
    request: { params: experimentParams },
    responses: { 200: json(experimentWithJob, "The experiment"), ...privateProblems(404) },
  }),
  async (c) => {
    const { job, run } = await getRun(contextOf(c), "experiment", c.req.valid("param"));
    return c.json(experimentWithJobView(run, job), 200);
  },
);
