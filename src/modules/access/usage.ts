import { invalidInput } from "../../http/problem.ts";
import type { Plan } from "../directory/policy.ts";
import { type Ctx, requirePermission } from "./context.ts";
import { type Terms, termsOf } from "./plans.ts";
import { quotaBlocks } from "./quota-blocks.ts";
import { ledgerOf } from "./quota-ledgers.ts";
import { dayOf, daysOf, monthOf, QUOTAS, type Quota, windowOf } from "./quota-policy.ts";

export interface QuotaUsage {
  limit: number | null;
  used: number;
  remaining: number | null;
  resets_at: number;
}

export interface Usage {
  plan: Plan;
  terms: Terms;
  quotas: Record<Quota, QuotaUsage>;
  month: string;
  daily: { date: string; calls: number }[];
}

/**
 * What the desk's plan gives and what of it is used, with the calls of each day of a month, to this day at most.
 * What other isolates hold and have not reported counts as used.
 */
export async function readUsage(ctx: Ctx, { month }: { month?: string | undefined }): Promise<Usage> {
  requirePermission(ctx, "usage:read");
  const { clock, desk, plan } = ctx;
  const terms = termsOf(plan);
  const today = dayOf(clock.now());
  const asked = month ?? monthOf(today);
  if (asked > monthOf(today)) throw futureMonth();
  const settlements = QUOTAS.flatMap((quota) => quotaBlocks.release(desk, quota));
  const { days, taken } = await ledgerOf(ctx, desk).report(today, asked, settlements);
  const calls = new Map(days.map((day) => [day.period, day.taken]));
  const of = (quota: Quota) => quotaUsage(quota, terms[quota], taken[quota], today);
  return {
    plan,
    terms,
    quotas: {
      calls_per_month: of("calls_per_month"),
      research_jobs_per_day: of("research_jobs_per_day"),
      batch_jobs_per_day: of("batch_jobs_per_day"),
    },
    month: asked,
    daily: daysOf(asked)
      .filter((date) => date <= today)
      .map((date) => ({ date, calls: calls.get(date) ?? 0 })),
  };
}

function quotaUsage(quota: Quota, limit: number | null, used: number, today: string): QuotaUsage {
  const remaining = limit === null ? null : Math.max(0, limit - used);
  return { limit, used, remaining, resets_at: windowOf(quota, today).ends_at };
}

const futureMonth = () =>
  invalidInput([{ path: "month", code: "usage.future_month", message: "has not begun yet" }]);
