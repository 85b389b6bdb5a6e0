import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { logIn, refresh, type Tokens } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { join } from "../../support/members.ts";
import { codeOf, withFactor } from "../../support/mfa.ts";

const MINUTE_MS = 60_000;

beforeEach(() => {
  // At the beginning of a step, and there time stands still: no code changes while a test runs.
  vi.useFakeTimers({ now: Math.ceil(Date.now() / 30_000) * 30_000, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const passTime = (ms: number) => vi.setSystemTime(Date.now() + ms);
const verify = async (json: object, options: Call = {}) =>
  await call("/v1/auth/mfa/verify", { json, ...options });
const refusalOf = async (refused: Response) => `${refused.status} ${(await problemOf(refused)).code}`;

describe("proving oneself within a session", () => {
  const prove = async (token: string, json: object) => await verify(json, { token });

  /** What moves keys and rights, asked for with this token on the account's own desk. */
  async function guarded(of: Account, token: string): Promise<string[]> {
    const colleague = await newAccount();
    await join(colleague, of, "user");
    const desk = `/v1/desks/${of.desk_id}`;
    const asked: [string, Call][] = [
      ["/v1/api-keys", { json: { name: "a program", scopes: ["documents:read"] } }],
      [`${desk}/invitations`, { json: { email: `guest-${crypto.randomUUID()}@desk.test`, role: "user" } }],
      [`${desk}/members/${colleague.user_id}`, { method: "PATCH", json: { role: "viewer" } }],
    ];
    const told: string[] = [];
    for (const [path, options] of asked) {
      const answered = await call(path, { token, ...options });
      told.push(answered.status < 300 ? "done" : await refusalOf(answered));
    }
    return told;
  }

  const DONE = Array(3).fill("done");
  const REFUSED = Array(3).fill("403 access.proof_needed");

  /** The session's newest access token, as a client gets it that refreshes whenever one has ended. */
  async function renewed(of: Account): Promise<string> {
    return (await (await refresh(of.refresh_token)).json<Tokens>()).access_token;
  }

  it("is asked for after fifteen minutes where keys and rights move, and a refresh renews nothing", async () => {
    const own = await newAccount();
    passTime(14 * MINUTE_MS);
    expect(await guarded(own, own.access_token)).toEqual(DONE);
    passTime(MINUTE_MS + 1_000);
    const token = await renewed(own);
    expect((await call("/v1/documents", { token })).status, "for reading nothing is asked").toBe(200);
    expect(await guarded(own, token)).toEqual(REFUSED);
    const proven = await prove(token, { password: own.password });
    expect(proven.status).toBe(200);
    const until = Date.parse((await proven.json<{ proved_until: string }>()).proved_until);
    expect(until - Date.now()).toBe(15 * MINUTE_MS);
    expect(await guarded(own, token)).toEqual(DONE);
  });

  it("is done by a code where there is a factor, and never by the password alone", async () => {
    const account = await newAccount();
    const { secret } = await withFactor(account);
    passTime(16 * MINUTE_MS);
    const token = await renewed(account);
    expect(await refusalOf(await prove(token, { password: account.password }))).toBe("403 auth.code_needed");
    expect(await guarded(account, token)).toEqual(REFUSED);
    const wrong = { password: account.password, code: codeOf(secret, 5) };
    expect(await refusalOf(await prove(token, wrong))).toBe("422 auth.wrong_code");
    expect(await guarded(account, token)).toEqual(REFUSED);
    const code = codeOf(secret);
    expect((await prove(token, { code })).status).toBe(200);
    expect(await guarded(account, token)).toEqual(DONE);
    expect(await refusalOf(await prove(token, { code }))).toBe("422 auth.wrong_code");
  });

  it("is done for this session and for no other of the same user", async () => {
    const own = await newAccount();
    const other = await logIn(own);
    passTime(16 * MINUTE_MS);
    const [here, there] = [await renewed(own), await renewed({ ...own, ...other })];
    expect((await prove(here, { password: own.password })).status).toBe(200);
    expect(await guarded(own, there)).toEqual(REFUSED);
    expect(await guarded(own, here)).toEqual(DONE);
  });

  it("by a wrong password proves nothing", async () => {
    const own = await newAccount();
    passTime(16 * MINUTE_MS);
    const token = await renewed(own);
    expect(await refusalOf(await prove(token, { password: "Wrong-Harb0ur-42" }))).toBe(
      "403 auth.wrong_password",
    );
    expect(await guarded(own, token)).toEqual(REFUSED);
  });

  it("needs a session: without one, or by an ended one, it is refused", async () => {
    const { access_token, password, refresh_token } = await newAccount();
    expect((await verify({ password })).status).toBe(401);
    await call("/v1/auth/logout", { json: { refresh_token } });
    expect((await prove(access_token, { password })).status).toBe(401);
  });
});
