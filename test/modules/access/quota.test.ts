import { beforeEach, describe, expect, it } from "vitest";
import { TERMS } from "../../../src/modules/access/plans.ts";
import { PLANS } from "../../../src/modules/directory/policy.ts";
import { changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { insertKey } from "../../support/keys.ts";
import { callsTaken, useCalls } from "../../support/quotas.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

const onPlan = async (plan: string, { desk_id }: Account = account) =>
  await changeBehind([desk_id], "UPDATE desks SET plan = ? WHERE id = ?", plan, desk_id);
const ask = async (path: string, options: Call = {}) =>
  await call(path, { token: account.access_token, ...options });
const me = async () => await ask("/v1/me");
const statuses = async (times: number, work: () => Promise<Response>): Promise<number[]> =>
  await Promise.all(Array.from({ length: times }, async () => (await work()).status));

/** A search whose index can't be reached: it fails on our side. */
const failing = async () =>
  await ask("/v1/search", {
    json: { query: "range" },
    env: { LIBRARY_INDEX: Object.create(null) as DurableObjectNamespace },
  });

describe("the month's calls", () => {
  it("with one left, 50 at once have exactly one success", async () => {
    await onPlan("free");
    await useCalls(account.desk_id, 999);
    const told = await statuses(50, me);
    expect(told.filter((status) => status === 200)).toHaveLength(1);
    expect(told.filter((status) => status === 429)).toHaveLength(49);
    expect(await callsTaken(account.desk_id)).toBe(1_000);
  });

  it("with a few left, let exactly those through, by sessions and keys of the desk together", async () => {
    await onPlan("free");
    await useCalls(account.desk_id, 983);
    const { secret } = await insertKey(account);
    const byKey = () => call("/v1/me", { headers: { "x-api-key": secret } });
    const told = [...(await statuses(25, me)), ...(await statuses(25, byKey))];
    expect(told.filter((status) => status === 200)).toHaveLength(17);
  });

  it("refuse with the day that they begin anew", async () => {
    await onPlan("free");
    await useCalls(account.desk_id, 1_000);
    const refused = await me();
    expect(refused.status).toBe(429);
    const now = new Date();
    const ends_at = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
    const seconds = (ends_at - now.getTime()) / 1000;
    expect(Math.abs(Number(refused.headers.get("retry-after")) - seconds)).toBeLessThan(10);
    expect(await problemOf(refused)).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      code: "limits.quota_exceeded",
      "violated-policies": ["calls_per_month"],
    });
    expect(refused.headers.get("ratelimit")).toMatch(/"general";r=\d+;t=\d+, "calls_per_month";r=0;t=\d+$/);
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(refused.headers.get("x-ratelimit-limit")).toBe("1000");
  });

  it("are told on every answer as one more policy, whatever RATE_LIMIT_SCALE says", async () => {
    await onPlan("free");
    for (const RATE_LIMIT_SCALE of ["1000", "0.5"]) {
      const { headers } = await ask("/v1/jobs/none", { env: { RATE_LIMIT_SCALE } });
      expect(headers.get("ratelimit-policy")).toMatch(
        /^"general";q=\d+;w=3600, "calls_per_month";q=1000;w=2\d{6}$/,
      );
    }
    const third = (await me()).headers;
    expect(third.get("ratelimit")).toMatch(/"calls_per_month";r=997;t=\d+$/);
    expect(third.get("x-ratelimit-remaining")).toBe("997");
  });

  it("are given back by a call that fails on our side, and spent by one that is refused", async () => {
    await onPlan("free");
    await useCalls(account.desk_id, 998);
    expect(await statuses(3, failing)).toContain(500);
    expect(await callsTaken(account.desk_id)).toBe(998);
    expect((await ask("/v1/jobs/none")).status).toBe(404);
    expect((await failing()).status).toBe(500);
    expect((await ask("/v1/documents?limit=0")).status).toBe(422);
    expect((await me()).status).toBe(429);
    expect(await callsTaken(account.desk_id)).toBe(1_000);
  });

  it("are not spent by what a rate limit refuses", async () => {
    await onPlan("free");
    const env = { RATE_LIMIT_SCALE: "0.000001" };
    for (const status of [200, 429, 429]) expect((await ask("/v1/me", { env })).status).toBe(status);
    expect(await callsTaken(account.desk_id)).toBe(1);
  });

  it("are spent by sockets when they open, and not by what flows through them", async () => {
    await onPlan("free");
    await useCalls(account.desk_id, 999);
    const open = () => ask("/v1/jobs/none/socket", { headers: { upgrade: "websocket" } });
    expect((await open()).status).toBe(101);
    const refused = await open();
    expect(refused.status).toBe(429);
    expect(await problemOf(refused)).toMatchObject({ "violated-policies": ["calls_per_month"] });
  });

  it("don't count ways in, probes or calls without a caller", async () => {
    await onPlan("free");
    const { desk_id, email, password, refresh_token } = account;
    await call("/v1/auth/login", { json: { email, password } });
    await ask("/v1/auth/refresh", { json: { refresh_token } });
    await ask("/v1/health");
    await call("/v1/me");
    await ask("/v1/auth/logout-all", { method: "POST" });
    expect(await callsTaken(desk_id)).toBe(0);
  });

  it("follow the plan at once, up and down, in the middle of a month", async () => {
    await onPlan("free");
    await useCalls(account.desk_id, 1_000);
    expect((await me()).status).toBe(429);
    await onPlan("starter");
    expect((await me()).status).toBe(200);
    await onPlan("free");
    expect((await me()).status).toBe(429);
    await onPlan("enterprise");
    const unlimited = await me();
    expect(unlimited.status).toBe(200);
    expect(unlimited.headers.get("ratelimit-policy")).not.toContain("calls_per_month");
  });

  it("are each desk's own", async () => {
    const other = await newAccount();
    await onPlan("free");
    await onPlan("free", other);
    await useCalls(other.desk_id, 1_000);
    expect((await me()).status).toBe(200);
    expect((await call("/v1/me", { token: other.access_token })).status).toBe(429);
  });

  it("refuse nobody without a limit while the ledger can't be reached, and everybody with one", async () => {
    const env = { QUOTA_LEDGER: Object.create(null) as DurableObjectNamespace };
    expect((await ask("/v1/me", { env })).status).toBe(200);
    await onPlan("pro");
    expect((await ask("/v1/me", { env })).status).toBe(500);
  });
});

describe("the table of plans", () => {
  it("gives no less with a larger plan", () => {
    const sizes = PLANS.map((plan) => {
      const { features, rate_multiplier, ...limits } = TERMS[plan];
      return [...Object.values(limits).map((limit) => limit ?? Infinity), features.length, rate_multiplier];
    });
    for (const [at, larger] of sizes.slice(1).entries()) {
      for (const [n, size] of larger.entries()) {
        expect(size).toBeGreaterThanOrEqual(sizes[at]?.[n] ?? Number.POSITIVE_INFINITY);
      }
    }
  });
});
