import { createRoute, z } from "@hono/zod-openapi";
import { listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { userView } from "../accounts/views.ts";
import { bootstrap } from "./bootstrap.ts";
import { deleteUser, forceReset, updateUser } from "./edit.ts";
import { impersonate } from "./impersonate.ts";
import {
  adminUserDetail,
  adminUserSchema,
  bootstrapBody,
  ifMatchHeader,
  impersonationBody,
  impersonationSchema,
  userEdit,
  userParams,
  userQuery,
} from "./schemas.ts";
import { getUser, getUsers } from "./users.ts";
import { adminUserDetailView, adminUserView, etagOf } from "./views.ts";

const ADMINISTRATION = ["Administration"];
const etagHeader = z.object({
  ETag: z.string().openapi({ description: "Send it back as `If-Match` to edit" }),
});
const asItIsNow = { ...json(adminUserDetail, "The user as they are now"), headers: etagHeader };

export const adminRoutes = newRouter();

adminRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/admin/bootstrap",
    operationId: "bootstrapSuperAdmin",
    summary: "Become the first super admin",
    description:
      "Takes the deployment's one-time token from a person with a verified address and a recent proof. Every token that does nothing gets the same 404.",
    tags: ADMINISTRATION,
    security: [{ bearer: [] }],
    request: { body: jsonBody(bootstrapBody, { token: "the-deployment's-BOOTSTRAP_TOKEN" }) },
    responses: {
      200: json(adminUserSchema, "The caller, now a super admin"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => c.json(adminUserView(await bootstrap(contextOf(c), c.req.valid("json"))), 200),
);

adminRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/admin/users",
    operationId: "listUsers",
    summary: "List users",
    description:
      "All users of the platform, the newest first; with `q` those whose address or username begins so.",
    tags: ADMINISTRATION,
    ...needs("platform:read"),
    request: { query: userQuery },
    responses: {
      200: json(listSchema(adminUserSchema).openapi("AdminUserList"), "A page of users"),
      ...privateProblems(422),
    },
  }),
  async (c) => {
    const page = await getUsers(contextOf(c), c.req.valid("query"));
    return c.json({ ...page, data: page.data.map(adminUserView) }, 200, nextLink(c.req.url, page));
  },
);

adminRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/admin/users/{id}",
    operationId: "getUser",
    summary: "Get a user",
    description: "With their open desks, the home desk first, how many sessions are in force, and an ETag.",
    tags: ADMINISTRATION,
    ...needs("platform:read"),
    request: { params: userParams },
    responses: {
      200: { ...json(adminUserDetail, "The user"), headers: etagHeader },
      304: { description: "Not changed since the ETag in `If-None-Match`" },
      ...privateProblems(404),
    },
  }),
  async (c) => {
    const detail = await getUser(contextOf(c), c.req.valid("param"));
    const etag = await etagOf(detail);
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, { etag });
    return c.json(adminUserDetailView(detail), 200, { etag });
  },
);

adminRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/admin/users/{id}",
    operationId: "updateUser",
    summary: "Edit a user",
    description:
      "Needs `If-Match`. Deactivating ends every session and makes keys dead while it lasts; the last active super admin stays.",
    tags: ADMINISTRATION,
    ...needs("platform:write"),
    request: { params: userParams, headers: ifMatchHeader, body: jsonBody(userEdit, { plan: "pro" }) },
    responses: { 200: asItIsNow, ...privateProblems(400, 404, 409, 412, 413, 415, 422, 428) },
  }),
  async (c) => {
    const edit = c.req.valid("json");
    const ifMatch = c.req.valid("header")["if-match"];
    const detail = await updateUser(contextOf(c), { ...c.req.valid("param"), edit, ifMatch });
    return c.json(adminUserDetailView(detail), 200, { etag: await etagOf(detail) });
  },
);

adminRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/admin/users/{id}/force-reset",
    operationId: "forcePasswordReset",
    summary: "Force a new password",
    description:
      "Needs `If-Match`. The old password stops working, every session ends, and a mail leads to a new one.",
    tags: ADMINISTRATION,
    ...needs("platform:write"),
    request: { params: userParams, headers: ifMatchHeader },
    responses: { 200: asItIsNow, ...privateProblems(404, 412, 422, 428) },
  }),
  async (c) => {
    const ifMatch = c.req.valid("header")["if-match"];
    const detail = await forceReset(contextOf(c), { ...c.req.valid("param"), ifMatch });
    return c.json(adminUserDetailView(detail), 200, { etag: await etagOf(detail) });
  },
);

adminRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/admin/users/{id}",
    operationId: "deleteUser",
    summary: "Delete a user",
    description:
      "Needs `If-Match`. Desks that they were alone on are closed; 409 for a desk's or the platform's last admin.",
    tags: ADMINISTRATION,
    ...needs("platform:write"),
    request: { params: userParams, headers: ifMatchHeader },
    responses: { 204: { description: "Deleted" }, ...privateProblems(404, 409, 412, 422, 428) },
  }),
  async (c) => {
    await deleteUser(contextOf(c), { ...c.req.valid("param"), ifMatch: c.req.valid("header")["if-match"] });
    return c.body(null, 204);
  },
);

adminRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/admin/users/{id}/impersonate",
    operationId: "impersonateUser",
    summary: "Borrow a user's view",
    description:
      "A token for fifteen minutes that reads what a viewer reads and changes nothing. The user is told by mail; never a super admin's view.",
    tags: ADMINISTRATION,
    ...needs("platform:write"),
    request: {
      params: userParams,
      body: jsonBody(impersonationBody, { reason: "Ticket 4711: list is empty" }),
    },
    responses: {
      201: json(impersonationSchema, "The token, shown this once"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const input = { ...c.req.valid("param"), ...c.req.valid("json") };
    const { user, ...lent } = await impersonate(contextOf(c), input);
    return c.json({ ...lent, user: userView(user) }, 201);
  },
);
