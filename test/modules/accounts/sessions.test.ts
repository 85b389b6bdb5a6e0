import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditOf, isIn, logIn, refresh, type Tokens } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { problemOf, whatItTells } from "../../support/answers.ts";
import { fromPage, openPage, sessionOf } from "../../support/browser.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { makeKey } from "../../support/members.ts";
import { unknownId } from "../../support/world.ts";

interface Session {
  id: string;
  kind: string;
  name: string | null;
  device: string | null;
  address: string | null;
  place: string | null;
  current: boolean;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
}

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});
afterEach(() => {
  vi.useRealTimers();
});

const passTime = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
const MINUTE_MS = 60_000;
const pathOf = (id: string) => `/v1/me/sessions/${id}`;
const end = async (id: string, token = account.access_token) =>
  await call(pathOf(id), { method: "DELETE", token });
const name = async (id: string, json: object, token = account.access_token) =>
  await call(pathOf(id), { method: "PATCH", token, json });

async function sessionsBy(options: Call): Promise<Session[]> {
  const answer = await call("/v1/me/sessions?limit=100", options);
  expect(answer.status).toBe(200);
  return (await answer.json<{ data: Session[] }>()).data;
}
const sessions = async (token = account.access_token) => await sessionsBy({ token });
const actions = async () => (await auditOf(account.desk_id)).map(({ action }) => action);

async function logInFrom(options: Call): Promise<Tokens> {
  const { email, password } = account;
  return await (await call("/v1/auth/login", { json: { email, password }, ...options })).json<Tokens>();
}

describe("the list of one's sessions", () => {
  it("tells each by device, address and place, the newest first, and which one asks", async () => {
    const headers = { "user-agent": "Desk/2.1 (Linux)", "cf-connecting-ip": "198.51.100.7" };
    const { access_token } = await logInFrom({ headers, cf: { city: "London", country: "GB" } });
    const [newest, oldest, ...more] = await sessions(access_token);
    expect(more).toEqual([]);
    expect(newest).toMatchObject({
      kind: "token",
      name: null,
      device: "Desk/2.1 (Linux)",
      address: "198.51.100.7",
      place: "London, GB",
      current: true,
    });
    expect(oldest).toMatchObject({ id: account.session_id, device: null, place: null, current: false });
    expect((await sessions()).map(({ current }) => current)).toEqual([false, true]);
  });

  it("keeps no more of a device's name than a line, and takes half a place for what it is", async () => {
    const { access_token } = await logInFrom({
      headers: { "user-agent": "x".repeat(5_000) },
      cf: { country: "GB" },
    });
    const [newest] = await sessions(access_token);
    expect(newest).toMatchObject({ device: "x".repeat(200), place: "GB" });
  });

  it("has browsers' sessions and borrowed views of oneself in it, by their kind", async () => {
    const [admin, page] = [await newSuperAdmin(), await openPage(account)];
    const borrowed = await call(`/v1/admin/users/${account.user_id}/impersonate`, {
      token: admin.access_token,
      json: { reason: "Ticket 4711: the list is empty" },
    });
    const { access_token: view } = await borrowed.json<Tokens>();
    const kinds = (await sessions()).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["cookie", "impersonation", "token"]);
    const byPage = await sessionsBy({ headers: { cookie: page.cookie } });
    expect(byPage.filter(({ current }) => current).map(({ id }) => id)).toEqual([sessionOf(page)]);
    const lent = (await sessions()).find(({ kind }) => kind === "impersonation");
    expect((await end(lent?.id ?? "")).status).toBe(204);
    expect(await isIn(view)).toBe(false);
  });

  it("has none that has ended or run out, and none of anybody else", async () => {
    const [ended, other] = [await logIn(account), await newAccount()];
    await call("/v1/auth/logout", { json: { refresh_token: ended.refresh_token } });
    await openPage(account);
    expect(await sessions()).toHaveLength(2);
    passTime(12 * 60 * MINUTE_MS + 1_000);
    const { access_token } = await (await refresh(account.refresh_token)).json<Tokens>();
    expect((await sessions(access_token)).map(({ id }) => id)).toEqual([account.session_id]);
    expect((await sessions((await logIn(other)).access_token)).map(({ id }) => id)).not.toContain(
      account.session_id,
    );
  });

  it("tells when each was last seen, to within five minutes, for no write at every call", async () => {
    const seen = async () => Date.parse((await sessions())[0]?.last_seen_at ?? "");
    const opened_at = await seen();
    expect(Math.abs(opened_at - Date.now())).toBeLessThan(10_000);
    passTime(4 * MINUTE_MS);
    await call("/v1/me", { token: account.access_token });
    expect(await seen()).toBe(opened_at);
    vi.setSystemTime(Date.now() + 2 * MINUTE_MS);
    await call("/v1/me", { token: account.access_token });
    expect(await seen()).toBe(Date.now());
  });

  it("is for people: a key has no sessions", async () => {
    const { key } = await makeKey(account);
    expect((await call("/v1/me/sessions", { token: key })).status).toBe(403);
    expect((await end(account.session_id, key)).status).toBe(403);
    expect(await isIn(account.access_token)).toBe(true);
  });
});

