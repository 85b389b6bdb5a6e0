import { beforeEach, describe, expect, it } from "vitest";
import { dayOf, daysOf, monthOf } from "../../../src/modules/access/quota-policy.ts";
import { changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { useCalls } from "../../support/quotas.ts";

interface QuotaShown {
  limit: number | null;
  used: number;
  remaining: number | null;
  resets_at: string;
}
interface UsageShown {
  plan: string;
  features: string[];
  limits: object;
  quotas: Record<string, QuotaShown>;
  month: string;
  calls: number;
  daily: { date: string; calls: number }[];
}

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

const ask = async (query = "") => await call(`/v1/me/usage${query}`, { token: account.access_token });
const usage = async (query = "") => await (await ask(query)).json<UsageShown>();
const me = async () => await call("/v1/me", { token: account.access_token });
const today = dayOf(Date.now());
const onPlan = async (plan: string) =>
  await changeBehind([account.desk_id], "UPDATE desks SET plan = ? WHERE id = ?", plan, account.desk_id);

describe("GET /v1/me/usage", () => {
  it("counts every call that came before it, and itself", async () => {
    await onPlan("starter");
    for (let n = 0; n < 9; n += 1) await me();
    for (const calls of [10, 11]) {
      const shown = await usage();
      expect(shown.quotas.calls_per_month).toMatchObject({
        limit: 10_000,
        used: calls,
        remaining: 10_000 - calls,
      });
      expect(shown.calls).toBe(calls);
      expect(shown.daily.at(-1)).toEqual({ date: today, calls });
    }
    for (let n = 0; n < 4; n += 1) await me();
    expect((await usage()).calls).toBe(16);
  });

  it("shows what the plan gives, and when each quota begins anew", async () => {
    await onPlan("pro");
    const shown = await usage();
    const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString();
    expect(shown).toMatchObject({
      plan: "pro",
      features: ["alerts", "scheduled_reoptimization", "experiments"],
      limits: { brokers: 3, rate_multiplier: 5 },
      quotas: {
        research_jobs_per_day: { limit: 500, used: 0, remaining: 500, resets_at: tomorrow },
        batch_jobs_per_day: { limit: 50, used: 0, remaining: 50, resets_at: tomorrow },
      },
    });
    expect(shown.quotas.calls_per_month?.resets_at).toMatch(/-01T00:00:00\.000Z$/);
  });

  it("counts the calls of a plan without a limit as well", async () => {
    await me();
    expect((await usage()).quotas.calls_per_month).toMatchObject({ limit: null, used: 2, remaining: null });
  });

  it("shows nothing left, not less, after a change to a smaller plan", async () => {
    await onPlan("pro");
    await useCalls(account.desk_id, 5_000);
    await onPlan("starter");
    expect((await usage()).quotas.calls_per_month).toMatchObject({ used: 5_001, remaining: 4_999 });
    await onPlan("free");
    expect((await ask()).status).toBe(429);
  });

  it("has a row for each day of this month up to today", async () => {
    const { daily, month } = await usage();
    expect(month).toBe(monthOf(today));
    expect(daily.map(({ date }) => date)).toEqual(daysOf(month).filter((date) => date <= today));
    expect(daily.slice(0, -1).every(({ calls }) => calls === 0)).toBe(true);
  });

  it("shows an earlier month whole, and the quotas as they are now", async () => {
    await useCalls(account.desk_id, 7, "2024-02-29");
    await useCalls(account.desk_id, 5, "2024-02-01");
    await useCalls(account.desk_id, 3, "2024-03-01");
    const shown = await usage("?month=2024-02");
    expect(shown).toMatchObject({ month: "2024-02", calls: 12 });
    expect(shown.daily).toHaveLength(29);
    expect(shown.daily[0]).toEqual({ date: "2024-02-01", calls: 5 });
    expect(shown.daily.at(-1)).toEqual({ date: "2024-02-29", calls: 7 });
    expect(shown.quotas.calls_per_month?.used).toBe(1);
  });

  it("refuses what is no month, and one that has not begun", async () => {
    for (const month of ["2026-13", "2026-1", "2026-00", "2026-11-01", "1999-12", "", "x", "2026-11%00"]) {
      const refused = await ask(`?month=${month}`);
      expect(refused.status, month).toBe(422);
      expect((await problemOf(refused)).errors?.[0]?.path).toBe("month");
    }
    expect((await problemOf(await ask("?month=2099-01"))).errors?.[0]?.code).toBe("usage.future_month");
  });

  it("costs one call of the ledger and no row of D1", async () => {
    await usage();
    const cost = (await ask()).headers.get("bourse-cost");
    expect(cost).toMatch(/^durable_object_calls=[12]$/);
  });
});
