import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { contextOf } from "../access/context.ts";
import { changeRole } from "./change-role.ts";
import { listMembers } from "./read-desks.ts";
import { removeMember } from "./remove-member.ts";
import { deskParams, memberParams, memberSchema, roleChange } from "./schemas.ts";
import { memberView } from "./views.ts";

const MEMBERS = ["Members"];

export const memberRoutes = newRouter();

memberRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/desks/{id}/members",
    operationId: "listMembers",
    summary: "List a desk's members",
    description: "In the order of joining.",
    tags: MEMBERS,
    ...needs("members:read"),
    request: { params: deskParams, query: z.object(listQuery) },
    responses: {
      200: json(listSchema(memberSchema).openapi("MemberList"), "A page of members"),
      ...privateProblems(404, 422),
    },
  }),
  async (c) => {
    const page = await listMembers(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("query") });
    return c.json({ ...page, data: page.data.map(memberView) }, 200, nextLink(c.req.url, page));
  },
);

memberRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/v1/desks/{id}/members/{user_id}",
    operationId: "changeMemberRole",
    summary: "Change a member's role",
    description: "Holds everywhere within two seconds. 409 where the desk would have no active admin.",
    tags: MEMBERS,
    ...needs("members:write"),
    request: { params: memberParams, body: jsonBody(roleChange, { role: "trader" }) },
    responses: {
      200: json(memberSchema, "The member"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const input = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(memberView(await changeRole(contextOf(c), input)), 200);
  },
);

memberRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/desks/{id}/members/{user_id}",
    operationId: "removeMember",
    summary: "Remove a member, or leave",
    description:
      "Revokes the member's API keys of the desk as well. Whoever names themselves leaves, which needs no permission.",
    tags: MEMBERS,
    ...needs("members:write"),
    request: { params: memberParams },
    responses: { 204: { description: "They are a member no more" }, ...privateProblems(404, 409) },
  }),
  async (c) => {
    await removeMember(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);
