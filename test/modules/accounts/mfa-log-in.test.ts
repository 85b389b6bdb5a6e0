import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sha256Hex } from "../../../src/platform/crypto.ts";
import { changeBehind, isIn, mailedToken, refresh, type Tokens } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { cookieIn } from "../../support/browser.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { codeOf, type Factor, withFactor } from "../../support/mfa.ts";

const MINUTE_MS = 60_000;

let account: Account;
let factor: Factor;
beforeEach(async () => {
  // At the beginning of a step, and there time stands still: no code changes while a test runs.
  vi.useFakeTimers({ now: Math.ceil(Date.now() / 30_000) * 30_000, toFake: ["Date"] });
  account = await newAccount();
  factor = await withFactor(account);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const passTime = (ms: number) => vi.setSystemTime(Date.now() + ms);
const stranger = (n: number): Call => ({ headers: { "cf-connecting-ip": `203.0.113.${n}` } });
const password = async (json: object, options: Call = {}) =>
  await call("/v1/auth/login", { json: { password: account.password, ...json }, ...options });
const verify = async (json: object, options: Call = {}) =>
  await call("/v1/auth/mfa/verify", { json, ...options });

/** The first step of a log-in of this account; answers the challenge's token. */
async function challenge(of: Account = account, json: object = {}): Promise<string> {
  const answer = await password({ email: of.email, password: of.password, ...json });
  return (await answer.json<{ mfa_token: string }>()).mfa_token;
}
const answer = async (mfa_token: string, code: string, options: Call = {}) =>
  await verify({ mfa_token, code }, options);

async function refusalOf(refused: Response): Promise<string> {
  return `${refused.status} ${(await problemOf(refused)).code}`;
}
const statusesOf = async (answers: Promise<Response>[]) =>
  (await Promise.all(answers)).map(({ status }) => status).sort();

/** A code of six digits that fits at no step near the present one. */
const wrongCode = (): string => {
  const near = [-1, 0, 1].map((step) => codeOf(factor.secret, step));
  return ["000000", "111111", "222222", "333333"].find((code) => !near.includes(code)) ?? "";
};

async function sessionsOf({ user_id }: Account): Promise<number> {
  const sql = "SELECT count(*) AS n FROM sessions WHERE user_id = ? AND revoked_at IS NULL";
  const row = await testEnv.DB.prepare(sql).bind(user_id).first<{ n: number }>();
  return row?.n ?? 0;
}

describe("a password where there is a second factor", () => {
  it("opens no session: the answer has a challenge and nothing else", async () => {
    const before = await sessionsOf(account);
    const told = await password({ email: account.email });
    expect(told.status).toBe(200);
    expect(told.headers.get("set-cookie")).toBeNull();
    expect(await told.json()).toEqual({
      mfa_required: true,
      mfa_token: expect.stringMatching(/^mfa_/),
      expires_in: 300,
    });
    expect(await sessionsOf(account)).toBe(before);
  });

  it.each<[string, () => object]>([
    ["an address", () => ({ email: account.email })],
    ["a username", () => ({ username: account.username })],
    ["a username as an address", () => ({ email: account.username.toUpperCase() })],
    ["a browser", () => ({ email: account.email, cookie: true })],
  ])("is not enough by %s", async (_, names) => {
    const told = await password(names());
    expect(Object.keys(await told.json<object>()).sort()).toEqual([
      "expires_in",
      "mfa_required",
      "mfa_token",
    ]);
    expect(told.headers.get("set-cookie")).toBeNull();
  });

  it("is not enough after a reset either: the mail opens no session and the factor stays", async () => {
    const token = await mailedToken("reset_password", account);
    const reset = await call("/v1/auth/password/reset", { json: { token, new_password: "Loud-Harb0ur-43" } });
    expect([reset.status, await reset.text(), reset.headers.get("set-cookie")]).toEqual([204, "", null]);
    const told = await password({ email: account.email, password: "Loud-Harb0ur-43" });
    expect(await told.json()).toMatchObject({ mfa_required: true });
  });

  it("that is wrong gets no challenge, and the same answer as where there is no factor", async () => {
    const wrong = { email: account.email, password: "Wrong-Harb0ur-42" };
    expect(await refusalOf(await password(wrong))).toBe("401 auth.wrong_credentials");
  });
});

describe("a code", () => {
  it("opens the one session that its challenge is for, and the challenge is over", async () => {
    const [token, before] = [await challenge(), await sessionsOf(account)];
    const opened = await answer(token, codeOf(factor.secret));
    expect(opened.status).toBe(200);
    const tokens = await opened.json<Tokens>();
    expect(await isIn(tokens.access_token)).toBe(true);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    expect(await refusalOf(await answer(token, codeOf(factor.secret, 1)))).toBe("401 auth.challenge_ended");
    expect(await sessionsOf(account)).toBe(before + 1);
  });

  it("opens a browser's session where the log-in was a browser's", async () => {
    const opened = await answer(await challenge(account, { cookie: true }), codeOf(factor.secret));
    expect(Object.keys(await opened.json<object>()).sort()).toEqual(["csrf_token", "expires_in", "user"]);
    const headers = { cookie: cookieIn(opened) };
    expect((await call("/v1/me", { headers })).status).toBe(200);
  });

  it("sent many times at once to one challenge opens one session", async () => {
    const [token, before] = [await challenge(), await sessionsOf(account)];
    const code = codeOf(factor.secret);
    expect(await statusesOf([1, 2, 3, 4].map(() => answer(token, code)))).toEqual([200, 401, 401, 401]);
    expect(await sessionsOf(account)).toBe(before + 1);
  });

  it("is used up by the challenge that it opened, one after the other and at the same moment", async () => {
    const code = codeOf(factor.secret);
    expect((await answer(await challenge(), code)).status).toBe(200);
    expect(await refusalOf(await answer(await challenge(), code))).toBe("401 auth.wrong_code");
    const next = codeOf(factor.secret, 1);
    const both = [await challenge(), await challenge()];
    expect(await statusesOf(both.map((token) => answer(token, next)))).toEqual([200, 401]);
  });

  it("for recovery works once", async () => {
    const [first = "", second = ""] = factor.recovery_codes;
    expect((await answer(await challenge(), first)).status).toBe(200);
    expect(await refusalOf(await answer(await challenge(), first))).toBe("401 auth.wrong_code");
    expect((await answer(await challenge(), second.toLowerCase())).status).toBe(200);
  });

  it("of another account opens nothing, and is not used up by that", async () => {
    const other = await newAccount();
    const theirs = await withFactor(other);
    expect(await refusalOf(await answer(await challenge(), codeOf(theirs.secret)))).toBe(
      "401 auth.wrong_code",
    );
    expect(await refusalOf(await answer(await challenge(), theirs.recovery_codes[0] ?? ""))).toBe(
      "401 auth.wrong_code",
    );
    expect((await answer(await challenge(other), codeOf(theirs.secret))).status).toBe(200);
  });

  it("opens nothing for somebody who was deactivated meanwhile", async () => {
    const token = await challenge();
    const { user_id } = account;
    await changeBehind([user_id], "UPDATE users SET status = 'deactivated' WHERE id = ?", user_id);
    const before = await sessionsOf(account);
    expect(await refusalOf(await answer(token, codeOf(factor.secret)))).toBe("401 auth.challenge_ended");
    expect(await sessionsOf(account)).toBe(before);
  });
});

describe("a challenge", () => {
  it("ends with five wrong codes, though the sixth is right", async () => {
    const token = await challenge();
    for (let n = 0; n < 5; n += 1)
      expect(await refusalOf(await answer(token, wrongCode()))).toBe("401 auth.wrong_code");
    expect(await refusalOf(await answer(token, codeOf(factor.secret)))).toBe("401 auth.challenge_ended");
    expect((await answer(await challenge(), codeOf(factor.secret))).status).toBe(200);
  });

  it("takes five wrong codes also where they come at once", async () => {
    const token = await challenge();
    const answers = await Promise.all(Array.from({ length: 9 }, () => answer(token, wrongCode())));
    const told = await Promise.all(answers.map(refusalOf));
    expect(told.filter((each) => each === "401 auth.wrong_code")).toHaveLength(5);
    expect(told.filter((each) => each === "401 auth.challenge_ended")).toHaveLength(4);
  });

  it("ends after five minutes", async () => {
    const [early, late] = [await challenge(), await challenge()];
    passTime(5 * MINUTE_MS - 1_000);
    expect((await answer(early, codeOf(factor.secret))).status).toBe(200);
    passTime(1_000);
    expect(await refusalOf(await answer(late, codeOf(factor.secret, 1)))).toBe("401 auth.challenge_ended");
  });

  it("that never was is told as one that has ended", async () => {
    for (const token of ["mfa_", `mfa_${"A".repeat(43)}`, account.refresh_token, "x"])
      expect(await refusalOf(await answer(token, codeOf(factor.secret)))).toBe("401 auth.challenge_ended");
  });

  it("is answered by a code and never by the password again", async () => {
    const token = await challenge();
    for (const json of [
      { mfa_token: token },
      { mfa_token: token, password: account.password },
      { code: "", mfa_token: token },
    ]) {
      expect((await verify(json)).status).toBe(422);
    }
  });

  it("has a token that is no credential, is kept as a hash and is in no line of the log", async () => {
    const lines: string[] = [];
    for (const name of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, name).mockImplementation((...args: unknown[]) => void lines.push(args.join(" ")));
    const token = await challenge();
    await answer(token, wrongCode());
    expect((await call("/v1/me", { token })).status).toBe(401);
    expect((await refresh(token)).status).toBe(401);
    const stored: unknown[] = [];
    for (const table of ["mfa_challenges", "sessions", "login_guards", "audit_log", "mails"])
      stored.push((await testEnv.DB.prepare(`SELECT * FROM ${table}`).all()).results);
    const code = codeOf(factor.secret);
    expect((await answer(token, code)).status).toBe(200);
    expect(JSON.stringify(stored)).toContain(await sha256Hex(token));
    for (const text of [JSON.stringify(stored), lines.join("\n")]) {
      expect(text.length).toBeGreaterThan(100);
      expect(text).not.toContain(token.slice(4));
    }
    expect(lines.join("\n")).toContain('"path":"/v1/auth/mfa/verify"');
    expect(lines.join("\n")).not.toContain(`"${code}"`);
  });
});

describe("a flood of codes on one account from many addresses", () => {
  /** Ten wrong codes, as many as the account takes from strangers, over as many challenges as they need. */
  async function flood(): Promise<void> {
    for (let n = 0; n < 10; n += 1)
      expect((await answer(await challenge(), wrongCode(), stranger(n))).status).toBe(401);
  }

  it("gets ten guesses over all challenges, and is locked with the seconds to wait", async () => {
    await flood();
    const refused = await answer(await challenge(), codeOf(factor.secret), stranger(99));
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await refusalOf(refused)).toBe("429 auth.locked");
  });

  it("gets no more where all come at once", async () => {
    const tokens: string[] = [];
    for (let n = 0; n < 20; n += 1) tokens.push(await challenge());
    const told = await statusesOf(tokens.map((token, n) => answer(token, wrongCode(), stranger(n))));
    expect(told).toEqual([...Array(10).fill(401), ...Array(10).fill(429)]);
  });

  it("does not lock the owner out where they have logged in from before, nor anybody for ever", async () => {
    await flood();
    expect((await answer(await challenge(), codeOf(factor.secret))).status).toBe(200);
    expect((await answer(await challenge(), codeOf(factor.secret, 1), stranger(50))).status).toBe(429);
    passTime(30_000);
    expect((await answer(await challenge(), codeOf(factor.secret), stranger(50))).status).toBe(200);
  });

  it("is not bought back by the password, which each challenge begins with", async () => {
    await flood();
    for (let n = 0; n < 3; n += 1) expect((await password({ email: account.email })).status).toBe(200);
    expect((await answer(await challenge(), codeOf(factor.secret), stranger(51))).status).toBe(429);
  });
});
