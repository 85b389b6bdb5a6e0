import { createRoute } from "@hono/zod-openapi";
import { listSchema, nextLink } from "../../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../../http/responses.ts";
import { newRouter } from "../../../http/router.ts";
import { contextOf } from "../../access/context.ts";
import { jobSchema, jobView } from "../../jobs/schemas.ts";
import { getEndedRun, getRows, getRun, getRuns } from "../runs/read.ts";
import { exampleRun } from "../runs/request.ts";
import { createBacktest } from "./backtest.ts";
import { CURVE_BYTES, decodeCurve, decodeTrades, TRADE_BYTES } from "./records.ts";
import {
  backtestList,
  backtestParams,
  backtestRequest,
  backtestWithJob,
  equitySchema,
  pageQuery,
  runQuery,
  tradeSchema,
} from "./schemas.ts";
import { backtestView, backtestWithJobView, equityView, resultOf, tradeView } from "./views.ts";

const BACKTESTS = ["Backtests"];

export const backtestRoutes = newRouter();

backtestRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/backtests",
    operationId: "createBacktest",
    summary: "Run a backtest",
    description:
      "Runs a strategy over a data set: decided at a bar's close, filled at the next bar's open. The same request over the same data gives the same bytes. `links.result` of the job is the backtest.",
    tags: BACKTESTS,
    ...needs("backtests:write"),
    request: { body: jsonBody(backtestRequest, exampleRun) },
    responses: {
      202: json(jobSchema, "The job that runs it"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const job = await createBacktest(contextOf(c), c.req.valid("json"));
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);

backtestRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/backtests",
    operationId: "listBacktests",
    summary: "List backtests",
    description: "The desk's backtests with their figures, the newest first.",
    tags: BACKTESTS,
    ...needs("backtests:read"),
    request: { query: runQuery },
    responses: { 200: json(backtestList, "A page of backtests"), ...privateProblems(422) },
  }),
  async (c) => {
    const page = await getRuns(contextOf(c), "backtest", c.req.valid("query"));
    const data = page.data.map(({ job, run }) => backtestView(run, job));
    return c.json({ ...page, data }, 200, nextLink(c.req.url, page));
  },
);

backtestRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/backtests/{id}",
    operationId: "getBacktest",
    summary: "Get a backtest",
    description: "What was asked, the figures once it has ended, and the job.",
    tags: BACKTESTS,
    ...needs("backtests:read"),
    request: { params: backtestParams },
    responses: { 200: json(backtestWithJob, "The backtest"), ...privateProblems(404) },
  }),
  async (c) => {
    const { job, run } = await getRun(contextOf(c), "backtest", c.req.valid("param"));
    return c.json(backtestWithJobView(run, job), 200);
  },
);

backtestRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/backtests/{id}/trades",
    operationId: "listTrades",
    summary: "List a backtest's trades",
    description: "Closed trades in the order of their exits, each with its excursions.",
    tags: BACKTESTS,
    ...needs("backtests:read"),
    request: { params: backtestParams, query: pageQuery },
    responses: {
      200: json(listSchema(tradeSchema).openapi("TradeList"), "A page of trades"),
      ...privateProblems(404, 409, 422),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const run = await getEndedRun(ctx, "backtest", c.req.valid("param"));
    const { first, page, rows } = await getRows(ctx, run, "trades", TRADE_BYTES, c.req.valid("query"));
    const symbols = resultOf(run)?.symbols ?? [];
    const data = decodeTrades(rows).map((trade, at) => tradeView(trade, first + at, symbols));
    const answer = { data, ...page };
    return c.json(answer, 200, nextLink(c.req.url, answer));
  },
);

backtestRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/backtests/{id}/equity",
    operationId: "listEquity",
    summary: "Read a backtest's equity curve",
    description: "Equity and drawdown at each close.",
    tags: BACKTESTS,
    ...needs("backtests:read"),
    request: { params: backtestParams, query: pageQuery },
    responses: {
      200: json(listSchema(equitySchema).openapi("EquityCurve"), "A page of the curve"),
      ...privateProblems(404, 409, 422),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const run = await getEndedRun(ctx, "backtest", c.req.valid("param"));
    const { page, rows } = await getRows(ctx, run, "equity", CURVE_BYTES, c.req.valid("query"));
    const answer = { data: decodeCurve(rows).map(equityView), ...page };
    return c.json(answer, 200, nextLink(c.req.url, answer));
  },
);
