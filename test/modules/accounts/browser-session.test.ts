import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cookieOf } from "../../../src/modules/accounts/browser-session.ts";
import { refreshToken } from "../../../src/modules/accounts/tokens.ts";
import { isId } from "../../../src/platform/ids.ts";
import { logIn, refresh } from "../../support/accounts.ts";
import { cookieIn, fromPage, ORIGIN, openPage, type Page, sessionOf } from "../../support/browser.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { makeKey } from "../../support/members.ts";
import { testPlatform } from "../../support/platform.ts";
import { unknownId } from "../../support/world.ts";

const HOUR_MS = 3_600_000;

let account: Account;
let page: Page;
beforeEach(async () => {
  account = await newAccount();
  page = await openPage(account);
});
afterEach(() => {
  vi.useRealTimers();
});

const passTime = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
const log = async (json: object, headers: Record<string, string> = {}) =>
  await call("/v1/auth/login", { json, headers });
const me = async (headers: Record<string, string>) => await call("/v1/me", { headers });
const isAlive = async ({ cookie }: Page) => (await me({ cookie })).status === 200;

/** A session's family as D1 keeps it: all that a cookie or a refresh token is made from but our secret. */
async function familyOf(id: string) {
  const sql = "SELECT id, refresh_salt FROM sessions WHERE id = ?";
  const row = await testEnv.DB.prepare(sql).bind(id).first<{ id: string; refresh_salt: string }>();
  if (!row || !isId("ses", row.id)) throw new Error("no such session");
  return { id: row.id, refresh_salt: row.refresh_salt };
}

describe("a browser's log-in", () => {
  it("sets a cookie that no script, no other host, no other site and no plain connection gets", async () => {
    const { email, password } = account;
    const answer = await log({ email, password, cookie: true });
    const [pair = "", ...attributes] = (answer.headers.get("set-cookie") ?? "").split("; ");
    expect(pair).toMatch(/^__Host-bourse=ses_[0-9a-f]{32}\.[\w-]{43}$/);
    expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Strict", "Secure"]);
    expect(answer.headers.getSetCookie()).toHaveLength(1);
  });

  it("gives the page a CSRF token and no token that opens anything", async () => {
    const { email, password } = account;
    const answer = await log({ email, password, cookie: true });
    const told = await answer.json<{ csrf_token: string }>();
    expect(Object.keys(told).sort()).toEqual(["csrf_token", "expires_in", "user"]);
    expect(cookieIn(answer)).not.toContain(told.csrf_token);
    expect((await call("/v1/me", { token: told.csrf_token })).status).toBe(401);
    expect((await me({ "x-csrf-token": told.csrf_token, origin: ORIGIN })).status).toBe(401);
  });

  it("is a program's without being asked for, and then sets no cookie", async () => {
    const { email, password } = account;
    const answer = await log({ email, password });
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(Object.keys(await answer.json<object>())).not.toContain("csrf_token");
  });

  it("keeps neither the cookie's proof nor the CSRF token", async () => {
    const rows = (await testEnv.DB.prepare("SELECT * FROM sessions").all()).results;
    expect(JSON.stringify(rows)).toContain(sessionOf(page));
    for (const secret of [page.cookie.split(".")[1] ?? "", page.csrf_token]) {
      expect(secret).toHaveLength(43);
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
  });

  it.each(["stale", "forged", "somebody else's", "its own, without a CSRF token"])(
    "and what else needs no session is not hindered by a cookie that is %s",
    async (which) => {
      const { email, password } = account;
      const stale = await openPage(account);
      await call("/v1/auth/logout", { json: {}, headers: fromPage(stale) });
      const cookies: Record<string, string> = {
        stale: stale.cookie,
        forged: `__Host-bourse=${unknownId("ses")}.${"A".repeat(43)}`,
        "somebody else's": (await openPage(await newAccount())).cookie,
      };
      const headers = { cookie: cookies[which] ?? page.cookie };
      expect((await log({ email, password, cookie: true }, headers)).status).toBe(200);
      expect((await log({ email, password: "Wrong-Harb0ur-42" }, headers)).status).toBe(401);
      expect((await call("/v1/auth/password/forgot", { json: { email }, headers })).status).toBe(202);
      const { refresh_token } = account;
      expect((await call("/v1/auth/refresh", { json: { refresh_token }, headers })).status).toBe(200);
    },
  );
});

describe("a cookie", () => {
  it("reads without a CSRF token, whatever page sends it", async () => {
    for (const headers of [{}, { origin: ORIGIN }, { "x-csrf-token": "x" }]) {
      const answer = await me({ cookie: page.cookie, ...headers });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ user: { id: account.user_id } });
    }
    const { cookie } = page;
    expect((await call("/v1/documents", { method: "HEAD", headers: { cookie } })).status).toBe(200);
  });

  it("costs no query once it is warm, as a token", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    await me({ cookie: page.cookie });
    expect((await me({ cookie: page.cookie })).headers.get("bourse-cost")).not.toMatch(/d1_/);
  });

  it("is none where a letter of it is changed, or it is another session's", async () => {
    const other = await openPage(account);
    const [name, proof = ""] = page.cookie.split(".");
    const changed = proof.startsWith("A") ? `B${proof.slice(1)}` : `A${proof.slice(1)}`;
    for (const cookie of [
      `${name}.${changed}`,
      `${name}.${other.cookie.split(".")[1]}`,
      `${name}.${page.csrf_token}`,
      `${name}.`,
      `${page.cookie}x`,
      `${name}`,
      page.cookie.replace("__Host-", ""),
      "__Host-bourse=",
    ]) {
      expect((await me({ cookie })).status, cookie).toBe(401);
    }
    expect(await isAlive(page)).toBe(true);
  });

  it("of a program's session is none, nor is there a refresh token of a browser's", async () => {
    const program = await familyOf(account.session_id);
    const cookie = `__Host-bourse=${await cookieOf(testPlatform(), program)}`;
    expect((await me({ cookie })).status).toBe(401);
    const browser = await familyOf(sessionOf(page));
    expect((await refresh(await refreshToken(testEnv.TOKEN_SECRET, browser, 0))).status).toBe(401);
    expect(await isAlive(page)).toBe(true);
    expect((await refresh(await refreshToken(testEnv.TOKEN_SECRET, program, 0))).status).toBe(200);
  });

  it("is not looked at beside an Authorization header or a key: those decide", async () => {
    const other = await newAccount();
    const { cookie } = page;
    const whose = async (headers: Record<string, string>) => {
      const answer = await me({ cookie, ...headers });
      return answer.status === 200 ? (await answer.json<{ user: { id: string } }>()).user.id : answer.status;
    };
    expect(await whose({ authorization: `Bearer ${other.access_token}` })).toBe(other.user_id);
    expect(await whose({ "x-api-key": (await makeKey(other)).key })).toBe(other.user_id);
    for (const authorization of ["Bearer x", "", "Basic eDp4", `Bearer ${cookie}`])
      expect(await whose({ authorization }), authorization).toBe(401);
    expect(await whose({ "x-api-key": "bk_live_x" })).toBe(401);
    const posted = await call("/v1/tickets", {
      method: "POST",
      token: other.access_token,
      headers: { cookie },
    });
    expect(posted.status, "a token's call needs no CSRF token").toBe(201);
  });
});

