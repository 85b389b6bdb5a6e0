import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";
import { costHeader } from "../platform/cost.ts";
import { newId } from "../platform/ids.ts";
import { consoleLog } from "../platform/log.ts";
import { openPlatform } from "../platform/platform.ts";
import type { AppEnv } from "./app-env.ts";

/** Opens the request: its id, its platform, its log; closes it with one log line and what it cost. */
export const envelope = createMiddleware<AppEnv>(async (c, next) => {
  const started = performance.now();
  const requestId = newId("req");
  const log = consoleLog({ request_id: requestId });
  c.set("requestId", requestId);
  const platform = openPlatform(c.env, (work) => c.executionCtx.waitUntil(work), log);
  c.set("platform", platform);
  c.set("address", c.req.header("cf-connecting-ip") ?? "127.0.0.1");
  c.set("caller", undefined);
  c.set("limits", []);
  await next();
  const duration_ms = Math.round((performance.now() - started) * 10) / 10;
  if (c.res.status !== 101) {
    c.header("Request-Id", requestId);
    c.header("Server-Timing", `app;dur=${duration_ms}`);
    if (platform.settings.REPORT_COST) c.header("Bourse-Cost", costHeader(platform.cost));
  }
  const { caller } = c.var;
  log.info("request", {
    method: c.req.method,
    path: pathToTell(c.req.path),
    status: c.res.status,
    duration_ms,
    user: caller?.user,
    desk: caller?.desk,
    cost: platform.cost,
  });
});

/** A path as logs and problems may tell it: what follows these does something for whoever has it. */
export const pathToTell = (path: string): string =>
  path.replace(/^(\/(?:downloads|unsubscribe)\/).+/, "$1[redacted]");

const sharedHeaders = {
  strictTransportSecurity: "max-age=63072000; includeSubDomains",
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  xXssProtection: false,
  xDownloadOptions: false,
  xDnsPrefetchControl: false,
  xPermittedCrossDomainPolicies: false,
  originAgentCluster: false,
  permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [] },
};

/** The API serves data, never pages: nothing may be loaded, framed or guessed from its answers. */
export const apiSecurityHeaders: MiddlewareHandler<AppEnv> = secureHeaders({
  ...sharedHeaders,
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], sandbox: [] },
});

/** A page that the Worker writes itself: its own styles, and nothing that runs or is loaded. */
export const pageSecurityHeaders: MiddlewareHandler<AppEnv> = secureHeaders({
  ...sharedHeaders,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'unsafe-inline'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
});

/** A page of ours with a form that goes nowhere but to us, in the look of the static ones. */
export const formSecurityHeaders: MiddlewareHandler<AppEnv> = secureHeaders({
  ...sharedHeaders,
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
});

/** Private answers stay out of every cache unless a route decided otherwise. */
export const privateByDefault = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("Cache-Control", "no-store");
  c.header("Vary", "Authorization", { append: true });
});
