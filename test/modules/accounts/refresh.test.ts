import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditOf, isIn, refresh, type Tokens } from "../../support/accounts.ts";
import { whatItTells } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets time pass for the Worker, which reads no clock but `Date`. */
function passTime(ms: number): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: now + ms });
}

async function next(token: string): Promise<Tokens> {
  const answer = await refresh(token);
  expect(answer.status).toBe(200);
  return await answer.json<Tokens>();
}

const reuses = async () =>
  (await auditOf(account.desk_id)).filter(({ action }) => action === "session.reuse_detected");

describe("a refresh token", () => {
  it("is exchanged for new tokens, time after time, in the same session", async () => {
    let token = account.refresh_token;
    const seen = new Set([token]);
    for (let n = 0; n < 5; n += 1) {
      const tokens = await next(token);
      expect(tokens.user.id).toBe(account.user_id);
      expect(await isIn(tokens.access_token)).toBe(true);
      token = tokens.refresh_token;
      seen.add(token);
      passTime(60_000);
    }
    expect(seen.size).toBe(6);
    const sessions = await testEnv.DB.prepare("SELECT count(*) AS n FROM sessions WHERE user_id = ?")
      .bind(account.user_id)
      .first();
    expect(sessions).toEqual({ n: 1 });
  });

  it("gives two tabs at once the same child", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => refresh(account.refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const children = await Promise.all(answers.map(async (one) => (await one.json<Tokens>()).refresh_token));
    expect(new Set(children).size).toBe(1);
    expect(await reuses()).toEqual([]);
  });

  it("gives a late tab the same child within ten seconds", async () => {
    const child = await next(account.refresh_token);
    passTime(9_500);
    expect((await next(account.refresh_token)).refresh_token).toBe(child.refresh_token);
    expect((await next(child.refresh_token)).refresh_token).not.toBe(child.refresh_token);
  });

  it("that is used again after ten seconds ends the whole family, and that is audited", async () => {
    const child = await next(account.refresh_token);
    passTime(10_500);
    expect((await refresh(account.refresh_token)).status).toBe(401);
    expect((await refresh(child.refresh_token)).status).toBe(401);
    expect(await isIn(child.access_token)).toBe(false);
    expect(await isIn(account.access_token)).toBe(false);
    expect(await reuses()).toEqual([
      { action: "session.reuse_detected", actor: account.user_id, target: expect.stringMatching(/^ses_/) },
    ]);
  });

  it("that is older than the parent ends the family at once", async () => {
    const child = await next(account.refresh_token);
    const grandchild = await next(child.refresh_token);
    expect((await refresh(account.refresh_token)).status).toBe(401);
    expect((await refresh(grandchild.refresh_token)).status).toBe(401);
    expect(await reuses()).toHaveLength(1);
  });

  it("ends no other session of the user when its family ends", async () => {
    const { email, password } = account;
    const other = await (await call("/v1/auth/login", { json: { email, password } })).json<Tokens>();
    await next(account.refresh_token);
    passTime(11_000);
    await refresh(account.refresh_token);
    expect(await isIn(other.access_token)).toBe(true);
    expect((await refresh(other.refresh_token)).status).toBe(200);
  });

  it("is stored nowhere, nor anything that it could be made from without our secret", async () => {
    const child = await next(account.refresh_token);
    const { results } = await testEnv.DB.prepare("SELECT * FROM sessions WHERE user_id = ?")
      .bind(account.user_id)
      .all();
    const stored = JSON.stringify(results);
    for (const token of [account.refresh_token, child.refresh_token]) {
      expect(stored).not.toContain(token.split(".")[2]);
    }
  });

  it("gets the same refusal for every reason", async () => {
    const [session = "", generation = "", proof = ""] = account.refresh_token.split(".");
    const changed = proof.startsWith("A") ? `B${proof.slice(1)}` : `A${proof.slice(1)}`;
    const told = await whatItTells(await refresh("garbage"), ["bourse-cost"]);
    expect(told).toMatchObject({ status: 401, body: { code: "auth.not_authenticated" } });
    for (const forged of [
      `${session}.${generation}.${changed}`,
      `${session}.${Number(generation) + 1}.${proof}`,
      `brt_ses_${"0".repeat(32)}.0.${proof}`,
      `${session}.-1.${proof}`,
      `${session}.1e3.${proof}`,
      `${account.refresh_token} `,
      account.access_token.slice(0, 200),
    ]) {
      expect(await whatItTells(await refresh(forged), ["bourse-cost"]), forged).toEqual(told);
    }
    expect((await refresh(account.refresh_token)).status, "no forgery ends a session").toBe(200);
  });

  it("dies with its user, with its session and with time", async () => {
    const run = (sql: string) => testEnv.DB.prepare(sql).bind(account.user_id).run();
    await run("UPDATE users SET status = 'deactivated' WHERE id = ?");
    expect((await refresh(account.refresh_token)).status).toBe(401);
    await run("UPDATE users SET status = 'active' WHERE id = ?");
    passTime(31 * 24 * 60 * 60 * 1000);
    expect((await refresh(account.refresh_token)).status).toBe(401);
    vi.useRealTimers();
    expect((await refresh(account.refresh_token)).status).toBe(200);
    await run("UPDATE sessions SET revoked_at = 1 WHERE user_id = ?");
    expect((await refresh(account.refresh_token)).status).toBe(401);
  });
});
