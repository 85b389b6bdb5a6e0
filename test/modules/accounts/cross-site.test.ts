import { beforeEach, describe, expect, it } from "vitest";
import { problemOf } from "../../support/answers.ts";
import { fromPage, ORIGIN, openPage, type Page } from "../../support/browser.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";

let account: Account;
let page: Page;
beforeEach(async () => {
  account = await newAccount();
  page = await openPage(account);
});

const log = async (json: object, headers: Record<string, string> = {}) =>
  await call("/v1/auth/login", { json, headers });
const me = async (headers: Record<string, string>) => await call("/v1/me", { headers });
const isAlive = async ({ cookie }: Page) => (await me({ cookie })).status === 200;

describe("what changes something by a cookie", () => {
  const CALLS: [string, string, Call][] = [
    ["POST", "/v1/tickets", {}],
    ["PATCH", "/v1/me", { json: { full_name: "Mallory" } }],
    ["DELETE", "/v1/me/sessions", {}],
    ["POST", "/v1/auth/logout-all", {}],
  ];
  const send = async ([method, path, options]: (typeof CALLS)[number], headers: Record<string, string>) =>
    await call(path, { ...options, method, headers: { "if-match": "*", ...headers } });

  it("is done for a page of an allowed origin with the session's CSRF token", async () => {
    for (const one of CALLS) expect((await send(one, fromPage(page))).status, one[1]).toBeLessThan(300);
  });

  it.each([
    ["no origin", undefined],
    ["the null origin", "null"],
    ["an empty origin", ""],
    ["a foreign origin", "https://evil.test"],
    ["an origin that ours begins", `${ORIGIN}.evil.test`],
    ["our origin on another port", `${ORIGIN}:8443`],
    ["our origin without TLS", "http://bourse.test"],
    ["our origin and a path", `${ORIGIN}/`],
    ["two origins", `${ORIGIN}, https://evil.test`],
  ])("is refused from %s, though the CSRF token is right", async (_, origin) => {
    const { origin: __, ...rest } = fromPage(page);
    const headers = { ...rest, ...(origin === undefined ? {} : { origin }), referer: `${ORIGIN}/` };
    for (const one of CALLS) {
      const refused = await send(one, headers);
      expect([refused.status, (await problemOf(refused)).code], one[1]).toEqual([
        403,
        "access.foreign_origin",
      ]);
    }
    expect(await isAlive(page)).toBe(true);
  });

  it("is refused without the CSRF token of this very session", async () => {
    const [sibling, stranger] = [await openPage(account), await openPage(await newAccount())];
    const wrong: Record<string, string | undefined> = {
      "no token": undefined,
      "an empty token": "",
      "another session's of the same user": sibling.csrf_token,
      "another user's": stranger.csrf_token,
      "the cookie's own proof": page.cookie.split(".")[1],
      "the whole cookie": page.cookie.split("=")[1],
      "a cut token": page.csrf_token.slice(0, -1),
      "a token and more": `${page.csrf_token}, x`,
    };
    for (const [what, token] of Object.entries(wrong)) {
      const { "x-csrf-token": _, ...rest } = fromPage(page);
      const headers = { ...rest, ...(token === undefined ? {} : { "x-csrf-token": token }) };
      for (const one of CALLS) {
        const refused = await send(one, headers);
        expect([refused.status, (await problemOf(refused)).code], `${what}: ${one[1]}`).toEqual([
          403,
          "access.csrf",
        ]);
      }
    }
    for (const each of [page, sibling, stranger]) expect(await isAlive(each)).toBe(true);
    const mine = await (await me({ cookie: page.cookie })).json();
    expect(mine).toMatchObject({ user: { full_name: null } });
  });

  it("is refused on a route that is no one's as well, so that nothing is told by it", async () => {
    const headers = { cookie: page.cookie };
    expect((await call("/v1/not-declared", { method: "POST", headers })).status).toBe(403);
  });

  it("takes a proof of who one is only with all of this", async () => {
    const json = { password: account.password };
    const prove = (headers: Record<string, string>) => call("/v1/auth/mfa/verify", { json, headers });
    expect((await prove({ cookie: page.cookie })).status).toBe(401);
    expect((await prove({ ...fromPage(page), origin: "https://evil.test" })).status).toBe(401);
    expect((await prove(fromPage(page))).status).toBe(200);
  });
});

describe("a page on another origin", () => {
  it("may never send a cookie along, even where it may call", async () => {
    const asking = {
      "access-control-request-method": "POST",
      "access-control-request-headers": "x-csrf-token",
    };
    for (const origin of [ORIGIN, "https://evil.test"]) {
      for (const answer of [
        await call("/v1/me", { method: "OPTIONS", headers: { origin, ...asking } }),
        await me({ cookie: page.cookie, origin }),
        await log({ email: account.email, password: account.password, cookie: true }, { origin }),
        await call("/v1/tickets", { method: "POST", headers: { ...fromPage(page), origin } }),
      ]) {
        expect(answer.headers.get("access-control-allow-credentials"), answer.url).toBeNull();
        expect(answer.headers.get("access-control-allow-origin")).toBe(origin === ORIGIN ? ORIGIN : null);
      }
    }
  });
});
