import { createMiddleware } from "hono/factory";
import type { AppContext, AppEnv, Caller } from "./app-env.ts";
import { notAuthenticated } from "./problem.ts";

/** The routes below /v1 that take no credential. A test holds this against the OpenAPI document. */
export const PUBLIC_ROUTES = new Set([
  "POST /v1/auth/register",
  "POST /v1/auth/login",
  "POST /v1/auth/refresh",
  "POST /v1/auth/logout",
  "GET /v1/health",
]);

type Authenticate = (c: AppContext) => Promise<Caller | undefined>;

/** Learns who calls. Refusing is left to `requireCaller`, so that a wrong credential still counts as a call. */
export const identify = (authenticate: Authenticate) =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.header("authorization") !== undefined) c.set("caller", await authenticate(c));
    await next();
  });

/** Closed by default: a route is open only by being named in `PUBLIC_ROUTES`. */
export const requireCaller = createMiddleware<AppEnv>(async (c, next) => {
  const method = c.req.method === "HEAD" ? "GET" : c.req.method;
  const open = PUBLIC_ROUTES.has(`${method} ${c.req.path}`);
  if (!open && c.var.caller === undefined) throw notAuthenticated();
  await next();
});

/** The token of an `Authorization: Bearer` header; no other scheme counts. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
}
