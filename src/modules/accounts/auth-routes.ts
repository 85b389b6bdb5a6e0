import { createRoute, type z } from "@hono/zod-openapi";
import type { AppContext } from "../../http/app-env.ts";
import { jsonWebKeySet, keySetView } from "../../http/json-web-keys.ts";
import { json, jsonBody, needs, privateProblems, problems } from "../../http/responses.ts";
import { newRouter } from "../../http/router.ts";
import { COOKIE_SESSION_MS, dropSessionCookie, setSessionCookie } from "../../http/session-cookie.ts";
import { isoTime, SECOND_MS } from "../../platform/clock.ts";
import { contextOf } from "../access/context.ts";
import { cookieOf, csrfTokenOf } from "./browser-session.ts";
import { answerChallenge, logIn } from "./log-in.ts";
import { endSession, logOutEverywhere } from "./my-sessions.ts";
import { type Opened, originOf, type TokenPair, tokensOf } from "./open-session.ts";
import { prove } from "./prove.ts";
import { logOut, refresh } from "./refresh.ts";
import { register } from "./register.ts";
import {
  type cookieSession,
  credentials,
  deskChoice,
  logInAnswer,
  logOutBody,
  mfaVerification,
  mfaVerified,
  refreshBody,
  registered,
  registration,
  switchedDesk,
  ticketSchema,
  tokenPair,
} from "./schemas.ts";
import { switchDesk } from "./switch-desk.ts";
import { createTicket } from "./tickets.ts";
import { deskView, userView } from "./views.ts";

const AUTH = ["Authentication"];
const OPEN = { security: [] };
const SIGNED_IN = { security: [{ bearer: [] }] };
const exampleRefresh = {
  refresh_token: "brt_ses_019a3b5c7d8e7f00a1b2c3d4e5f60718.0.k2h1n0bY8l0yTg2w0b6r6q0l7uA2m1c3d4e5f6g7h8i",
};

const tokensView = (tokens: TokenPair): z.infer<typeof tokenPair> => ({
  ...tokens,
  user: userView(tokens.user),
});

/** What a session is told as: tokens to a program; to a page its CSRF token, beside a cookie that it can't read. */
async function openedView(
  c: AppContext,
  { family, kind, user }: Opened,
): Promise<z.infer<typeof tokenPair> | z.infer<typeof cookieSession>> {
  const { platform } = c.var;
  if (kind === "token") return tokensView(await tokensOf(platform, family, 0, user));
  setSessionCookie(c, await cookieOf(platform, family));
  return {
    csrf_token: await csrfTokenOf(platform, family),
    expires_in: COOKIE_SESSION_MS / SECOND_MS,
    user: userView(user),
  };
}

export const authRoutes = newRouter();

authRoutes.openapi(
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

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/login",
    operationId: "logIn",
    summary: "Log in",
    description:
      "Opens a session with an address or a username, or a challenge where the account has a second factor. At most five sessions live; the oldest goes.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(credentials, { email: "ada@desk.example", password: "Tr4ding-at-the-edge" }) },
    responses: {
      200: json(logInAnswer, "Tokens, a challenge, or a browser's session beside its cookie"),
      ...problems(400, 401, 413, 415, 422),
    },
  }),
  async (c) => {
    const { cookie, email, password, username } = c.req.valid("json");
    const kind = cookie ? "cookie" : "token";
    const from = originOf(c);
    const answer = await logIn(c.var.platform, from, { login: email ?? username ?? "", password, kind });
    if ("mfa_token" in answer) return c.json({ mfa_required: true as const, ...answer }, 200);
    return c.json(await openedView(c, answer), 200);
  },
);

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/mfa/verify",
    operationId: "verifySecondFactor",
    summary: "Give a code",
    description:
      "With the `mfa_token` of a log-in, opens its session; five wrong codes end it. Within a session, proves again who speaks for fifteen minutes: by a `code`, or by the `password` where there is no second factor.",
    tags: AUTH,
    security: [{}, { bearer: [] }],
    request: { body: jsonBody(mfaVerification, { mfa_token: "mfa_b64url-secret", code: "492039" }) },
    responses: {
      200: json(mfaVerified, "The session of the log-in, or the proof"),
      ...problems(400, 401, 403, 413, 415, 422),
    },
  }),
  async (c) => {
    const { mfa_token, ...proof } = c.req.valid("json");
    if (mfa_token !== undefined) {
      const answer = { mfa_token, code: proof.code ?? "" };
      return c.json(await openedView(c, await answerChallenge(c.var.platform, originOf(c), answer)), 200);
    }
    const { proved_until } = await prove(contextOf(c), proof);
    return c.json({ proved_until: isoTime(proved_until) }, 200);
  },
);

authRoutes.openapi(
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

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/logout",
    operationId: "logOut",
    summary: "Log out of this session",
    description:
      "Ends the session of the refresh token, or of the browser's cookie. Tokens that are none get the same answer.",
    tags: AUTH,
    ...OPEN,
    request: { body: jsonBody(logOutBody, exampleRefresh) },
    responses: { 204: { description: "The session has ended" }, ...problems(400, 413, 415, 422) },
  }),
  async (c) => {
    const { refresh_token } = c.req.valid("json");
    const credential = c.var.caller?.credential;
    if (refresh_token !== undefined) await logOut(c.var.platform, originOf(c), refresh_token);
    else if (credential?.kind === "session" && credential.cookie) {
      await endSession(contextOf(c), credential);
      dropSessionCookie(c);
    }
    return c.body(null, 204);
  },
);

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/logout-all",
    operationId: "logOutEverywhere",
    summary: "Log out of all sessions",
    description: "Ends every session of the caller, this one included.",
    tags: AUTH,
    ...SIGNED_IN,
    responses: { 204: { description: "All sessions have ended" }, ...problems(401, 403) },
  }),
  async (c) => {
    await logOutEverywhere(contextOf(c));
    return c.body(null, 204);
  },
);

authRoutes.openapi(
  createRoute({
    method: "post",
    path: "/v1/auth/switch-desk",
    operationId: "switchDesk",
    summary: "Act for another desk",
    description: "Gives a token for another desk of the caller's; the session's next refresh stays there.",
    tags: AUTH,
    ...SIGNED_IN,
    request: { body: jsonBody(deskChoice, { desk_id: "dsk_019a3b5c7d8e7f00a1b2c3d4e5f60718" }) },
    responses: {
      200: json(switchedDesk, "The token, the desk and the role there"),
      ...problems(400, 401, 403, 404, 413, 415, 422),
    },
  }),
  async (c) => {
    const { desk, ...switched } = await switchDesk(contextOf(c), c.req.valid("json"));
    return c.json({ ...switched, token_type: "bearer" as const, desk: deskView(desk) }, 200);
  },
);

authRoutes.openapi(
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

authRoutes.openapi(
  createRoute({
    method: "get",
    path: "/.well-known/jwks.json",
    operationId: "getKeys",
    summary: "Public keys of access tokens",
    description: "The keys by which anyone can check an access token (RFC 7517).",
    tags: AUTH,
    ...OPEN,
    responses: { 200: json(jsonWebKeySet, "The keys"), ...problems() },
  }),
  (c) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(keySetView(c.var.platform.settings.SIGNING_KEYS), 200);
  },
);
