import { createRoute, z } from "@hono/zod-openapi";
import { contentAnswers } from "../../http/content.ts";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { jobSchema, jobView } from "../jobs/schemas.ts";
import { getChunks, getContent, getDocument, getDocuments, jobOf } from "./documents.ts";
import { deleteDocument, reprocessDocument, updateDocument } from "./edit.ts";
import { reindex } from "./reindex.ts";
import {
  chunkSchema,
  documentEdit,
  documentParams,
  documentQuery,
  documentSchema,
  documentStatusSchema,
  documentWithJob,
  reprocessRequest,
} from "./schemas.ts";
import { uploadRoutes } from "./upload-route.ts";
import { documentView, documentWithJobView, etagOf } from "./views.ts";

const LIBRARY = ["Library"];
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Send it back as `If-Match` to edit" }),
});

export const libraryRoutes = newRouter();
libraryRoutes.route("/", uploadRoutes);

libraryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/documents",
    operationId: "listDocuments",
    summary: "List documents",
    description: "The desk's documents by keyset, the newest first unless `sort` says otherwise.",
    tags: LIBRARY,
    ...needs("documents:read"),
    request: { query: documentQuery },
    responses: {
      200: json(listSchema(documentSchema).openapi("DocumentList"), "A page of documents"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await getDocuments(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(documentView) }, 200, nextLink(c.req.url, page));
  },
);

libraryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/documents/{id}",
    operationId: "getDocument",
    summary: "Get a document",
    description: "Its metadata, state and latest job, with an ETag for conditional reads and edits.",
    tags: LIBRARY,
    ...needs("documents:read"),
    request: { params: documentParams },
    responses: {
      200: { ...json(documentWithJob, "The document"), headers: etagHeader },
      304: { description: "Not changed since the ETag in `If-None-Match`" },
      ...privateProblems(404),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const document = await getDocument(ctx, c.req.valid("param"));
    const etag = etagOf(document);
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, { etag });
    return c.json(documentWithJobView(document, await jobOf(ctx, document)), 200, { etag });
  },
);

libraryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/documents/{id}/status",
    operationId: "getDocumentStatus",
    summary: "Get a document's state",
    description: "How far the reading has come, and why it failed if it did.",
    tags: LIBRARY,
    ...needs("documents:read"),
    request: { params: documentParams },
    responses: { 200: json(documentStatusSchema, "The state"), ...privateProblems(404) },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const document = await getDocument(ctx, c.req.valid("param"));
    const { error, id, job, status } = documentWithJobView(document, await jobOf(ctx, document));
    return c.json({ id, status, error, job }, 200);
  },
);

libraryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/documents/{id}/chunks",
    operationId: "listChunks",
    summary: "List a document's chunks",
    description: "The passages that search finds, in reading order, each with the place that it quotes.",
    tags: LIBRARY,
    ...needs("documents:read"),
    request: { params: documentParams, query: z.object(listQuery) },
    responses: {
      200: json(listSchema(chunkSchema).openapi("ChunkList"), "A page of chunks"),
      ...privateProblems(404, 422),
    },
  }),
  async (c) => {
    const page = await getChunks(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("query") });
    return c.json(page, 200, nextLink(c.req.url, page));
  },
);

libraryRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/documents/{id}/content",
    operationId: "downloadDocument",
    summary: "Download a document",
    description: "The file as it was uploaded, whole or a byte range of it.",
    tags: LIBRARY,
    ...needs("documents:read"),
    request: { params: documentParams },
    responses: {
      ...contentAnswers,
      ...privateProblems(404, 416),
    },
  }),
  async (c) => await getContent(contextOf(c), c.req.valid("param"), c.req.raw.headers),
);

libraryRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/documents/{id}",
    operationId: "updateDocument",
    summary: "Edit a document's metadata",
    description:
      "Needs `If-Match` with the ETag that you read. `null` clears a field; search follows at once.",
    tags: LIBRARY,
    ...needs("documents:write"),
    request: {
      params: documentParams,
      headers: z.object({ "if-match": z.string().max(100).optional() }),
      body: jsonBody(documentEdit, { title: "A trading handbook", tags: ["risk"] }),
    },
    responses: {
      200: { ...json(documentSchema, "The document as it is now"), headers: etagHeader },
      ...privateProblems(400, 404, 412, 413, 415, 422, 428),
    },
  }),
  async (c) => {
    const edit = c.req.valid("json");
    const ifMatch = c.req.valid("header")["if-match"];
    const document = await updateDocument(contextOf(c), { ...c.req.valid("param"), edit, ifMatch });
    return c.json(documentView(document), 200, { etag: etagOf(document) });
  },
);

libraryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/documents/{id}/reprocess",
    operationId: "reprocessDocument",
    summary: "Read a document again",
    description:
      "Starts a new run; what was searchable stays so until it is done. 409 while one is under way, unless forced.",
    tags: LIBRARY,
    ...needs("documents:write"),
    request: { params: documentParams, body: jsonBody(reprocessRequest, { force: false }) },
    responses: {
      202: json(documentWithJob, "The document and its new job; `Location` names the job"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { force } = c.req.valid("json");
    const { document, job } = await reprocessDocument(contextOf(c), { ...c.req.valid("param"), force });
    return c.json(documentWithJobView(document, job), 202, { location: `/v1/jobs/${job.id}` });
  },
);

libraryRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/documents/{id}",
    operationId: "deleteDocument",
    summary: "Delete a document",
    description: "Gone from lists and search at once; its files follow by a job.",
    tags: LIBRARY,
    ...needs("documents:write"),
    request: { params: documentParams },
    responses: { 204: { description: "Deleted" }, ...privateProblems(404) },
  }),
  async (c) => {
    await deleteDocument(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);

/** Lies below /v1/search but belongs here: the index is made from the library, and search knows nothing of it. */
libraryRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/search/reindex",
    operationId: "reindex",
    summary: "Rebuild the search index",
    description: "Makes the desk's index anew from the extracted text; search goes on meanwhile.",
    tags: ["Search"],
    ...needs("search:reindex"),
    responses: { 202: json(jobSchema, "The job; `Location` names it"), ...privateProblems(409, 422) },
  }),
  async (c) => {
    const job = await reindex(contextOf(c));
    return c.json(jobView(job), 202, { location: `/v1/jobs/${job.id}` });
  },
);
