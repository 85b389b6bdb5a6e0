import { createRoute, z } from "@hono/zod-openapi";
import { listQuery, listSchema, nextLink } from "../../http/lists.ts";
import { json, jsonBody, needs, privateProblems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { exampleId } from "../../platform/ids.ts";
import { contextOf } from "../access/context.ts";
import { acceptInvitation } from "./accept-invitation.ts";
import { listInvitations, revokeInvitation } from "./invitations.ts";
import { invite } from "./invite.ts";
import {
  acceptance,
  deskParams,
  invitationParams,
  invitationRequest,
  invitationSchema,
  ownDeskSchema,
} from "./schemas.ts";
import { invitationView, ownDeskView } from "./views.ts";

const MEMBERS = ["Members"];

export const invitationRoutes = newRouter();

invitationRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/desks/{id}/invitations",
    operationId: "invite",
    summary: "Invite by mail",
    description:
      "The mail alone carries the token, good for seven days; it replaces the address's open invitation. A member who accepts keeps their role.",
    tags: MEMBERS,
    ...needs("members:invite"),
    request: {
      params: deskParams,
      body: jsonBody(invitationRequest, { email: "grace@desk.example", role: "trader" }),
    },
    responses: {
      201: json(invitationSchema, "The invitation"),
      ...privateProblems(400, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const input = { ...c.req.valid("param"), ...c.req.valid("json") };
    return c.json(invitationView(await invite(contextOf(c), input)), 201);
  },
);

invitationRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/desks/{id}/invitations",
    operationId: "listInvitations",
    summary: "List open invitations",
    description: "Those that can still be accepted, by address.",
    tags: MEMBERS,
    ...needs("members:read"),
    request: { params: deskParams, query: z.object(listQuery) },
    responses: {
      200: json(listSchema(invitationSchema).openapi("InvitationList"), "A page of invitations"),
      ...privateProblems(404, 422),
    },
  }),
  async (c) => {
    const page = await listInvitations(contextOf(c), { ...c.req.valid("param"), ...c.req.valid("query") });
    return c.json({ ...page, data: page.data.map(invitationView) }, 200, nextLink(c.req.url, page));
  },
);

invitationRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/v1/desks/{id}/invitations/{invitation_id}",
    operationId: "revokeInvitation",
    summary: "Take an invitation back",
    description: "Its token opens nothing from now on.",
    tags: MEMBERS,
    ...needs("members:invite"),
    request: { params: invitationParams },
    responses: { 204: { description: "The invitation is revoked" }, ...privateProblems(404) },
  }),
  async (c) => {
    await revokeInvitation(contextOf(c), c.req.valid("param"));
    return c.body(null, 204);
  },
);

invitationRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/invitations/accept",
    operationId: "acceptInvitation",
    summary: "Accept an invitation",
    description:
      "With the token of its mail, once, by whoever's verified address was invited; 404 in every other case.",
    tags: MEMBERS,
    security: [{ bearer: [] }],
    request: {
      body: jsonBody(acceptance, {
        token: `${exampleId("inv")}.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i`,
      }),
    },
    responses: {
      200: json(ownDeskSchema, "The desk that you are on now"),
      ...privateProblems(400, 404, 413, 415, 422),
    },
  }),
  async (c) => c.json(ownDeskView(await acceptInvitation(contextOf(c), c.req.valid("json"))), 200),
);
