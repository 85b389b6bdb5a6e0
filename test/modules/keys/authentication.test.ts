import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { callerByKey } from "../../../src/modules/access/key-authentication.ts";
import { newKeySecret } from "../../../src/modules/access/key-secret.ts";
import { changeBehind } from "../../support/accounts.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { type Key, makeKey } from "../../support/members.ts";
import { testPlatform } from "../../support/platform.ts";

let account: Account;
let made: Key;
beforeEach(async () => {
  account = await newAccount();
  made = await makeKey(account, { scopes: ["documents:read", "documents:write", "search:reindex"] });
});

const withKey = async (key = made.key, headers: Record<string, string> = {}) =>
  await call("/v1/documents", { headers: { "x-api-key": key, ...headers } });
/** The D1 queries that an answer cost. */
const queriesOf = (answer: Response): number =>
  Number(/d1_queries=(\d+)/.exec(answer.headers.get("bourse-cost") ?? "")?.[1] ?? 0);
const me = async (key = made.key) => await call("/v1/me", { headers: { "x-api-key": key } });

describe("a key as a credential", () => {
  it("opens as X-API-Key and as a bearer token, and not beside a token", async () => {
    expect((await withKey()).status).toBe(200);
    expect((await call("/v1/documents", { token: made.key })).status).toBe(200);
    const both = { "x-api-key": made.key, authorization: `Bearer ${account.access_token}` };
    expect((await call("/v1/documents", { headers: both })).status).toBe(401);
  });

  it("acts in its maker's name on its own desk and may do what it was given alone", async () => {
    expect(await (await me()).json()).toMatchObject({
      user: { id: account.user_id },
      desk: { id: account.desk_id },
    });
    const mine = await call("/v1/me/permissions", { headers: { "x-api-key": made.key } });
    const { permissions } = await mine.json<{ permissions: string[] }>();
    expect(permissions.sort()).toEqual(["documents:read", "documents:write", "search:reindex"]);
    expect((await call("/v1/jobs", { headers: { "x-api-key": made.key } })).status).toBe(403);
  });

  it("sees its own desk alone, though its maker is on others", async () => {
    const key = await makeKey(account, { scopes: ["desks:read", "members:read"] });
    const headers = { "x-api-key": key.key };
    const other = await (
      await call("/v1/desks", { token: account.access_token, json: { name: "Other" } })
    ).json<{ id: string }>();
    const { data } = await (await call("/v1/desks", { headers })).json<{ data: { id: string }[] }>();
    expect(data.map(({ id }) => id)).toEqual([account.desk_id]);
    expect((await call(`/v1/desks/${account.desk_id}/members`, { headers })).status).toBe(200);
    for (const path of [`/v1/desks/${other.id}`, `/v1/desks/${other.id}/members`])
      expect((await call(path, { headers })).status).toBe(404);
  });

  it("costs no query of D1 once it is warm", async () => {
    await me();
    const warm = await me();
    expect(warm.status).toBe(200);
    expect(queriesOf(warm)).toBe(0);
  });

  it("with a wrong checksum, or of another form, costs no look-up at all", async () => {
    await me();
    const mistyped = made.key.slice(0, -1) + (made.key.endsWith("0") ? "1" : "0");
    const swapped = made.key.replace(/^(bk_live_.)(.)(.)/, "$1$3$2");
    for (const wrong of [mistyped, `${made.key}0`, made.key.slice(0, -1), "bk_live_", "bk_test_x", swapped]) {
      if (wrong === made.key) continue;
      const answer = await me(wrong);
      expect(answer.status, wrong).toBe(401);
      expect(queriesOf(answer), wrong).toBe(0);
    }
    await me();
    const guess = await me(newKeySecret());
    expect(guess.status).toBe(401);
    // Whether anybody has it, and the failure.
    expect(queriesOf(guess)).toBe(2);
  });

  it("opens from a network that guesses or a stale program have locked, and nothing else does", async () => {
    const headers = { "cf-connecting-ip": "192.0.2.77" };
    const from = async (key: string) =>
      await call("/v1/me", { headers: { ...headers, "x-api-key": key }, env: { RATE_LIMIT_SCALE: "1" } });
    for (let n = 0; n < 10; n += 1) expect((await from(newKeySecret())).status).toBe(401);
    expect((await from(newKeySecret())).status).toBe(429);
    expect((await from(made.key)).status).toBe(200);
  });

  it("opens only from its addresses, an IPv4 one wrapped in IPv6 being the same", async () => {
    const bound = await makeKey(account, { allowed_addresses: ["192.0.2.0/24", "2001:db8::/32"] });
    const from = async (address: string) =>
      (await withKey(bound.key, { "cf-connecting-ip": address })).status;
    for (const inside of ["192.0.2.1", "::ffff:192.0.2.200", "2001:db8::7"])
      expect(await from(inside), inside).toBe(200);
    for (const outside of ["192.0.3.1", "2001:db9::1", "::ffff:192.0.3.1", "not-an-address"])
      expect(await from(outside), outside).toBe(401);
  });

  it("ends with its expiry, also where it is warm", async () => {
    await withKey();
    const soon = Date.now() + 300;
    await changeBehind([made.id], "UPDATE api_keys SET expires_at = ? WHERE id = ?", soon, made.id);
    expect((await withKey()).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect((await withKey()).status).toBe(401);
  });

  it("tells when it was last used, and its list shows it", async () => {
    const lastUsed = async () => {
      const list = await call("/v1/api-keys", { token: account.access_token });
      return (await list.json<{ data: { last_used_at: string | null }[] }>()).data[0]?.last_used_at;
    };
    expect(await lastUsed()).toBeNull();
    await withKey();
    expect(Math.abs(Date.parse((await lastUsed()) ?? "") - Date.now())).toBeLessThan(10_000);
  });

  it("loses the rate that a smaller plan does not give", async () => {
    const { desk_id } = account;
    const fast = await makeKey(account, { rate_multiplier: 10 });
    const rate = async () => (await callerByKey(from, fast.key))?.credential;
    const from = { address: "127.0.0.1", platform: testPlatform() };
    expect(await rate()).toMatchObject({ rate_multiplier: 10 });
    await changeBehind([desk_id], "UPDATE desks SET plan = 'pro' WHERE id = ?", desk_id);
    expect(await rate()).toMatchObject({ rate_multiplier: 5 });
  });

  it("is written into the audit trail beside its maker", async () => {
    const headers = { "x-api-key": made.key };
    expect((await call("/v1/search/reindex", { method: "POST", headers })).status).toBe(202);
    const row = await testEnv.DB.prepare("SELECT actor, key_id FROM audit_log WHERE key_id = ?")
      .bind(made.id)
      .first();
    expect(row).toEqual({ actor: account.user_id, key_id: made.id });
  });
});

describe("a key falls with its maker", () => {
  const set = async (sql: string) => await changeBehind([account.user_id], sql, account.user_id);

  it("demoted: to what the new role still may", async () => {
    await withKey();
    await set("UPDATE members SET role = 'viewer' WHERE user_id = ?");
    expect((await withKey()).status).toBe(200);
    const headers = { "x-api-key": made.key };
    expect((await call("/v1/search/reindex", { method: "POST", headers })).status).toBe(403);
  });

  it.each([
    ["removed", "DELETE FROM members WHERE user_id = ?"],
    ["deactivated", "UPDATE users SET status = 'deactivated' WHERE id = ?"],
  ])("%s: altogether", async (_, sql) => {
    expect((await withKey()).status).toBe(200);
    await set(sql);
    expect((await withKey()).status).toBe(401);
  });
});

describe("a revoked key", () => {
  /** Another isolate: the same bindings, and modules that know nothing of what these ones do. */
  async function otherIsolate() {
    vi.resetModules();
    const { app } = await import("../../../src/app.ts");
    return async (): Promise<number> => {
      const ctx = createExecutionContext();
      const headers = { "x-api-key": made.key };
      const request = new Request("https://bourse.test/v1/documents", { headers });
      const { status } = await app.fetch(request, testEnv, ctx);
      await waitOnExecutionContext(ctx);
      return status;
    };
  }

  it("is dead at once here and within two seconds in every other isolate, however warm", async () => {
    const elsewhere = await otherIsolate();
    expect([(await withKey()).status, await elsewhere(), await elsewhere()]).toEqual([200, 200, 200]);
    const path = `/v1/api-keys/${made.id}`;
    expect((await call(path, { method: "DELETE", token: account.access_token })).status).toBe(204);
    const revoked_at = Date.now();
    expect((await withKey()).status).toBe(401);
    while (Date.now() - revoked_at < 1_900) {
      await elsewhere();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000 - (Date.now() - revoked_at)));
    expect(await elsewhere()).toBe(401);
  });

  it("is dead after two seconds in an isolate that was idle meanwhile", async () => {
    const elsewhere = await otherIsolate();
    expect(await elsewhere()).toBe(200);
    await call(`/v1/api-keys/${made.id}`, { method: "DELETE", token: account.access_token });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await elsewhere()).toBe(401);
  });
});
