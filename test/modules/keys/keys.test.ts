import { beforeEach, describe, expect, it } from "vitest";
import { MAX_KEYS } from "../../../src/modules/keys/policy.ts";
import { auditOf, changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { join, type Key, makeKey, tokenOn } from "../../support/members.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

const ask = async (json: object, token = account.access_token) =>
  await call("/v1/api-keys", { token, json: { name: "a program", scopes: ["documents:read"], ...json } });
const listed = async () =>
  (await (await call("/v1/api-keys", { token: account.access_token })).json<{ data: Key[] }>()).data;
const rowOf = async (id: string) =>
  await testEnv.DB.prepare("SELECT * FROM api_keys WHERE id = ?").bind(id).first<Record<string, unknown>>();
const works = async (key: string) => (await call("/v1/documents", { headers: { "x-api-key": key } })).status;
const rotate = async (id: string, json: object = {}, token = account.access_token) =>
  await call(`/v1/api-keys/${id}/rotate`, { token, json });

describe("making a key", () => {
  it("shows the secret once and keeps nothing but its hash", async () => {
    const made = await makeKey(account);
    expect(made.key).toMatch(/^bk_live_[0-9A-Za-z]{46}$/);
    expect(made.key.startsWith(made.prefix)).toBe(true);
    const kept = await testEnv.DB.batch([
      testEnv.DB.prepare("SELECT * FROM api_keys"),
      testEnv.DB.prepare("SELECT * FROM audit_log"),
      testEnv.DB.prepare("SELECT * FROM idempotency_keys"),
    ]);
    expect(JSON.stringify(kept)).not.toContain(made.key.slice(made.prefix.length));
    expect((await rowOf(made.id))?.hash).toMatch(/^[0-9a-f]{64}$/);
    const [shown] = await listed();
    expect(shown?.id).toBe(made.id);
    expect(JSON.stringify(shown)).not.toContain(made.key);
  });

  it("refuses scopes beyond the maker's, unknown ones and those of no key, each by its name", async () => {
    const scopes = ["documents:read", "api_keys:write", "platform:read", "tickets:create", "moons:eat"];
    const answer = await ask({ scopes });
    expect(answer.status).toBe(422);
    const { errors } = await problemOf(answer);
    expect(errors?.map(({ path }) => path)).toEqual(["scopes.1", "scopes.2", "scopes.3", "scopes.4"]);
    expect(errors?.[0]?.message).toContain("`api_keys:write`");
    expect(await listed()).toEqual([]);
  });

  it("needs a verified address, a recent proof and an admin", async () => {
    const unverified = await newAccount(undefined, { verified: false });
    expect((await problemOf(await ask({}, unverified.access_token))).code).toBe("access.email_unverified");
    const manager = await newAccount("manager");
    expect((await problemOf(await ask({}, manager.access_token))).code).toBe("access.not_allowed");
    const hour_ago = Date.now() - 3_600_000;
    await testEnv.DB.prepare("UPDATE sessions SET proved_at = ? WHERE user_id = ?")
      .bind(hour_ago, account.user_id)
      .run();
    expect((await problemOf(await ask({}))).code).toBe("access.proof_needed");
  });

  it("gives no rate beyond the desk's plan", async () => {
    const { desk_id } = account;
    const setPlan = async (plan: string) =>
      await changeBehind([desk_id], "UPDATE desks SET plan = ? WHERE id = ?", plan, desk_id);
    for (const [plan, max] of Object.entries({ free: 1, starter: 2, pro: 5, enterprise: 10 })) {
      await setPlan(plan);
      expect((await ask({ rate_multiplier: max })).status, plan).toBe(201);
      const beyond = await ask({ rate_multiplier: max + 0.1 });
      expect(beyond.status, plan).toBe(422);
      expect((await problemOf(beyond)).errors?.[0]?.path).toBe("rate_multiplier");
    }
    for (const none of [0, 0.09, -1, "1"]) expect((await ask({ rate_multiplier: none })).status).toBe(422);
  });

  it("keeps address ranges in one spelling and refuses what is none, or read in two ways", async () => {
    const allowed_addresses = [
      "192.0.2.7",
      "10.1.2.3/8",
      "::ffff:198.51.100.4",
      "2001:DB8:0::1/32",
      "10.0.0.0/8",
    ];
    const made = await (await ask({ allowed_addresses })).json<{ allowed_addresses: string[] }>();
    expect(made.allowed_addresses).toEqual(["192.0.2.7", "10.0.0.0/8", "198.51.100.4", "2001:db8::/32"]);
    for (const wrong of [
      "010.0.0.1",
      "127.1",
      "0x7f.0.0.1",
      "10.0.0.0/33",
      "example.com",
      "",
      "fe80::1%eth0",
    ])
      expect((await ask({ allowed_addresses: [wrong] })).status, wrong).toBe(422);
    const many = Array.from({ length: 21 }, (_, n) => `192.0.2.${n}`);
    expect((await ask({ allowed_addresses: many })).status).toBe(422);
  });

  it(`stops at ${MAX_KEYS} keys in force, and counts neither revoked nor expired ones`, async () => {
    const made = await Promise.all(Array.from({ length: MAX_KEYS + 4 }, () => ask({ expires_in_days: 1 })));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(MAX_KEYS);
    const [refused] = made.filter(({ status }) => status !== 201);
    expect(refused?.status).toBe(409);
    const [one, two] = await listed();
    await call(`/v1/api-keys/${one?.id}`, { method: "DELETE", token: account.access_token });
    expect((await ask({})).status).toBe(201);
    expect((await ask({})).status).toBe(409);
    await testEnv.DB.prepare("UPDATE api_keys SET expires_at = 1 WHERE id = ?").bind(two?.id).run();
    expect((await ask({})).status).toBe(201);
  });

  it("once more with the same Idempotency-Key gives the key without its secret", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const made = await makeKey(account, {}, { headers });
    const again = await call("/v1/api-keys", {
      token: account.access_token,
      json: { name: "a program", scopes: ["documents:read"] },
      headers,
    });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    const { key, ...shown } = made;
    expect(await again.json()).toEqual(shown);
    expect(await listed()).toHaveLength(1);
    expect(await works(key)).toBe(200);
  });
});

