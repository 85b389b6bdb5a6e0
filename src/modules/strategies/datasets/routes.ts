import { createRoute, z } from "@hono/zod-openapi";
import { nextLink } from "../../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../../http/responses.ts";
import { newRouter } from "../../../http/router.ts";
import { contextOf } from "../../access/context.ts";
import { datasetImportRoutes } from "./import/routes.ts";
import { createSample, resampleDataset } from "./make.ts";
import { deleteDataset, getBars, getDataset, getDatasets } from "./read.ts";
import {
  barList,
  barsQuery,
  datasetDetail,
  datasetList,
  datasetParams,
  datasetQuery,
  resampleRequest,
  sampleRequest,
} from "./schemas.ts";
import { datasetUploadRoutes } from "./upload-route.ts";
import { barViews, datasetDetailView, datasetView, etagOf } from "./views.ts";

const DATASETS = ["Datasets"];
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Of its bars, which never change" }),
});

export const datasetRoutes = newRouter();
datasetRoutes.route("/", datasetUploadRoutes);
datasetRoutes.route("/", datasetImportRoutes);

datasetRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/datasets/sample",
    operationId: "createSampleDataset",
    summary: "Make sample bars",
    description: "Bars of nobody for trying things out; a seed gives the same bytes everywhere.",
    tags: DATASETS,
    ...needs("datasets:write"),
    request: { body: jsonBody(sampleRequest, { name: "Sample, daily", symbols: ["ALPHA"], bars: 1_000 }) },
    responses: {
      201: json(datasetDetail, "The data set"),
      200: json(datasetDetail, "The set of the same request that is there"),
      ...privateProblems(400, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { created, dataset } = await createSample(contextOf(c), c.req.valid("json"));
    return c.json(datasetDetailView(dataset), created ? 201 : 200, { etag: etagOf(dataset) });
  },
);

datasetRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/datasets",
    operationId: "listDatasets",
    summary: "List data sets",
    description: "The desk's data sets, the newest first.",
    tags: DATASETS,
    ...needs("datasets:read"),
    request: { query: datasetQuery },
    responses: { 200: json(datasetList, "A page of data sets"), ...privateProblems(422) },
  }),
  async (c) => {
    const page = await getDatasets(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(datasetView) }, 200, nextLink(c.req.url, page));
  },
);

datasetRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/datasets/{id}",
    operationId: "getDataset",
    summary: "Get a data set",
    description: "Its symbols, what it was made of, and what was found in its bars.",
    tags: DATASETS,
    ...needs("datasets:read"),
    request: { params: datasetParams },
    responses: {
      200: { ...json(datasetDetail, "The data set"), headers: etagHeader },
      304: { description: "Not changed since the ETag in `If-None-Match`" },
      ...privateProblems(404),
    },
  }),
  async (c) => {
    const dataset = await getDataset(contextOf(c), c.req.valid("param"));
    const etag = etagOf(dataset);
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, { etag });
    return c.json(datasetDetailView(dataset), 200, { etag });
  },
);

datasetRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/datasets/{id}",
    operationId: "deleteDataset",
    summary: "Delete a data set",
    description: "What was computed from it stays, and names its hash; it can't be run or exported again.",
    tags: DATASETS,
    ...needs("datasets:write"),
    request: { params: datasetParams },
    responses: { 204: { description: "Deleted" }, ...privateProblems(404) },
  }),
  async (c) => {
    await deleteDataset(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);

datasetRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/datasets/{id}/bars",
    operationId: "listBars",
    summary: "Read bars",
    description: "A symbol's bars, the oldest first, within a span of time.",
    tags: DATASETS,
    ...needs("datasets:read"),
    request: { params: datasetParams, query: barsQuery },
    responses: { 200: json(barList, "A page of bars"), ...privateProblems(404, 422) },
  }),
  async (c) => {
    const asked = { ...c.req.valid("param"), ...c.req.valid("query") };
    const { bars, page } = await getBars(contextOf(c), asked);
    const answer = { data: barViews(bars), ...page };
    return c.json(answer, 200, nextLink(c.req.url, answer));
  },
);

datasetRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/datasets/{id}/resample",
    operationId: "resampleDataset",
    summary: "Make longer bars",
    description: "Bars of a longer timeframe from this set's, within the sessions that its times show.",
    tags: DATASETS,
    ...needs("datasets:write"),
    request: { params: datasetParams, body: jsonBody(resampleRequest, { timeframe: "1w" }) },
    responses: {
      201: json(datasetDetail, "The data set of longer bars"),
      200: json(datasetDetail, "The set of the same bars that is there"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const asked = { ...c.req.valid("param"), ...c.req.valid("json") };
    const { created, dataset } = await resampleDataset(contextOf(c), asked);
    return c.json(datasetDetailView(dataset), created ? 201 : 200, { etag: etagOf(dataset) });
  },
);
