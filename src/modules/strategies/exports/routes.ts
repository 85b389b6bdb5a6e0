import { createRoute, type z } from "@hono/zod-openapi";
import { json, jsonBody, needs, privateProblems } from "../../../http/responses.ts";
import { newRouter } from "../../../http/router.ts";
import { contextOf } from "../../access/context.ts";
import { jobSchema, jobView } from "../../jobs/schemas.ts";
import { createExport } from "./create.ts";
import { pineJob } from "./pine-job.ts";
import { reportJob } from "./report-job.ts";
import {
  examplePineExport,
  exampleReport,
  exampleTradesExport,
  pineExportRequest,
  reportRequest,
  tradesExportRequest,
} from "./schemas.ts";
import { tradesJob } from "./trades-job.ts";

export const exportRoutes = newRouter();

/** What every export declares: a job, whose result is a file. */
const exportRoute = <P extends string, T extends z.ZodType>(
  path: P,
  told: { operationId: string; summary: string; description: string },
  schema: T,
  example: z.input<T>,
) =>
  createRoute({
    ...{ method: "post" as const, path, ...told, tags: ["Exports"], ...needs("exports:write") },
    request: { body: jsonBody(schema, example) },
    responses: {
      202: json(jobSchema, "The job; its result names the file, which is there for 24 hours"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  });

exportRoutes.openapi(
  exportRoute(
    "/v1/exports/pine-script",
    {
      operationId: "exportPineScript",
      summary: "Export a backtest's strategy to Pine",
      description:
        "A script for TradingView, proved against the backtest trade by trade on its own bars and on two series more; one that would differ is refused.",
    },
    pineExportRequest,
    examplePineExport,
  ),
  async (c) => {
    const asked = c.req.valid("json");
    const of = { kind: "backtest" as const, id: asked.backtest_id };
    const job = await createExport(contextOf(c), pineJob, of, asked);
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);

exportRoutes.openapi(
  exportRoute(
    "/v1/exports/report",
    {
      operationId: "exportReport",
      summary: "Export a report as PDF",
      description:
        "Of a backtest, or of what a search found with the evidence for and against it. The same run gives the same bytes.",
    },
    reportRequest,
    exampleReport,
  ),
  async (c) => {
    const asked = c.req.valid("json");
    const of =
      asked.optimization_id === undefined
        ? { kind: "backtest" as const, id: asked.backtest_id ?? "" }
        : { kind: "optimization" as const, id: asked.optimization_id };
    const job = await createExport(contextOf(c), reportJob, of, asked);
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);

exportRoutes.openapi(
  exportRoute(
    "/v1/exports/trades",
    {
      operationId: "exportTrades",
      summary: "Export a backtest's trades",
      description: "As CSV, JSON or XLSX. No cell is a formula.",
    },
    tradesExportRequest,
    exampleTradesExport,
  ),
  async (c) => {
    const asked = c.req.valid("json");
    const of = { kind: "backtest" as const, id: asked.backtest_id };
    const job = await createExport(contextOf(c), tradesJob, of, asked);
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);