describe("rotating a key", () => {
  it("changes the secret alone; the old one works until its grace ends", async () => {
    const { key: old, ...before } = await makeKey(account, {
      expires_in_days: 7,
      allowed_addresses: ["127.0.0.0/8"],
      rate_multiplier: 3,
    });
    const answer = await rotate(before.id);
    expect(answer.status).toBe(200);
    const { key, ...after } = await answer.json<Key & { rotated_at: string; previous_until: string }>();
    const { prefix, previous_until, rotated_at } = after;
    expect(after).toEqual({ ...before, prefix, previous_until, rotated_at });
    expect(Date.parse(previous_until) - Date.parse(rotated_at)).toBe(24 * 3_600_000);
    expect(key.startsWith(prefix)).toBe(true);
    expect([await works(old), await works(key)]).toEqual([200, 200]);
    const past = Date.now() - 1;
    await changeBehind(
      [before.id],
      "UPDATE api_keys SET previous_until = ? WHERE id = ?",
      ...[past, before.id],
    );
    expect([await works(old), await works(key)]).toEqual([401, 200]);
  });

  it("a second time ends the oldest at once, and without grace the one before as well", async () => {
    const first = await makeKey(account);
    expect(await works(first.key)).toBe(200);
    const second = await (await rotate(first.id)).json<Key>();
    expect([await works(first.key), await works(second.key)]).toEqual([200, 200]);
    const third = await (await rotate(first.id)).json<Key>();
    expect([await works(first.key), await works(second.key)]).toEqual([401, 200]);
    const fourth = await (await rotate(first.id, { grace_hours: 0 })).json<Key>();
    const all = [first, second, third, fourth];
    expect(await Promise.all(all.map(({ key }) => works(key)))).toEqual([401, 401, 401, 200]);
  });

  it("twice at the same moment gives nobody a secret that does not work", async () => {
    const { id } = await makeKey(account);
    const answers = await Promise.all([rotate(id), rotate(id)]);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeGreaterThan(0);
    for (const answer of won) expect(await works((await answer.json<Key>()).key)).toBe(200);
  });

  it("is for its maker alone, since it acts in their name; another admin may revoke it", async () => {
    const other = await newAccount();
    await join(other, account, "admin");
    const token = await tokenOn(other, account.desk_id);
    const { id, key } = await makeKey(account);
    const refused = await rotate(id, {}, token);
    expect(refused.status).toBe(403);
    expect((await problemOf(refused)).code).toBe("api_keys.not_yours");
    expect(await works(key)).toBe(200);
    expect((await call(`/v1/api-keys/${id}`, { method: "DELETE", token })).status).toBe(204);
    expect(await works(key)).toBe(401);
  });

  it("does not revive a key that has expired or was revoked", async () => {
    const [expired, revoked] = [await makeKey(account), await makeKey(account)];
    await changeBehind([expired.id], "UPDATE api_keys SET expires_at = 1 WHERE id = ?", expired.id);
    await call(`/v1/api-keys/${revoked.id}`, { method: "DELETE", token: account.access_token });
    expect((await rotate(expired.id)).status).toBe(409);
    expect((await rotate(revoked.id)).status).toBe(404);
  });
});

describe("revoking a key", () => {
  it("ends it and its former secret, keeps the row for the record and lists it no more", async () => {
    const made = await makeKey(account);
    const next = await (await rotate(made.id)).json<Key>();
    const path = `/v1/api-keys/${made.id}`;
    expect((await call(path, { method: "DELETE", token: account.access_token })).status).toBe(204);
    expect([await works(made.key), await works(next.key)]).toEqual([401, 401]);
    expect(await listed()).toEqual([]);
    expect((await rowOf(made.id))?.revoked_at).toBeGreaterThan(0);
    expect((await call(path, { method: "DELETE", token: account.access_token })).status).toBe(404);
    const actions = (await auditOf(account.desk_id)).map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith("api_key."))).toEqual([
      "api_key.create",
      "api_key.rotate",
      "api_key.revoke",
    ]);
  });
});
