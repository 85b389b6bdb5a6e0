import type { AppContext, Caller } from "../../http/app-env.ts";
import type { LimitState } from "../../http/limit-headers.ts";
import { Problem } from "../../http/problem.ts";
import { SECOND_MS } from "../../platform/clock.ts";
import { quotaExceeded } from "./errors.ts";
import { termsOf } from "./plans.ts";
import { quotaBlocks, type Unit } from "./quota-blocks.ts";
import { dayOf, windowOf } from "./quota-policy.ts";

/** Ways in and out, and probes. */
const UNCOUNTED = /^\/v1\/(auth\/|health$)/;
const QUOTA = "calls_per_month";

/** The middleware around every route below /v1: what counts is spent before the route and kept by its answer. */
export async function countedCall(c: AppContext, next: () => Promise<void>): Promise<void> {
  if (UNCOUNTED.test(c.req.path)) return await next();
  await spendCall(c, async () => {
    await next();
    return c.res;
  });
}

/**
 * Does the work for one call of the desk's month, or refuses it. Work that fails on our side, or was asked for too
 * often, gives its call back; a caller who is nobody has none.
 */
export async function spendCall(c: AppContext, work: () => Promise<Response>): Promise<Response> {
  const { caller } = c.var;
  if (caller === undefined) return await work();
  const unit = await reserveCall(c, caller);
  let status = 500;
  try {
    const answer = await work();
    status = answer.status;
    return answer;
  } catch (error) {
    if (error instanceof Problem) status = error.status;
    throw error;
  } finally {
    unit?.end(status < 500 && status !== 429);
  }
}

async function reserveCall(c: AppContext, { desk, plan }: Caller): Promise<Unit | undefined> {
  const { platform } = c.var;
  const limit = termsOf(plan)[QUOTA];
  if (limit === null) {
    try {
      return await quotaBlocks.take(platform, { desk, quota: QUOTA, limit });
    } catch (error) {
      // Nothing is limited, so a ledger that can't be reached costs a count and refuses nobody.
      platform.log.error("call not counted", { desk, error });
      return undefined;
    }
  }
  const unit = await quotaBlocks.take(platform, { desk, quota: QUOTA, limit });
  const state = stateOf(limit, unit?.remaining ?? 0, platform.clock.now());
  const all = [...c.var.limits, state];
  c.set("limits", all);
  if (unit === undefined) throw quotaExceeded(state, all);
  return unit;
}

/** The month's quota, told as one more limit of the call. */
function stateOf(limit: number, remaining: number, now: number): LimitState {
  const { ends_at, starts_at } = windowOf(QUOTA, dayOf(now));
  const window_s = (ends_at - starts_at) / SECOND_MS;
  return { policy: QUOTA, limit, window_s, remaining, reset_s: Math.ceil((ends_at - now) / SECOND_MS) };
}
