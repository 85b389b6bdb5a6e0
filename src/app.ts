import { OpenAPIHono } from "@hono/zod-openapi";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";
import type { AppContext, AppEnv, Caller } from "./http/app-env.ts";
import { identify, requireCaller } from "./http/authentication.ts";
import { checkedBody } from "./http/body.ts";
import {
  apiSecurityHeaders,
  envelope,
  formSecurityHeaders,
  pageSecurityHeaders,
  pathToTell,
  privateByDefault,
} from "./http/envelope.ts";
import { idempotency, Replay } from "./http/idempotency.ts";
import { limits } from "./http/limits.ts";
import { badSyntax, internalError, Problem, routeNotFound } from "./http/problem.ts";
import { jobTypes } from "./job-types.ts";
import { countedCall } from "./modules/access/quota.ts";
import { usageRoutes } from "./modules/access/usage-routes.ts";
import { authenticate } from "./modules/accounts/authenticate.ts";
import { accountRoutes } from "./modules/accounts/routes.ts";
import { callerOfTicket } from "./modules/accounts/tickets.ts";
import { adminRoutes } from "./modules/admin/routes.ts";
import { wakeChains } from "./modules/audit/chains.ts";
import { auditRoutes } from "./modules/audit/routes.ts";
import { batchRoutes } from "./modules/batches/routes.ts";
import { deliveryRoutes } from "./modules/delivery/routes.ts";
import { deskRoutes } from "./modules/desks/routes.ts";
import { feedRoutes } from "./modules/feeds/routes.ts";
import { watchNotifications, watchPlatform } from "./modules/feeds/watch.ts";
import { fileRoutes } from "./modules/files/routes.ts";
import { jobRoutes } from "./modules/jobs/routes.ts";
import { watchBySocket } from "./modules/jobs/watch.ts";
import { keyRoutes } from "./modules/keys/routes.ts";
import { libraryRoutes } from "./modules/library/routes.ts";
import { notificationRoutes } from "./modules/notifications/routes.ts";
import { unsubscribeRoutes } from "./modules/notifications/unsubscribe-routes.ts";
import { operationRoutes } from "./modules/operations/routes.ts";
import { searchExportRoutes } from "./modules/search/export-routes.ts";
import { journalRoutes } from "./modules/search/journal-routes.ts";
import { passageRoutes } from "./modules/search/passage-routes.ts";
import { searchRoutes } from "./modules/search/routes.ts";
import { suggestionRoutes } from "./modules/search/suggestion-routes.ts";
import { strategyRoutes } from "./modules/strategies/routes.ts";
import { webhookRoutes } from "./modules/webhooks/routes.ts";
import { openApiDocument } from "./openapi.ts";
import { consoleLog } from "./platform/log.ts";

export const app = new OpenAPIHono<AppEnv>();

const identifySocket = (c: AppContext, ticket: string | undefined): Promise<Caller | undefined> =>
  ticket === undefined ? authenticate(c) : callerOfTicket(c.var.platform, ticket);

app.onError((error, c) => {
  if (error instanceof Replay) return error.toResponse();
  return problemOf(error, c).toResponse(pathToTell(c.req.path), c.var.requestId);
});
app.notFound((c) => {
  const path = pathToTell(c.req.path);
  return routeNotFound(path).toResponse(path, c.var.requestId);
});

app.use(envelope);
app.get("/v1/jobs/:id/socket", (c) => watchBySocket(c, c.req.param("id"), identifySocket));
app.get("/v1/notifications/socket", (c) => watchNotifications(c, identifySocket));
app.get("/v1/monitoring/socket", (c) => watchPlatform(c, identifySocket));
app.use("/outbox", pageSecurityHeaders); // what comes first has the last word on headers
app.use("/unsubscribe/*", formSecurityHeaders);
app.use(apiSecurityHeaders);
app.use("/v1/*", privateByDefault);
app.use(async (c, next) => {
  await next();
  if (c.req.method !== "GET") wakeChains(c.var.platform); // a GET's rows, if there are any, wait for the sweep
});
app.use(
  "*",
  cors({
    origin: (origin, c: AppContext) =>
      c.var.platform.settings.ALLOWED_ORIGINS.includes(origin) ? origin : null,
    allowHeaders: [
      "Authorization",
      "Content-Type",
      "Idempotency-Key",
      "If-Match",
      "If-None-Match",
      "Last-Event-ID",
      "Range",
      "X-API-Key",
      "X-CSRF-Token",
    ],
    exposeHeaders: [
      "ETag",
      "Link",
      "Location",
      "Request-Id",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "X-RateLimit-Limit",
      "X-RateLimit-Remaining",
      "X-RateLimit-Reset",
      "Idempotent-Replayed",
      "Bourse-Cost",
      "Bourse-Impersonated-By",
    ],
    maxAge: 600,
  }),
);
app.use("/downloads/*", privateByDefault, limits);
app.use("/v1/*", checkedBody, identify(authenticate), limits, requireCaller, countedCall, idempotency);

const routers = [
  operationRoutes,
  accountRoutes,
  adminRoutes,
  deskRoutes,
  keyRoutes,
  usageRoutes,
  auditRoutes,
  deliveryRoutes,
  webhookRoutes,
  feedRoutes,
  fileRoutes,
  notificationRoutes,
  unsubscribeRoutes,
  jobRoutes(jobTypes),
  batchRoutes(jobTypes),
  libraryRoutes,
  searchRoutes,
  searchExportRoutes,
  suggestionRoutes,
  passageRoutes,
  journalRoutes,
  strategyRoutes,
];
for (const routes of routers) app.route("/", routes);
app.get("/openapi.json", (c) =>
  c.json(openApiDocument(app, c.var.platform.settings), 200, { "cache-control": "public, max-age=60" }),
);

/** The problem that an error is told as. What is not one of ours is logged whole and told as nothing. */
function problemOf(error: Error, c: AppContext): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status === 400) return badSyntax(error.message);
  const { platform, requestId } = c.var;
  const log = platform?.log ?? consoleLog({ request_id: requestId }); // there is none while the settings are wrong
  log.error("request failed", { path: pathToTell(c.req.path), error });
  return internalError();
}
