import { createMiddleware } from "hono/factory";
import { networkOf } from "../platform/addresses.ts";
import { SECOND_MS } from "../platform/clock.ts";
import { RateCounter } from "../platform/rate-counter.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { type LimitState, limitExceeded, limitHeaders } from "./limit-headers.ts";
import { policiesOf, type RatePolicy } from "./rate-policies.ts";

const UNLIMITED = new Set(["GET /v1/health"]);

/** Who is counted under the policy; undefined where the call has nobody whom it counts. */
function subjectOf(c: AppContext, { by }: RatePolicy): string | undefined {
  const { address, caller } = c.var;
  const ofCaller = by === "caller" || (by === "caller_or_address" && caller !== undefined);
  if (!ofCaller) return `address:${networkOf(address)}`;
  return caller?.credential.kind === "key" ? caller.credential.id : caller?.user;
}

/** An API key's multiplier widens the limits of its calls, that of the address they come from too; no way in. */
function limitOf(c: AppContext, { by, limit }: RatePolicy): number {
  const { caller, platform } = c.var;
  const credential = by === "way_in" ? undefined : caller?.credential;
  const multiplier = credential?.kind === "key" ? credential.rate_multiplier : 1;
  return Math.max(1, Math.floor(limit * platform.settings.RATE_LIMIT_SCALE * multiplier));
}

async function hit(c: AppContext, policy: RatePolicy): Promise<LimitState | undefined> {
  const { clock, cost, defer, env } = c.var.platform;
  const subject = subjectOf(c, policy);
  if (subject === undefined) return undefined;
  const limit = limitOf(c, policy);
  const counter = new RateCounter(env.RATE_LIMITS, clock, cost, defer);
  const { used, resets_at } = await counter.hit(`${policy.name}:${subject}`, limit, policy.window_ms);
  return {
    policy: policy.name,
    limit,
    window_s: policy.window_ms / SECOND_MS,
    remaining: limit - used,
    reset_s: Math.max(1, Math.ceil((resets_at - clock.now()) / SECOND_MS)),
  };
}

/** Counts the call under every policy that it has somebody for, and refuses it where one of them is used up. */
export async function countCall(c: AppContext): Promise<void> {
  const policies = policiesOf(c.req.method, c.req.path, c.var.caller?.plan);
  const counted = await Promise.all(policies.map((policy) => hit(c, policy)));
  const states = counted.filter((state) => state !== undefined);
  c.set("limits", states);
  const [first, ...others] = states.filter(({ remaining }) => remaining < 0);
  if (first === undefined) return;
  const detail = `The ${first.policy} limit is used up; try again in ${first.reset_s} s.`;
  throw limitExceeded("limits.exceeded", detail, [first, ...others], states);
}

/** Every call counts, and every answer carries the headers of all its limits. */
export const limits = createMiddleware<AppEnv>(async (c, next) => {
  if (UNLIMITED.has(`${c.req.method} ${c.req.path}`)) return await next();
  await countCall(c);
  await next();
  for (const [name, value] of Object.entries(limitHeaders(c.var.limits))) c.header(name, value);
});
