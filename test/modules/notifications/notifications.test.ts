import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULTS } from "../../../src/modules/notifications/policy.ts";
import { selectNotifications } from "../../../src/modules/notifications/store.ts";
import { isId } from "../../../src/platform/ids.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { eventsWith, happen } from "../../support/events.ts";
import { join, makeKey, tokenOn } from "../../support/members.ts";
import { noticesOf, writeNotice } from "../../support/notifications.ts";
import { testPlatform } from "../../support/platform.ts";

const PREFERENCES = "/v1/me/notification-preferences";
const read = (token: string, id: string) => call(`/v1/notifications/${id}/read`, { method: "POST", token });
const idsOf = async (account: Account, query?: string) =>
  (await noticesOf(account, query)).data.map(({ id }) => id);

describe("the list of notifications", () => {
  it("shows the caller's own on the active desk, the newest first, and those alone", async () => {
    const [account, colleague, stranger] = [await newAccount(), await newAccount(), await newAccount()];
    await join(colleague, account, "admin");
    const older = await writeNotice(account, { created_at: 1_000 });
    const newer = await writeNotice(account, { created_at: 2_000 });
    const elsewhere = await writeNotice({ desk_id: stranger.desk_id, user_id: account.user_id });
    const theirs = await writeNotice({ desk_id: account.desk_id, user_id: colleague.user_id });
    expect(await idsOf(account)).toEqual([newer, older]);
    const access_token = await tokenOn(colleague, account.desk_id);
    expect(await idsOf({ ...colleague, access_token })).toEqual([theirs]);
    for (const id of [elsewhere, theirs, "ntf_0", `${newer}'--`]) {
      const answer = await read(account.access_token, id);
      expect(answer.status).toBe(404);
      expect((await problemOf(answer)).code).toBe("notifications.not_found");
    }
    expect((await noticesOf({ ...colleague, access_token })).data).toMatchObject([{ read_at: null }]);
  });

  it("leaves out what is read where asked, and counts what is not, to a hundred and no further", async () => {
    const account = await newAccount();
    const ids = [await writeNotice(account), await writeNotice(account)];
    await writeNotice(account, { read_at: 1 });
    expect((await idsOf(account, "unread=true")).sort()).toEqual([...ids].sort());
    expect(await idsOf(account, "unread=false")).toHaveLength(3);
    expect(await noticesOf(account)).not.toHaveProperty("unread_count");
    expect(await noticesOf(account, "include=unread_count")).toMatchObject({ unread_count: 2 });
    for (let n = 0; n < 100; n += 1) await writeNotice(account);
    expect(await noticesOf(account, "include=unread_count&limit=1")).toMatchObject({ unread_count: 100 });
    expect((await call("/v1/notifications?unread=maybe", { token: account.access_token })).status).toBe(422);
  });

  it.each([
    ["read or not", "in_product = 1", "notifications_by_reader"],
    ["that are unread", "read_at IS NULL", "notifications_unread"],
    ["that wait for a digest", "digest = 'waiting'", "notifications_for_digest"],
  ])("reads those %s from an index, in its order", async (_, where, index) => {
    const { results } = await testEnv.DB.prepare(
      `EXPLAIN QUERY PLAN SELECT * FROM notifications WHERE desk_id = ? AND user_id = ? AND ${where}
       AND (created_at, id) < (5, 'x') ORDER BY created_at DESC, id DESC LIMIT 21`,
    )
      .bind("dsk_1", "usr_1")
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail)).toEqual([expect.stringContaining(index)]);
  });

  it.each([false, true])(
    "costs a page no more rows than it shows, however many there are (unread: %s)",
    async (unread) => {
      const account = await newAccount();
      const [desk, user] = [account.desk_id, account.user_id];
      if (!isId("dsk", desk) || !isId("usr", user)) throw new Error("no such ids");
      const rowsRead = async () => {
        const { cost, db } = testPlatform();
        expect(await selectNotifications(db, desk, user, unread, undefined, 3)).toHaveLength(3);
        return cost.d1_rows_read;
      };
      for (let n = 0; n < 4; n += 1) await writeNotice(account);
      const few = await rowsRead();
      for (let n = 0; n < 60; n += 1) await writeNotice(account, n % 2 === 0 ? { read_at: 1 } : {});
      expect(await rowsRead()).toBe(few);
    },
  );
});

