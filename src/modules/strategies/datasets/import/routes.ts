import { createRoute } from "@hono/zod-openapi";
import { json, jsonBody, needs, privateProblems } from "../../../../http/responses.ts";
import { newRouter } from "../../../../http/router.ts";
import { contextOf } from "../../../access/context.ts";
import { jobSchema, jobView } from "../../../jobs/schemas.ts";
import { importDataset } from "./import.ts";
import { importRequest } from "./schemas.ts";

export const datasetImportRoutes = newRouter();

datasetImportRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/datasets/import",
    operationId: "importDataset",
    summary: "Import bars from a provider",
    description:
      "Fetches bars page by page, from Alpaca or from any public address that answers with JSON or CSV, and makes a data set of them. `links.result` of the job is the data set once it has succeeded; its result names symbols of which nothing came.",
    tags: ["Datasets"],
    ...needs("datasets:write"),
    request: {
      body: jsonBody(importRequest, {
        name: "AAPL and MSFT, daily",
        provider: { kind: "alpaca" },
        symbols: ["AAPL", "MSFT"],
        timeframe: "1d",
        from: "2020-01-01",
        to: "2024-12-31",
      }),
    },
    responses: {
      202: json(jobSchema, "The job that fetches them"),
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const job = await importDataset(contextOf(c), c.req.valid("json"));
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);
