import { createRoute } from "@hono/zod-openapi";
import { contentAnswers } from "../../http/content.ts";
import { listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { isoTime } from "../../platform/clock.ts";
import { contextOf } from "../access/context.ts";
import { deleteFile } from "./delete.ts";
import { createLink, followLink } from "./links.ts";
import { DEFAULT_LINK_S } from "./policy.ts";
import { getFile, getFileContent, getFiles } from "./read.ts";
import { fileParams, fileQuery, fileSchema, linkParams, linkRequest, linkSchema } from "./schemas.ts";
import { uploadRoutes } from "./upload-route.ts";
import { fileView } from "./views.ts";

const FILES = ["Files"];

export const fileRoutes = newRouter();
fileRoutes.route("/", uploadRoutes);

fileRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/files",
    operationId: "listFiles",
    summary: "List files",
    description: "The desk's uploads and exports that have not expired, the newest first.",
    tags: FILES,
    ...needs("files:read"),
    request: { query: fileQuery },
    responses: {
      200: json(listSchema(fileSchema).openapi("FileList"), "A page of files"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await getFiles(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(fileView) }, 200, nextLink(c.req.url, page));
  },
);

fileRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/files/{id}",
    operationId: "getFile",
    summary: "Get a file",
    description:
      "What it is, who made it and when it expires. For a week after that it is told to have expired.",
    tags: FILES,
    ...needs("files:read"),
    request: { params: fileParams },
    responses: { 200: json(fileSchema, "The file"), ...privateProblems(404, 410) },
  }),
  async (c) => c.json(fileView(await getFile(contextOf(c), c.req.valid("param"))), 200),
);

fileRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/files/{id}/content",
    operationId: "downloadFile",
    summary: "Download a file",
    description: "Its bytes, whole or a range of them.",
    tags: FILES,
    ...needs("files:read"),
    request: { params: fileParams },
    responses: { ...contentAnswers, ...privateProblems(404, 410, 416) },
  }),
  async (c) => await getFileContent(contextOf(c), c.req.valid("param"), c.req.raw.headers),
);

fileRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/files/{id}",
    operationId: "deleteFile",
    summary: "Delete a file",
    description: "Gone at once, and so is what its links opened.",
    tags: FILES,
    ...needs("files:write"),
    request: { params: fileParams },
    responses: { 204: { description: "Deleted" }, ...privateProblems(404, 410) },
  }),
  async (c) => {
    await deleteFile(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);

fileRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/files/{id}/links",
    operationId: "createFileLink",
    summary: "Make a link to a file",
    description:
      "A signed address that gives this one file to whoever has it, until it expires or the file is deleted. It cannot be taken back otherwise.",
    tags: FILES,
    ...needs("files:write"),
    request: { params: fileParams, body: jsonBody(linkRequest, { expires_in_s: DEFAULT_LINK_S }) },
    responses: { 201: json(linkSchema, "The link"), ...privateProblems(400, 404, 410, 413, 415, 422) },
  }),
  async (c) => {
    const link = await createLink(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("json") });
    return c.json({ ...link, expires_at: isoTime(link.expires_at) }, 201);
  },
);

fileRoutes.openapi(
  createRoute({
    method: "get",
    path: "/downloads/{token}",
    operationId: "followFileLink",
    summary: "Download a file by a link",
    description:
      "The link's own signature is the credential; limited by address. Ranges work as for any download.",
    tags: FILES,
    security: [],
    request: { params: linkParams },
    responses: { ...contentAnswers, ...problems(404, 410, 416) },
  }),
  async (c) => await followLink(c.var.platform, c.req.valid("param").token, c.req.raw.headers),
);