describe("reading", () => {
  it("keeps the first time, however often", async () => {
    const account = await newAccount();
    const id = await writeNotice(account);
    const first = await (await read(account.access_token, id)).json<{ read_at: string }>();
    expect(first.read_at).toMatch(/Z$/);
    expect(await (await read(account.access_token, id)).json()).toEqual(first);
    expect(await idsOf(account, "unread=true")).toEqual([]);
  });

  it("all marks every one of the caller's on this desk and nobody else's", async () => {
    const [account, colleague] = [await newAccount(), await newAccount()];
    for (let n = 0; n < 3; n += 1) await writeNotice(account);
    const other = await writeNotice({ desk_id: account.desk_id, user_id: colleague.user_id });
    const readAll = async () =>
      await (
        await call("/v1/notifications/read-all", { method: "POST", token: account.access_token })
      ).json();
    expect(await readAll()).toEqual({ read: 3, unread_count: 0 });
    expect(await readAll()).toEqual({ read: 0, unread_count: 0 });
    const row = await testEnv.DB.prepare("SELECT read_at FROM notifications WHERE id = ?")
      .bind(other)
      .first();
    expect(row).toEqual({ read_at: null });
  });
});

describe("preferences", () => {
  let account: Account;
  beforeAll(async () => {
    account = await newAccount();
  });
  const put = (json: unknown, headers: Record<string, string> = {}) =>
    call(PREFERENCES, { method: "PUT", token: account.access_token, json, headers });

  it("are the defaults until they are set, and then from the version that was read alone", async () => {
    const before = await call(PREFERENCES, { token: account.access_token });
    expect(await before.json()).toEqual(DEFAULTS);
    const etag = before.headers.get("etag") ?? "";
    const mine = { kinds: { ...DEFAULTS.kinds, job: { in_product: false, mail: "daily" } }, digest_hour: 23 };
    expect((await put(mine)).status).toBe(428);
    const saved = await put(mine, { "if-match": etag });
    expect([saved.status, await saved.json()]).toEqual([200, mine]);
    expect((await put(DEFAULTS, { "if-match": etag })).status).toBe(412);
    const after = await call(PREFERENCES, { token: account.access_token });
    expect(await after.json()).toEqual(mine);
    expect(after.headers.get("etag")).toBe(saved.headers.get("etag"));
    const same = await call(PREFERENCES, {
      token: account.access_token,
      headers: { "if-none-match": after.headers.get("etag") ?? "" },
    });
    expect(same.status).toBe(304);
  });

  it("are changed by one of several who read the same version", async () => {
    const etag = (await call(PREFERENCES, { token: account.access_token })).headers.get("etag") ?? "";
    const answers = await Promise.all([1, 2, 3, 4].map(() => put(DEFAULTS, { "if-match": etag })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  it.each<[string, unknown]>([
    ["a kind is missing", { ...DEFAULTS, kinds: { job: DEFAULTS.kinds.job } }],
    ["there is a kind too many", { ...DEFAULTS, kinds: { ...DEFAULTS.kinds, account: DEFAULTS.kinds.job } }],
    [
      "a way is none",
      { ...DEFAULTS, kinds: { ...DEFAULTS.kinds, job: { in_product: true, mail: "pigeon" } } },
    ],
    ["the hour is none", { ...DEFAULTS, digest_hour: 24 }],
    ["the hour has minutes", { ...DEFAULTS, digest_hour: 7.5 }],
  ])("are refused where %s", async (_, body) => {
    expect((await put(body, { "if-match": "*" })).status).toBe(422);
  });

  it("are each desk's own, and no key's", async () => {
    const [one, other] = [await newAccount(), await newAccount()];
    await join(one, other, "viewer");
    const token = await tokenOn(one, other.desk_id);
    const json = { ...DEFAULTS, digest_hour: 1 };
    await call(PREFERENCES, { method: "PUT", token, json, headers: { "if-match": "*" } });
    expect(await (await call(PREFERENCES, { token })).json()).toEqual(json);
    expect(await (await call(PREFERENCES, { token: one.access_token })).json()).toEqual(DEFAULTS);
    const { key } = await makeKey(one);
    expect((await call(PREFERENCES, { headers: { "x-api-key": key } })).status).toBe(403);
  });
});

it("forgets what a deleted account was told, and how it wanted it", async () => {
  const account = await newAccount();
  await happen(account, eventsWith("AAPL")["dead_letter.created"]);
  const json = DEFAULTS;
  const token = account.access_token;
  await call(PREFERENCES, { method: "PUT", token, json, headers: { "if-match": "*" } });
  const kept = async () => {
    const tables = ["notifications", "notification_preferences", "notification_digests"];
    const rows = tables.map((table) => testEnv.DB.prepare(`SELECT 1 FROM ${table} WHERE user_id = ?`));
    const results = await testEnv.DB.batch(rows.map((row) => row.bind(account.user_id)));
    return results.map(({ results: found }) => found.length);
  };
  expect(await kept()).toEqual([1, 1, 1]);
  expect((await call("/v1/me", { method: "DELETE", token })).status).toBe(204);
  expect(await kept()).toEqual([0, 0, 0]);
});
