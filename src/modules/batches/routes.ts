import { createRoute } from "@hono/zod-openapi";
import { listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { tableAnswer, tableContent } from "../../http/table-export.ts";
import { type Ctx, contextOf } from "../access/context.ts";
import type { JobDefinition } from "../jobs/define.ts";
import { createBatch } from "./create.ts";
import { exportBatch } from "./export.ts";
import { type BatchWithRun, getBatch, getBatches, getItems } from "./read.ts";
import {
  batchParams,
  batchQuery,
  batchRequest,
  batchSchema,
  exportQuery,
  itemQuery,
  itemSchema,
} from "./schemas.ts";
import { cancelBatch, pauseBatch, resumeBatch, retryFailed } from "./steer.ts";
import { type BatchableType, batchable } from "./types.ts";
import { batchView, itemView } from "./views.ts";

const BATCHES = ["Batches"];

type Routes = ReturnType<typeof newRouter>;

/** The routes of batches of these types. */
export function batchRoutes(all: JobDefinition[]) {
  const types = batchable(all);
  const routes = newRouter();
  createRoutes(routes, types);
  readRoutes(routes);
  exportRoute(routes, types);
  for (const one of steering(types)) steeringRoute(routes, one);
  return routes;
}

const typesInWords = (types: BatchableType[]): string =>
  types.map(({ batch, type }) => `\`${type}\` (items like \`${JSON.stringify(batch.example)}\`)`).join(", ");

function createRoutes(routes: Routes, types: BatchableType[]): void {
  routes.openapi(
    createRoute({
      method: "post",
      path: "/v1/batches",
      operationId: "createBatch",
      summary: "Start a batch",
      description: `One job for each of many inputs, never more than \`concurrency\` at once, under one run that is watched and steered as a whole. Types: ${typesInWords(types)}.`,
      tags: BATCHES,
      ...needs("batches:write"),
      request: {
        body: jsonBody(batchRequest, {
          type: "search.query",
          items: [{ query: "position sizing" }, { query: "stop loss", limit: 5 }],
          concurrency: 2,
        }),
      },
      responses: {
        202: json(batchSchema, "The batch"),
        ...privateProblems(400, 404, 410, 413, 415, 422),
      },
    }),
    async (c) => {
      const made = await createBatch(contextOf(c), types, c.req.valid("json"));
      return c.json(batchView(made), 202, { location: `/v1/jobs/${made.job.id}` });
    },
  );
}

function readRoutes(routes: Routes): void {
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/batches",
      operationId: "listBatches",
      summary: "List batches",
      description: "The desk's batches, the newest first.",
      tags: BATCHES,
      ...needs("batches:read"),
      request: { query: batchQuery },
      responses: {
        200: json(listSchema(batchSchema).openapi("BatchList"), "A page of batches"),
        ...privateProblems(422),
      },
    }),
    async (c) => {
      const page = await getBatches(contextOf(c), c.req.valid("query"));
      return c.json({ ...page, data: page.data.map(batchView) }, 200, nextLink(c.req.url, page));
    },
  );

  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/batches/{id}",
      operationId: "getBatch",
      summary: "Get a batch",
      description: "Its exact counters and its present run.",
      tags: BATCHES,
      ...needs("batches:read"),
      request: { params: batchParams },
      responses: { 200: json(batchSchema, "The batch"), ...privateProblems(404) },
    }),
    async (c) => c.json(batchView(await getBatch(contextOf(c), c.req.valid("param"))), 200),
  );

  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/batches/{id}/items",
      operationId: "listBatchItems",
      summary: "List a batch's items",
      description: "Each input with what became of it, in their order.",
      tags: BATCHES,
      ...needs("batches:read"),
      request: { params: batchParams, query: itemQuery },
      responses: {
        200: json(listSchema(itemSchema).openapi("BatchItemList"), "A page of items"),
        ...privateProblems(404, 422),
      },
    }),
    async (c) => {
      const query = { ...c.req.valid("query"), ...c.req.valid("param") };
      const page = await getItems(contextOf(c), query);
      return c.json({ ...page, data: page.data.map(itemView) }, 200, nextLink(c.req.url, page));
    },
  );
}

function exportRoute(routes: Routes, types: BatchableType[]): void {
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/batches/{id}/export",
      operationId: "exportBatch",
      summary: "Export a batch's results",
      description:
        "All items in their order as CSV, JSON or XLSX, streamed. No cell of a CSV is a formula: text that begins like one gets an apostrophe.",
      tags: BATCHES,
      ...needs("batches:read"),
      request: { params: batchParams, query: exportQuery },
      responses: {
        200: { description: "The file", content: tableContent(itemSchema) },
        ...privateProblems(404, 422),
      },
    }),
    async (c) => {
      const asked = { ...c.req.valid("query"), ...c.req.valid("param") };
      return tableAnswer(await exportBatch(contextOf(c), types, asked));
    },
  );
}

interface Steering {
  action: string;
  operationId: string;
  summary: string;
  description: string;
  run(ctx: Ctx, input: { id: string }): Promise<BatchWithRun>;
}

const steering = (types: BatchableType[]): Steering[] => [
  {
    action: "pause",
    operationId: "pauseBatch",
    summary: "Pause a batch",
    description: "No item starts any more; those that run come to their end.",
    run: pauseBatch,
  },
  {
    action: "resume",
    operationId: "resumeBatch",
    summary: "Resume a batch",
    description:
      "A paused one goes on. Of one that was cancelled, expired, finished early or failed, a new run does what was left.",
    run: (ctx, input) => resumeBatch(ctx, types, input),
  },
  {
    action: "cancel",
    operationId: "cancelBatch",
    summary: "Cancel a batch",
    description: "What has not started never does, and what runs is told to stop.",
    run: cancelBatch,
  },
  {
    action: "retry-failed",
    operationId: "retryFailedItems",
    summary: "Retry a batch's failed items",
    description:
      "Queues again what has failed or was cancelled: in its run if that goes on, else in a new one. Rows that were no item stay as they are.",
    run: (ctx, input) => retryFailed(ctx, types, input),
  },
];

function steeringRoute(routes: Routes, { action, run, ...said }: Steering): void {
  routes.openapi(
    createRoute({
      method: "post",
      path: `/v1/batches/{id}/${action}`,
      ...said,
      tags: BATCHES,
      ...needs("batches:write"),
      request: { params: batchParams },
      responses: { 202: json(batchSchema, "The batch"), ...privateProblems(404, 409, 422) },
    }),
    async (c) => {
      const steered = await run(contextOf(c), c.req.valid("param"));
      return c.json(batchView(steered), 202, { location: `/v1/jobs/${steered.job.id}` });
    },
  );
}
