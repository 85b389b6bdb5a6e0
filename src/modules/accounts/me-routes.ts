import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { endOtherSessions, endSession, mySessions, renameSession } from "./my-sessions.ts";
import { updateProfile } from "./profile.ts";
import { meSchema, permissionsSchema, profileEdit, sessionName, sessionSchema } from "./schemas.ts";
import { meEtag, meView, permissionsView, sessionView } from "./views.ts";

const ME = ["Me"];
const SIGNED_IN = { security: [{ bearer: [] }] };
const sessionParams = z.object({ id: z.string().openapi({ example: exampleId("ses") }) });
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Send it back as `If-Match` to edit" }),
});

export const meRoutes = newRouter();

meRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me",
    operationId: "getMe",
    summary: "Who am I",
    description: "The caller, the desk that the token names, and the role on it.",
    tags: ME,
    ...SIGNED_IN,
    responses: {
      200: { ...json(meSchema, "The caller"), headers: etagHeader },
      304: { description: "Not changed since the ETag in `If-None-Match`" },
      ...problems(401),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const view = meView(ctx);
    const etag = await meEtag(view, ctx.profile);
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, { etag });
    return c.json(view, 200, { etag });
  },
);

meRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/me",
    operationId: "updateMe",
    summary: "Edit my profile",
    description:
      "Needs `If-Match` with the ETag that you read. A new `email` needs a recent proof, and is yours once the mail to it was answered; the answer is the same whoever has it.",
    tags: ME,
    ...SIGNED_IN,
    request: {
      headers: z.object({ "if-match": z.string().max(100).optional() }),
      body: jsonBody(profileEdit, { full_name: "Ada Lovelace" }),
    },
    responses: {
      200: { ...json(meSchema, "The caller as they are now"), headers: etagHeader },
      ...problems(400, 401, 403, 412, 413, 415, 422, 428),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const edit = c.req.valid("json");
    const after = await updateProfile(ctx, { edit, ifMatch: c.req.valid("header")["if-match"] });
    const profile = { ...ctx.profile, ...after };
    const view = meView(ctx, profile);
    return c.json(view, 200, { etag: await meEtag(view, profile) });
  },
);

meRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me/permissions",
    operationId: "getMyPermissions",
    summary: "What may I do",
    description: "The permissions of the caller on the active desk: of a key no more than its scopes.",
    tags: ME,
    ...SIGNED_IN,
    responses: { 200: json(permissionsSchema, "The permissions"), ...problems(401) },
  }),
  (c) => c.json(permissionsView(contextOf(c)), 200),
);

meRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me/sessions",
    operationId: "listMySessions",
    summary: "List my sessions",
    description: "The caller's sessions in force, the newest first, with device and place.",
    tags: ME,
    ...SIGNED_IN,
    request: { query: z.object(listQuery) },
    responses: {
      200: json(listSchema(sessionSchema).openapi("SessionList"), "A page of sessions"),
      ...problems(401, 403, 422),
    },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const page = await mySessions(ctx, c.req.valid("query"));
    const data = page.data.map((session) => sessionView(session, ctx));
    return c.json({ ...page, data }, 200, nextLink(c.req.url, page));
  },
);

meRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/me/sessions",
    operationId: "endMyOtherSessions",
    summary: "End my other sessions",
    description: "All but the one that asks.",
    tags: ME,
    ...SIGNED_IN,
    responses: { 204: { description: "They have ended" }, ...problems(401, 403) },
  }),
  async (c) => {
    await endOtherSessions(contextOf(c));
    return c.body(null, 204);
  },
);

meRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/me/sessions/{id}",
    operationId: "renameMySession",
    summary: "Name a session",
    description: "A name that you know the device by.",
    tags: ME,
    ...SIGNED_IN,
    request: { params: sessionParams, body: jsonBody(sessionName, { name: "Trading laptop" }) },
    responses: { 200: json(sessionSchema, "The session"), ...problems(400, 401, 403, 404, 413, 415, 422) },
  }),
  async (c) => {
    const ctx = contextOf(c);
    const session = await renameSession(ctx, { ...c.req.valid("param"), ...c.req.valid("json") });
    return c.json(sessionView(session, ctx), 200);
  },
);

meRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/me/sessions/{id}",
    operationId: "endMySession",
    summary: "End a session",
    description: "Its tokens stop working within two seconds, everywhere.",
    tags: ME,
    ...SIGNED_IN,
    request: { params: sessionParams },
    responses: { 204: { description: "It has ended" }, ...problems(401, 403, 404) },
  }),
  async (c) => {
    await endSession(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);
