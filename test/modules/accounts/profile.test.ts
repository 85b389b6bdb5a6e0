import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditOf, changeBehind, refresh, type Tokens } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { openPage } from "../../support/browser.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { join, makeKey, tokenOn } from "../../support/members.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});
afterEach(() => {
  vi.useRealTimers();
});

const read = async (headers: Record<string, string> = {}, token = account.access_token) =>
  await call("/v1/me", { token, headers });
const etagOf = (answer: Response): string => answer.headers.get("etag") ?? "";
const edit = async (json: object, match: string | undefined = "*", token = account.access_token) =>
  await call("/v1/me", {
    method: "PATCH",
    token,
    json,
    headers: match === "" ? {} : { "if-match": match },
  });
const refusalOf = async (answer: Response) => `${answer.status} ${(await problemOf(answer)).code}`;
const isUnchanged = async (etag: string, options: Call = { token: account.access_token }) =>
  (await call("/v1/me", { ...options, headers: { ...options.headers, "if-none-match": etag } })).status ===
  304;

describe("reading one's profile", () => {
  it("again costs no body while nothing has changed", async () => {
    const etag = etagOf(await read());
    expect(etag).toMatch(/^"1\.[0-9a-f]{16}"$/);
    const again = await read({ "if-none-match": etag });
    expect([again.status, await again.text(), etagOf(again)]).toEqual([304, "", etag]);
    expect(await isUnchanged(`W/${etag}`), "as Cloudflare weakens it").toBe(true);
    for (const other of ['"1"', '"1.0000000000000000"', "x", etag.slice(1)])
      expect(await isUnchanged(other), other).toBe(false);
  });

  it("shows what has changed of the user, the role or the desk: an ETag is of all that is shown", async () => {
    const { desk_id, user_id } = account;
    const changes: [string[], string, ...unknown[]][] = [
      [[user_id], "UPDATE users SET full_name = 'Ada', version = version + 1 WHERE id = ?", user_id],
      [[user_id], "UPDATE members SET role = 'viewer' WHERE user_id = ?", user_id],
      [[desk_id], "UPDATE desks SET name = 'Other', version = version + 1 WHERE id = ?", desk_id],
      [[desk_id], "UPDATE desks SET plan = 'free', version = version + 1 WHERE id = ?", desk_id],
    ];
    for (const [subjects, sql, ...values] of changes) {
      const etag = etagOf(await read());
      await changeBehind(subjects, sql, ...values);
      expect(await isUnchanged(etag), sql).toBe(false);
    }
  });

  it("on another desk is never answered as unchanged, nor to another user", async () => {
    const [host, page] = [await newAccount(), await openPage(account)];
    const etag = etagOf(await read());
    await join(account, host, "admin");
    expect(await isUnchanged(etag, { token: await tokenOn(account, host.desk_id) })).toBe(false);
    expect(await isUnchanged(etag, { token: host.access_token })).toBe(false);
    expect(await isUnchanged(etag, { headers: { cookie: page.cookie } })).toBe(true);
  });
});

describe("editing one's profile", () => {
  it("needs the version that was read: 428 without it, 412 for another", async () => {
    const etag = etagOf(await read());
    expect(await refusalOf(await edit({ full_name: "Ada" }, ""))).toBe("428 request.if_match_missing");
    for (const stale of ['"2.1"', '"0"', "1", "x"])
      expect(await refusalOf(await edit({ full_name: "Ada" }, stale)), stale).toBe(
        "412 request.version_changed",
      );
    const edited = await edit({ full_name: "  Ada Lovelace " }, etag);
    expect([edited.status, await edited.json()]).toMatchObject([
      200,
      { user: { full_name: "Ada Lovelace" } },
    ]);
    expect(await refusalOf(await edit({ full_name: "Eve" }, etag))).toBe("412 request.version_changed");
    expect(etagOf(edited)).toBe(etagOf(await read()));
    expect((await edit({ full_name: null }, etagOf(edited))).status).toBe(200);
    expect(await (await read()).json()).toMatchObject({ user: { full_name: null } });
  });

  it("takes the ETag as Cloudflare weakens it, and does not mind what became of the desk", async () => {
    const etag = etagOf(await read());
    const { desk_id } = account;
    const sql = "UPDATE desks SET name = 'Other', version = version + 1 WHERE id = ?";
    await changeBehind([desk_id], sql, desk_id);
    expect((await edit({ full_name: "Ada" }, `W/${etag}`)).status).toBe(200);
  });

  it("lets one of several edits of the same version win", async () => {
    const etag = etagOf(await read());
    const names = ["Ada", "Grace", "Edith", "Joan"];
    const answers = await Promise.all(names.map((full_name) => edit({ full_name }, etag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    const winner = names[answers.findIndex(({ status }) => status === 200)];
    expect(await (await read()).json()).toMatchObject({ user: { full_name: winner } });
    const rows = (await auditOf(account.desk_id)).filter(({ action }) => action === "user.update");
    expect(rows).toEqual([{ action: "user.update", actor: account.user_id, target: account.user_id }]);
  });

  it("is of the name and the address alone", async () => {
    for (const json of [
      { username: "root" },
      { role: "admin" },
      { full_name: "Ada", platform_role: "super_admin" },
      { email_verified: true },
      { full_name: "" },
      { full_name: "x".repeat(201) },
      { email: "no address" },
    ]) {
      expect((await edit(json)).status, JSON.stringify(json)).toBe(422);
    }
  });

  it("is for people: a key reads it and changes nothing", async () => {
    const { key } = await makeKey(account);
    expect((await read({}, key)).status).toBe(200);
    expect(await refusalOf(await edit({ full_name: "Ada" }, "*", key))).toBe("403 access.person_needed");
  });

  it("needs a recent proof for another address, and none for the name", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 16 * 60_000 });
    const { access_token: token } = await (await refresh(account.refresh_token)).json<Tokens>();
    const moved = { email: `moved-${account.email}` };
    expect(await refusalOf(await edit(moved, "*", token))).toBe("403 access.proof_needed");
    expect((await edit({ full_name: "Ada" }, "*", token)).status).toBe(200);
    await call("/v1/auth/mfa/verify", { token, json: { password: account.password } });
    expect((await edit(moved, "*", token)).status).toBe(200);
  });

  it("mails nothing for the address that one has, in whatever case", async () => {
    expect((await edit({ email: account.email.toUpperCase() })).status).toBe(200);
    const sql = "SELECT count(*) AS n FROM mails WHERE recipient = ?";
    const row = await testEnv.DB.prepare(sql).bind(account.email).first<{ n: number }>();
    expect(row?.n, "the one of the registration").toBe(1);
  });
});
