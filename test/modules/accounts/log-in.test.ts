import Argon2 from "@phi-ag/argon2";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { auditOf, isIn, logIn, type Tokens } from "../../support/accounts.ts";
import { problemOf, whatItTells } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

const argon2 = [vi.spyOn(Argon2.prototype, "hash"), vi.spyOn(Argon2.prototype, "tryVerify")];
/** The hashes that the work made, whether for keeping or for comparing. */
async function hashesOf<T>(work: () => Promise<T>): Promise<{ hashes: number; result: T }> {
  const made = () => argon2.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  const before = made();
  const result = await work();
  return { hashes: made() - before, result };
}

const attempt = async (json: unknown) => await call("/v1/auth/login", { json });

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

describe("logging in", () => {
  it("opens a session by address or username, in either field and any case", async () => {
    const { email, password, username } = account;
    for (const names of [
      { email },
      { email: email.toUpperCase() },
      { email: username },
      { username },
      { username: username.toUpperCase() },
      { username: email },
    ]) {
      const answer = await attempt({ ...names, password });
      expect(answer.status, JSON.stringify(names)).toBe(200);
      const tokens = await answer.json<Tokens>();
      expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 900, user: { id: account.user_id } });
      expect(await isIn(tokens.access_token)).toBe(true);
    }
  });

  it("is audited with the session that it opened", async () => {
    const own = await newAccount();
    const rows = (await auditOf(own.desk_id)).filter(({ action }) => action === "session.create");
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ actor: own.user_id, target: expect.stringMatching(/^ses_/) });
  });

  it("refuses both names at once, and neither", async () => {
    const { email, password, username } = account;
    expect((await attempt({ email, username, password })).status).toBe(422);
    expect((await attempt({ password })).status).toBe(422);
  });

  it("answers an unknown account, a wrong password and a deactivated user alike", async () => {
    const { email, password } = account;
    const gone = await newAccount();
    await testEnv.DB.prepare("UPDATE users SET status = 'deactivated' WHERE id = ?").bind(gone.user_id).run();
    const wrong = await attempt({ email, password: "Wrong-Harb0ur-42" });
    const told = await whatItTells(wrong, ["bourse-cost"]);
    expect(told).toMatchObject({ status: 401, body: { code: "auth.wrong_credentials" } });
    expect(told.headers["www-authenticate"]).toMatch(/^Bearer /);
    for (const other of [
      { email: "nobody@desk.test", password },
      { email: "nobody", password },
      { username: "nobody", password },
      { email, password: password.toLowerCase() },
      { email: gone.email, password: gone.password },
      { email: gone.email, password: "Wrong-Harb0ur-42" },
      { email: "' OR 1=1 --", password: "' OR 1=1 --" },
    ]) {
      expect(await whatItTells(await attempt(other), ["bourse-cost"]), JSON.stringify(other)).toEqual(told);
    }
  });

  it("costs an unknown account as many hashes and queries as a wrong password", async () => {
    const costOf = async (json: unknown) => {
      const { hashes, result: answer } = await hashesOf(() => attempt(json));
      const queries = /d1_queries=(\d+)/.exec(answer.headers.get("bourse-cost") ?? "")?.[1];
      return { status: answer.status, hashes, queries };
    };
    const wrong = await costOf({ email: account.email, password: "Wrong-Harb0ur-42" });
    expect(wrong).toEqual({ status: 401, hashes: 1, queries: "3" });
    expect(await costOf({ email: "nobody@desk.test", password: account.password })).toEqual(wrong);
    expect(await costOf({ username: "nobody", password: account.password })).toEqual(wrong);
  });

  it("refuses an endless password before it is hashed", async () => {
    const long = { email: account.email, password: "x".repeat(10_000) };
    const { hashes, result } = await hashesOf(() => attempt(long));
    expect(result.status).toBe(422);
    expect(hashes).toBe(0);
  });

  it("doesn't repeat what was sent in its refusals", async () => {
    const password = "Secret-Harb0ur-99";
    const { detail, errors } = await problemOf(
      await attempt({ email: account.email, password, extra: password }),
    );
    expect(JSON.stringify({ detail, errors })).not.toContain(password);
  });
});

describe("sessions", () => {
  it("are five at most: the sixth ends the first and leaves the rest", async () => {
    const own = await newAccount();
    const later: Tokens[] = [];
    for (let n = 0; n < 4; n += 1) later.push(await logIn(own));
    expect(await isIn(own.access_token)).toBe(true);
    later.push(await logIn(own));
    expect(await isIn(own.access_token)).toBe(false);
    expect((await call("/v1/auth/refresh", { json: { refresh_token: own.refresh_token } })).status).toBe(401);
    for (const tokens of later) expect(await isIn(tokens.access_token)).toBe(true);
  });

  it("are five at most also when they are opened at once", async () => {
    const own = await newAccount();
    const opened = await Promise.all(Array.from({ length: 7 }, () => logIn(own)));
    const alive = await Promise.all(opened.map(({ access_token }) => isIn(access_token)));
    expect(alive.filter(Boolean)).toHaveLength(5);
  });

  it("of other users are not counted with one's own", async () => {
    const own = await newAccount();
    for (let n = 0; n < 6; n += 1) await logIn(account);
    expect(await isIn(own.access_token)).toBe(true);
  });
});
