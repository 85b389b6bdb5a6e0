import { createMiddleware } from "hono/factory";
import type { AppContext, AppEnv, Caller } from "./app-env.ts";
import { notAuthenticated, Problem } from "./problem.ts";

/** The routes below /v1 that take no credential. A test holds this against the OpenAPI document. */
export const PUBLIC_ROUTES = new Set([
  "POST /v1/auth/register",
  "POST /v1/auth/login",
  "POST /v1/auth/refresh",
  "POST /v1/auth/logout",
  "POST /v1/auth/mfa/verify",
  "POST /v1/auth/email/verify",
  "POST /v1/auth/email/resend",
  "POST /v1/auth/password/forgot",
  "POST /v1/auth/password/reset",
  "GET /v1/health",
]);

type Authenticate = (c: AppContext) => Promise<Caller | undefined>;

/** Learns who calls. Refusing is left to `requireCaller`, so that a wrong credential still counts as a call. */
export const identify = (authenticate: Authenticate) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const caller = await authenticate(c);
    c.set("caller", caller);
    await next();
    const borrower = caller?.credential.kind === "session" ? caller.credential.impersonator : null;
    if (borrower !== null) c.header("Bourse-Impersonated-By", borrower);
  });

const methodOf = (c: AppContext): string => (c.req.method === "HEAD" ? "GET" : c.req.method);
export const isOpen = (c: AppContext): boolean => PUBLIC_ROUTES.has(`${methodOf(c)} ${c.req.path}`);

/** Closed by default: a route is open only by being named in `PUBLIC_ROUTES`. */
export const requireCaller = createMiddleware<AppEnv>(async (c, next) => {
  const { caller } = c.var;
  if (!isOpen(c) && caller === undefined) throw notAuthenticated();
  if (
    methodOf(c) !== "GET" &&
    caller?.credential.kind === "session" &&
    caller.credential.impersonator !== null
  ) {
    throw borrowedView();
  }
  await next();
});

const borrowedView = () =>
  new Problem(403, "access.borrowed_view", "Whoever borrows somebody's view may look and change nothing.");

/** The token of an `Authorization: Bearer` header; no other scheme counts. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w.~+/-]+=*)$/i.exec(header ?? "")?.[1];
}
