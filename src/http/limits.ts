import { createMiddleware } from "hono/factory";
import { networkOf } from "../platform/addresses.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../platform/clock.ts";
import { RateCounter } from "../platform/rate-counter.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { Problem } from "./problem.ts";

interface Policy {
  name: string;
  limit: number;
  window_ms: number;
}

/** The figures of the product before `RATE_LIMIT_SCALE`. A call counts under the first policy whose route it is. */
const LOGIN: Policy = { name: "login", limit: 10, window_ms: 15 * MINUTE_MS };
const GENERAL: Policy = { name: "general", limit: 1_000, window_ms: HOUR_MS };
const BY_ROUTE: Record<string, Policy> = {
  "POST /v1/auth/login": LOGIN,
  "POST /v1/auth/register": { ...LOGIN, name: "register" },
};
const UNLIMITED = new Set(["GET /v1/health"]);

function policyOf(c: AppContext): Policy {
  return BY_ROUTE[`${c.req.method} ${c.req.path}`] ?? GENERAL;
}

/**
 * Who is counted: the user behind a valid credential, else the address. Ways in count by address alone, or each
 * account that a guesser makes would bring him another lot of guesses.
 */
function subjectOf(c: AppContext, policy: Policy): string {
  if (c.var.caller && policy === GENERAL) return c.var.caller.user;
  return `address:${networkOf(c.var.address)}`;
}

function limitHeaders(policy: Policy, limit: number, used: number, reset_s: number): Record<string, string> {
  const remaining = Math.max(0, limit - used);
  return {
    "RateLimit-Policy": `"${policy.name}";q=${limit};w=${policy.window_ms / SECOND_MS}`,
    RateLimit: `"${policy.name}";r=${remaining};t=${reset_s}`,
    "X-RateLimit-Limit": String(limit),
    "X-RateLimit-Remaining": String(remaining),
    "X-RateLimit-Reset": String(reset_s),
  };
}

function limitExceeded(policy: Policy, headers: Record<string, string>, reset_s: number): Problem {
  return new Problem(
    429,
    "limits.exceeded",
    `The ${policy.name} limit is used up; try again in ${reset_s} s.`,
    {
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      headers: { ...headers, "Retry-After": String(reset_s) },
      extensions: { "violated-policies": [policy.name] },
    },
  );
}

/** Counts the call and refuses it past its limit; answers the limit's headers. */
export async function countCall(c: AppContext): Promise<Record<string, string>> {
  const { clock, cost, defer, env, settings } = c.var.platform;
  const policy = policyOf(c);
  const limit = Math.max(1, Math.floor(policy.limit * settings.RATE_LIMIT_SCALE));
  const counter = new RateCounter(env.RATE_LIMITS, clock, cost, defer);
  const { used, resets_at } = await counter.hit(
    `${policy.name}:${subjectOf(c, policy)}`,
    limit,
    policy.window_ms,
  );
  const reset_s = Math.max(1, Math.ceil((resets_at - clock.now()) / SECOND_MS));
  const headers = limitHeaders(policy, limit, used, reset_s);
  if (used > limit) throw limitExceeded(policy, headers, reset_s);
  return headers;
}

/** Every call counts, and every answer carries the limit's headers. */
export const limits = createMiddleware<AppEnv>(async (c, next) => {
  if (UNLIMITED.has(`${c.req.method} ${c.req.path}`)) return await next();
  const headers = await countCall(c);
  await next();
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
});