describe("a browser's session", () => {
  it("is given no bearer token when it changes its desk: the cookie follows", async () => {
    const headers = fromPage(page);
    const made = await call("/v1/desks", { json: { name: "Second desk" }, headers });
    const { id: desk_id } = await made.json<{ id: string }>();
    const switched = await call("/v1/auth/switch-desk", { json: { desk_id }, headers });
    expect(await switched.json()).toMatchObject({ access_token: null, desk: { id: desk_id } });
    expect(switched.headers.get("set-cookie")).toBeNull();
    const mine = await (await me({ cookie: page.cookie })).json();
    expect(mine).toMatchObject({ desk: { id: desk_id }, role: "admin" });
  });

  it("ends with a log-out by its cookie, which is dropped, and no other ends with it", async () => {
    const other = await openPage(account);
    const out = await call("/v1/auth/logout", { json: {}, headers: fromPage(page) });
    expect(out.status).toBe(204);
    const [pair, ...attributes] = (out.headers.get("set-cookie") ?? "").split("; ");
    expect([pair, ...attributes.sort()]).toEqual([
      "__Host-bourse=",
      ...["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Strict", "Secure"],
    ]);
    expect([await isAlive(page), await isAlive(other)]).toEqual([false, true]);
  });

  it("is not ended by a log-out that another site makes the browser send", async () => {
    const { cookie } = page;
    for (const headers of [{ cookie }, { ...fromPage(page), origin: "https://evil.test" }])
      expect((await call("/v1/auth/logout", { json: {}, headers })).status).toBe(204);
    expect(await isAlive(page)).toBe(true);
  });

  it("lasts for twelve hours, however much it is used", async () => {
    const opened_at = Date.now();
    for (let hour = 1; hour < 12; hour += 2) {
      vi.useFakeTimers({ toFake: ["Date"], now: opened_at + hour * HOUR_MS });
      expect(await isAlive(page)).toBe(true);
    }
    vi.setSystemTime(opened_at + 12 * HOUR_MS - 5_000);
    expect(await isAlive(page)).toBe(true);
    vi.setSystemTime(opened_at + 12 * HOUR_MS + 1_000);
    expect(await isAlive(page)).toBe(false);
    expect((await call("/v1/tickets", { method: "POST", headers: fromPage(page) })).status).toBe(401);
  });

  it("is dead at once when another session ends it, and changes nothing any more", async () => {
    expect(await isAlive(page)).toBe(true);
    const path = `/v1/me/sessions/${sessionOf(page)}`;
    expect((await call(path, { method: "DELETE", token: account.access_token })).status).toBe(204);
    expect(await isAlive(page)).toBe(false);
    expect((await call("/v1/tickets", { method: "POST", headers: fromPage(page) })).status).toBe(401);
  });

  it("counts among the five of its user", async () => {
    for (let n = 0; n < 4; n += 1) await logIn(account);
    expect(await isAlive(page), "the program's session was older").toBe(true);
    const later = await openPage(account);
    expect([await isAlive(page), await isAlive(later)]).toEqual([false, true]);
  });

  it("needs a proof after fifteen minutes where keys are made, as every session", async () => {
    passTime(16 * 60_000);
    const json = { name: "a program", scopes: ["documents:read"] };
    const make = async () => (await call("/v1/api-keys", { json, headers: fromPage(page) })).status;
    expect(await make()).toBe(403);
    await call("/v1/auth/mfa/verify", { json: { password: account.password }, headers: fromPage(page) });
    expect(await make()).toBe(201);
  });
});