describe("a session's name", () => {
  it("is given, shown, and taken away again", async () => {
    const given = await name(account.session_id, { name: "  Trading laptop " });
    expect([given.status, await given.json()]).toMatchObject([
      200,
      { name: "Trading laptop", current: true },
    ]);
    expect((await sessions())[0]?.name).toBe("Trading laptop");
    expect((await name(account.session_id, { name: null })).status).toBe(200);
    expect((await sessions())[0]?.name).toBeNull();
    expect((await actions()).filter((action) => action === "session.rename")).toHaveLength(2);
  });

  it("is a line of text and nothing else", async () => {
    for (const json of [{}, { name: "" }, { name: " " }, { name: 7 }, { name: "x".repeat(101) }])
      expect((await name(account.session_id, json)).status, JSON.stringify(json)).toBe(422);
    const foreign = { name: "x", kind: "cookie", expires_at: 9e15 };
    expect((await name(account.session_id, foreign)).status).toBe(422);
  });
});

describe("ending sessions", () => {
  it("one by one: its access token is dead at once, its refresh token too, and the others live", async () => {
    const [gone, kept] = [await logIn(account), await logIn(account)];
    expect(await isIn(gone.access_token)).toBe(true);
    const id = gone.refresh_token.slice(4).split(".")[0] ?? "";
    expect((await end(id)).status).toBe(204);
    expect(await isIn(gone.access_token)).toBe(false);
    expect((await refresh(gone.refresh_token)).status).toBe(401);
    for (const token of [kept.access_token, account.access_token]) expect(await isIn(token)).toBe(true);
    expect((await end(id)).status, "it is gone").toBe(404);
    expect((await actions()).filter((action) => action === "session.end")).toHaveLength(1);
  });

  it("may end the one that asks", async () => {
    expect((await end(account.session_id)).status).toBe(204);
    expect(await isIn(account.access_token)).toBe(false);
  });

  it("all others at once, whatever their kind, and none of anybody else", async () => {
    const [page, program, stranger] = [await openPage(account), await logIn(account), await newAccount()];
    const ended = await call("/v1/me/sessions", { method: "DELETE", headers: fromPage(page) });
    expect(ended.status).toBe(204);
    for (const token of [account.access_token, program.access_token]) expect(await isIn(token)).toBe(false);
    for (const token of [account.refresh_token, program.refresh_token])
      expect((await refresh(token)).status).toBe(401);
    expect((await sessionsBy({ headers: { cookie: page.cookie } })).map(({ id }) => id)).toEqual([
      sessionOf(page),
    ]);
    expect(await isIn(stranger.access_token)).toBe(true);
    expect((await actions()).filter((action) => action === "session.end_others")).toHaveLength(1);
  });

  it("answers another user's session as one that never was, and touches nothing", async () => {
    const other = await newAccount();
    const ids = [other.session_id, unknownId("ses"), unknownId("usr"), "x", "' OR 1=1 --", other.user_id];
    for (const ask of [end, (id: string) => name(id, { name: "Mine now" })]) {
      const told: unknown[] = [];
      for (const id of ids) told.push(await whatItTells(await ask(id), ["bourse-cost"]));
      for (const each of told) expect(each).toEqual(told[0]);
      expect(told[0]).toMatchObject({ status: 404, body: { code: "sessions.not_found" } });
    }
    expect(await isIn(other.access_token)).toBe(true);
    expect((await sessions(other.access_token))[0]?.name).toBeNull();
  });

  it("happens by itself to the oldest, where a sixth is opened: five are listed, newest first", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1)
      ids.unshift((await logIn(account)).refresh_token.slice(4).split(".")[0] ?? "");
    expect(await isIn(account.access_token)).toBe(false);
    const last = await logIn(account);
    const listed = (await sessions(last.access_token)).map(({ id }) => id);
    expect(listed).toEqual([last.refresh_token.slice(4).split(".")[0], ...ids.slice(0, 4)]);
  });

  it("refuses an ended session's own wish to go on: its token names no list", async () => {
    await end(account.session_id);
    const answer = await call("/v1/me/sessions", { token: account.access_token });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([401, "auth.not_authenticated"]);
  });
});
