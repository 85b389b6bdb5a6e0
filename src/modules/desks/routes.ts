import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { etagOfVersion } from "../../http/preconditions.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { createDesk } from "./create-desk.ts";
import { invitationRoutes } from "./invitation-routes.ts";
import { memberRoutes } from "./member-routes.ts";
import { getDesk, listDesks } from "./read-desks.ts";
import { renameDesk } from "./rename-desk.ts";
import {
  deskEdit,
  deskParams,
  deskRequest,
  memberSchema,
  ownDeskSchema,
  transferRequest,
} from "./schemas.ts";
import { transferDesk } from "./transfer-desk.ts";
import { memberView, ownDeskView } from "./views.ts";

const DESKS = ["Desks"];
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Send it back as `If-Match` to rename" }),
});

export const deskRoutes = newRouter();
deskRoutes.route("/", memberRoutes);
deskRoutes.route("/", invitationRoutes);

deskRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/desks",
    operationId: "listDesks",
    summary: "List your desks",
    description: "The desks that you are on, in the order of joining. A key sees its own desk alone.",
    tags: DESKS,
    ...needs("desks:read"),
    request: { query: z.object(listQuery) },
    responses: {
      200: json(listSchema(ownDeskSchema).openapi("OwnDeskList"), "A page of desks"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await listDesks(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(ownDeskView) }, 200, nextLink(c.req.url, page));
  },
);

deskRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/desks",
    operationId: "createDesk",
    summary: "Make a desk",
    description: "You are its first admin. `POST /v1/auth/switch-desk` gives a token for it.",
    tags: DESKS,
    security: [{ bearer: [] }],
    request: { body: jsonBody(deskRequest, { name: "Metals" }) },
    responses: { 201: json(ownDeskSchema, "The desk"), ...privateProblems(400, 409, 413, 415, 422) },
  }),
  async (c) => {
    const desk = await createDesk(contextOf(c), c.req.valid("json"));
    return c.json(ownDeskView(desk), 201, { location: `/v1/desks/${desk.id}` });
  },
);

deskRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/desks/{id}",
    operationId: "getDesk",
    summary: "Get a desk",
    description: "Any desk that you are on, with an ETag for renaming it.",
    tags: DESKS,
    ...needs("desks:read"),
    request: { params: deskParams },
    responses: { 200: { ...json(ownDeskSchema, "The desk"), headers: etagHeader }, ...privateProblems(404) },
  }),
  async (c) => {
    const desk = await getDesk(contextOf(c), c.req.valid("param"));
    return c.json(ownDeskView(desk), 200, { etag: etagOfVersion(desk.version) });
  },
);

deskRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/desks/{id}",
    operationId: "renameDesk",
    summary: "Rename a desk",
    description: "Needs `If-Match` with the ETag that was read.",
    tags: DESKS,
    ...needs("desks:write"),
    request: {
      params: deskParams,
      body: jsonBody(deskEdit, { name: "Precious metals" }),
      headers: z.object({ "if-match": z.string().max(100).optional() }),
    },
    responses: {
      200: { ...json(ownDeskSchema, "The desk"), headers: etagHeader },
      ...privateProblems(400, 404, 412, 413, 415, 422, 428),
    },
  }),
  async (c) => {
    const ifMatch = c.req.valid("header")["if-match"];
    const input = { ...c.req.valid("param"), ...c.req.valid("json"), ifMatch };
    const desk = await renameDesk(contextOf(c), input);
    return c.json(ownDeskView(desk), 200, { etag: etagOfVersion(desk.version) });
  },
);

deskRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/desks/{id}/transfer",
    operationId: "transferDesk",
    summary: "Hand a desk over",
    description: "The other member becomes admin and you manager, in one step.",
    tags: DESKS,
    ...needs("members:write"),
    request: { params: deskParams, body: jsonBody(transferRequest, { user_id: exampleId("usr") }) },
    responses: {
      200: json(memberSchema, "The new admin"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const input = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(memberView(await transferDesk(contextOf(c), input)), 200);
  },
);
