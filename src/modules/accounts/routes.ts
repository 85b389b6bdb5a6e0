import { createRoute, type z } from "@hono/zod-openapi";
import type { AppContext } from "../../http/app-env.ts";
import { json, jsonBody, needs, privateProblems, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { isoTime } from "../../platform/clock.ts";
import { contextOf } from "../access/context.ts";
import { myPermissions } from "./me.ts";
import { register } from "./register.ts";
import {
  credentials,
  jwks,
  meSchema,
  permissionsSchema,
  refreshBody,
  registered,
  registration,
  ticketSchema,
  tokenPair,
} from "./schemas.ts";
import { logIn, logOut, logOutEverywhere, type Origin, refresh, type TokenPair } from "./sessions.ts";
import { createTicket } from "./tickets.ts";
import { publicKeys } from "./tokens.ts";
import { deskView, meView, userView } from "./views.ts";

const AUTH = ["Authentication"];
const OPEN = { security: [] };
const SIGNED_IN = { security: [{ bearer: [] }] };
const exampleRefresh = {
  refresh_token: "brt_ses_019a3b5c7d8e7f00a1b2c3d4e5f60718.0.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i",
};

const originOf = (c: AppContext): Origin => ({
  request_id: c.var.requestId,
  address: c.var.address,
  device: c.req.header("user-agent"),
});

const tokensView = (tokens: TokenPair): z.infer<typeof tokenPair> => ({
  ...tokens,
  user: userView(tokens.user),
});

export const accountRoutes = newRouter();

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/register",
    operationId: "register",
    summary: "Register",
    description: "Makes an account and a desk of its own, of which it is the admin. Limited per address.",
    tags: AUTH,
    ...OPEN,
    request: {
      body: jsonBody(registration, {
        email: "ada@desk.example",
        username: "ada",
        password: "Tr4ding-at-the-edge",
      }),
    },
    responses: { 201: json(registered, "The user and their desk"), ...problems(400, 409, 413, 415, 422) },
  }),
  async (c) => {
    const { user, desk } = await register(c.var.platform, originOf(c), c.req.valid("json"));
    return c.json({ user: userView(user), desk: deskView(desk) }, 201);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/login",
    operationId: "logIn",
    summary: "Log in",
    description:
      "Opens a session with an address or a username. At most five sessions live; the oldest goes.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(credentials, { email: "ada@desk.example", password: "Tr4ding-at-the-edge" }) },
    responses: {
      200: json(tokenPair, "An access token and its refresh token"),
      ...problems(400, 401, 413, 415, 422),
    },
  }),
  async (c) => {
    const { email, password, username } = c.req.valid("json");
    const tokens = await logIn(c.var.platform, originOf(c), { login: email ?? username ?? "", password });
    return c.json(tokensView(tokens), 200);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/refresh",
    operationId: "refreshTokens",
    summary: "Exchange a refresh token",
    description:
      "Each refresh token is good once; its parent gets the same child for ten seconds, an older one ends the session.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(refreshBody, exampleRefresh) },
    responses: { 200: json(tokenPair, "The next pair of tokens"), ...problems(400, 401, 413, 415, 422) },
  }),
  async (c) => {
    const tokens = await refresh(c.var.platform, originOf(c), c.req.valid("json").refresh_token);
    return c.json(tokensView(tokens), 200);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/logout",
    operationId: "logOut",
    summary: "Log out of this session",
    description: "Ends the session of the refresh token. Tokens that are none get the same answer.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(refreshBody, exampleRefresh) },
    responses: { 204: { description: "The session has ended" }, ...problems(400, 413, 415, 422) },
  }),
  async (c) => {
    await logOut(c.var.platform, originOf(c), c.req.valid("json").refresh_token);
    return c.body(null, 204);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/logout-all",
    operationId: "logOutEverywhere",
    summary: "Log out of all sessions",
    description: "Ends every session of the caller, this one included.",
    tags: AUTH,
    ...SIGNED_IN,
    responses: { 204: { description: "All sessions have ended" }, ...privateProblems() },
  }),
  async (c) => {
    await logOutEverywhere(contextOf(c));
    return c.body(null, 204);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me",
    operationId: "getMe",
    summary: "Who am I",
    description: "The caller, the desk that the token names, and the role on it.",
    tags: ["Me"],
    ...SIGNED_IN,
    responses: { 200: json(meSchema, "The caller"), ...problems(401) },
  }),
  (c) => c.json(meView(contextOf(c)), 200),
);

accountRoutes.openapi(
  createRoute({
    method: "get",
    path: "/v1/me/permissions",
    operationId: "getMyPermissions",
    summary: "What may I do",
    description: "The permissions of the caller's role on the active desk.",
    tags: ["Me"],
    ...SIGNED_IN,
    responses: { 200: json(permissionsSchema, "The permissions"), ...problems(401) },
  }),
  (c) => c.json(myPermissions(contextOf(c)), 200),
);

accountRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/tickets",
    operationId: "createTicket",
    summary: "Get a ticket for a socket",
    description: "One use within 30 seconds, sent as `Sec-WebSocket-Protocol: bourse.v1, ticket.<value>`.",
    tags: ["Live progress"],
    ...needs("tickets:create"),
    responses: { 201: json(ticketSchema, "The ticket"), ...privateProblems() },
  }),
  async (c) => {
    const { ticket, expires_at } = await createTicket(contextOf(c));
    return c.json({ ticket, expires_at: isoTime(expires_at) }, 201);
  },
);

accountRoutes.openapi(
  createRoute({
    method: "get",
    path: "/.well-known/jwks.json",
    operationId: "getKeys",
    summary: "Public keys of access tokens",
    description: "The keys by which anyone can check an access token (RFC 7517).",
    tags: AUTH,
    ...OPEN,
    responses: { 200: json(jwks, "The keys"), ...problems() },
  }),
  (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json({ keys: publicKeys(c.var.platform.settings) }, 200);
  },
);
