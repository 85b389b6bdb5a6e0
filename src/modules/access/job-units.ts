import { SECOND_MS } from "../../platform/clock.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Ctx } from "./context.ts";
import { featureMissing, jobQuotaExceeded } from "./errors.ts";
import { type Feature, termsOf } from "./plans.ts";
import { ledgerOf } from "./quota-ledgers.ts";
import { dayOf, type Quota, windowOf } from "./quota-policy.ts";

/**
 * Spends one unit of a day's quota of jobs and gives the lease by which it can be given back until the day has ended.
 * 429 where none is left. It is asked of the ledger itself: a job is rare, and its unit may come back hours later.
 */
export async function spendJob(ctx: Ctx, quota: Exclude<Quota, "calls_per_month">): Promise<string> {
  const { clock, desk, plan } = ctx;
  const limit = termsOf(plan)[quota];
  const now = clock.now();
  const day = dayOf(now);
  const { lease, units } = await ledgerOf(ctx, desk).lease({ quota, day, limit, wanted: 1 }, []);
  if (units > 0) return lease;
  const { ends_at, starts_at } = windowOf(quota, day);
  throw jobQuotaExceeded({
    policy: quota,
    limit: limit ?? 0,
    window_s: (ends_at - starts_at) / SECOND_MS,
    remaining: 0,
    reset_s: Math.ceil((ends_at - now) / SECOND_MS),
  });
}

/** Gives back what was spent under the lease; a second time gives nothing. */
export async function giveBackJob(platform: Platform, desk: DeskId, lease: string): Promise<void> {
  await ledgerOf(platform, desk).settle([{ lease, used: 0, returned: 1 }]);
}

/** 403 where the desk's plan is without the feature. */
export function requireFeature({ plan }: Ctx, feature: Feature): void {
  if (!termsOf(plan).features.includes(feature)) throw featureMissing(feature);
}
