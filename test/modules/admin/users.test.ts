import { beforeAll, describe, expect, it } from "vitest";
import { auditOf, isIn, logIn } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

interface Detail {
  id: string;
  email: string;
  username: string;
  status: string;
  platform_role: string | null;
  desks: { id: string; plan: string; role: string }[];
  sessions: number;
  mfa: boolean;
}

let admin: Account;
beforeAll(async () => {
  admin = await newSuperAdmin();
});

const pathOf = ({ user_id }: Account) => `/v1/admin/users/${user_id}`;
const edit = async (of: Account, json: unknown, by = admin, match = "*") =>
  await call(pathOf(of), { method: "PATCH", token: by.access_token, json, headers: { "if-match": match } });
const list = async (query: Record<string, string>) => {
  const answer = await call(`/v1/admin/users?${new URLSearchParams(query)}`, { token: admin.access_token });
  return await answer.json<{ data: Detail[]; next_cursor: string | null }>();
};
const read = async (of: Account) => await call(pathOf(of), { token: admin.access_token });

/** Users by SQL alone: `name` begins their addresses, `other` their usernames. */
async function fill(name: string, other: string, count: number, status = "active") {
  await testEnv.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
     INSERT INTO users (id, email, username, password_hash, status, created_at, updated_at)
     SELECT 'usr_' || lower(hex(randomblob(16))), ?2 || i || '@fill.test', ?3 || i, '-', ?4, i, i FROM n`,
  )
    .bind(count, name, other, status)
    .run();
}

async function everyPage(query: Record<string, string>) {
  const found: Detail[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: Awaited<ReturnType<typeof list>> = await list({ ...query, ...(cursor ? { cursor } : {}) });
    found.push(...page.data);
    cursor = page.next_cursor;
  }
  return found;
}

describe("the list of users", () => {
  it("finds by the beginning of an address or a username in any case, each once, page by page", async () => {
    await fill("quill-mail-", "quill-name-", 3);
    await fill("quill-only-", "other-name-", 2);
    await fill("other-mail-", "QUILL-caps-", 2);
    await fill("another-", "not-quill-", 2);
    const [whole] = [await everyPage({ q: "QUILL-", limit: "100" })];
    expect(whole.map(({ email }) => email)).toEqual([
      ...[0, 1, 2].map((n) => `quill-mail-${n}@fill.test`),
      ...[0, 1].map((n) => `quill-only-${n}@fill.test`),
      ...[0, 1].map((n) => `other-mail-${n}@fill.test`),
    ]);
    for (const limit of ["1", "2", "5"]) {
      const ids = (await everyPage({ q: "quill-", limit })).map(({ id }) => id);
      expect(ids, limit).toEqual(whole.map(({ id }) => id));
    }
    expect(await everyPage({ q: "quill-mail-1@" })).toHaveLength(1);
  });

  it("takes nothing in a search for a pattern", async () => {
    for (const q of ["%", "_", "*", "quill%", "' OR 1=1 --", "\u{10ffff}", "@"]) {
      expect((await list({ q })).data, q).toEqual([]);
    }
  });

  it("filters by standing and platform role, alone, together and in a search", async () => {
    await fill("filter-on-", "filter-on-", 2);
    await fill("filter-off-", "filter-off-", 2, "deactivated");
    const gone = await newSuperAdmin();
    await newSuperAdmin();
    expect((await edit(gone, { status: "deactivated" })).status).toBe(200);
    const off = await everyPage({ status: "deactivated", limit: "2" });
    expect(off.filter(({ email }) => email.startsWith("filter-"))).toHaveLength(2);
    expect(off.every(({ status }) => status === "deactivated")).toBe(true);
    const both = await everyPage({ status: "deactivated", platform_role: "super_admin" });
    expect(both.map(({ id }) => id)).toEqual([gone.user_id]);
    const all = await everyPage({ platform_role: "super_admin", limit: "1" });
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([gone.user_id, admin.user_id]));
    expect(await everyPage({ q: "filter-", status: "deactivated" })).toHaveLength(2);
  });

  it("reads for a page no more rows when there are more users", async () => {
    const queries = [
      "",
      "status=active",
      "status=deactivated",
      "platform_role=super_admin",
      "q=load",
      "q=load-a",
    ];
    queries.push("platform_role=super_admin&status=active");
    const costs = async () => {
      const read: number[] = [];
      for (const query of queries) {
        const answer = await call(`/v1/admin/users?limit=5&${query}`, { token: admin.access_token });
        read.push(Number(/d1_rows_read=(\d+)/.exec(answer.headers.get("bourse-cost") ?? "")?.[1]));
      }
      return read;
    };
    await fill("load-a-", "load-b-", 50);
    await fill("load-c-", "load-d-", 50, "deactivated");
    await costs();
    const before = await costs();
    await fill("load-e-", "load-f-", 2_000);
    await fill("load-g-", "load-h-", 2_000, "deactivated");
    await costs();
    const after = await costs();
    for (const [at, query] of queries.entries()) {
      expect(after[at], query).toBeLessThanOrEqual((before[at] ?? 0) + 2);
    }
  });
});

describe("a user's detail", () => {
  it("shows desks, sessions and the second factor, under an ETag that moves with any of them", async () => {
    const account = await newAccount();
    const first = await read(account);
    const etag = first.headers.get("etag") ?? "";
    expect(await first.json()).toMatchObject({
      id: account.user_id,
      status: "active",
      platform_role: null,
      desks: [{ id: account.desk_id, role: "admin", plan: "enterprise" }],
      sessions: 1,
      mfa: false,
    });
    const again = { token: admin.access_token, headers: { "if-none-match": etag } };
    expect((await call(pathOf(account), again)).status).toBe(304);
    await logIn(account);
    const second = await call(pathOf(account), again);
    expect(second.status).toBe(200);
    expect(await second.json()).toMatchObject({ sessions: 2 });
    expect((await edit(account, { plan: "pro" }, admin, etag)).status, "a session is no edit").toBe(200);
  });

  it("shows nothing that a password or a session could be made from", async () => {
    const shown = await (await read(await newAccount())).text();
    expect(shown).not.toMatch(/password|hash|salt|secret/);
  });
});

describe("editing a user", () => {
  it("wants the version that was read, and is told to their home desk's log", async () => {
    const account = await newAccount();
    const token = admin.access_token;
    const missing = await call(pathOf(account), { method: "PATCH", token, json: { plan: "pro" } });
    expect([missing.status, (await problemOf(missing)).code]).toEqual([428, "request.if_match_missing"]);
    const etag = (await read(account)).headers.get("etag") ?? "";
    expect((await edit(account, { plan: "pro" }, admin, etag)).status).toBe(200);
    expect((await edit(account, { plan: "free" }, admin, etag)).status).toBe(412);
    for (const [method, path] of [
      ["DELETE", ""],
      ["POST", "/force-reset"],
    ] as const) {
      const headers = { "if-match": etag };
      expect((await call(pathOf(account) + path, { method, token, headers })).status, method).toBe(412);
      expect((await call(pathOf(account) + path, { method, token })).status, method).toBe(428);
    }
    const rows = (await auditOf(account.desk_id)).filter(({ action }) => action === "user.update");
    expect(rows).toEqual([{ action: "user.update", target: account.user_id, actor: admin.user_id }]);
  });

  it("wins once of many with the same version", async () => {
    const account = await newAccount();
    const etag = (await read(account)).headers.get("etag") ?? "";
    const answers = await Promise.all(
      ["free", "pro", "starter"].map((plan) => edit(account, { plan }, admin, etag)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    expect((await auditOf(account.desk_id)).filter(({ action }) => action === "user.update")).toHaveLength(1);
  });

  it("puts the home desk on a plan that holds at once", async () => {
    const account = await newAccount();
    const planOf = async () =>
      (await (await call("/v1/me", { token: account.access_token })).json<{ desk: { plan: string } }>()).desk
        .plan;
    expect(await planOf()).toBe("enterprise");
    const edited = await (await edit(account, { plan: "starter" })).json<Detail>();
    expect(edited.desks[0]?.plan).toBe("starter");
    expect(await planOf()).toBe("starter");
  });

  it("that deactivates ends every session and lets nobody in until they are active again", async () => {
    const account = await newAccount();
    const other = await logIn(account);
    expect(await (await edit(account, { status: "deactivated" })).json()).toMatchObject({ sessions: 0 });
    expect([await isIn(account.access_token), await isIn(other.access_token)]).toEqual([false, false]);
    const login = { json: { email: account.email, password: account.password } };
    expect((await call("/v1/auth/login", login)).status).toBe(401);
    expect((await edit(account, { status: "active" })).status).toBe(200);
    expect(await isIn(account.access_token), "what has ended stays ended").toBe(false);
    expect((await call("/v1/auth/login", login)).status).toBe(200);
  });

  it("makes a super admin and takes it back, from the next call on", async () => {
    const account = await newAccount();
    const list = async () => (await call("/v1/admin/users", { token: account.access_token })).status;
    expect(await list()).toBe(403);
    await edit(account, { platform_role: "super_admin" });
    expect(await list()).toBe(200);
    await edit(account, { platform_role: null });
    expect(await list()).toBe(403);
  });

  it("refuses an empty edit and fields that are nobody's to send", async () => {
    const account = await newAccount();
    for (const json of [
      {},
      { email: "x@y.test" },
      { version: 9 },
      { platform_role: "root" },
      { status: "x" },
    ]) {
      expect((await edit(account, json)).status, JSON.stringify(json)).toBe(422);
    }
  });
});

describe("a forced reset", () => {
  it("makes the old password worthless, ends every session and mails a way that lasts an hour", async () => {
    const account = await newAccount();
    const headers = { "if-match": "*" };
    const answer = await call(`${pathOf(account)}/force-reset`, {
      method: "POST",
      token: admin.access_token,
      headers,
    });
    expect(await answer.json()).toMatchObject({ id: account.user_id, sessions: 0 });
    expect(await isIn(account.access_token)).toBe(false);
    const login = { json: { email: account.email, password: account.password } };
    expect((await call("/v1/auth/login", login)).status).toBe(401);
    const mail = await testEnv.DB.prepare(
      "SELECT content, desk_id FROM mails WHERE recipient = ? ORDER BY id DESC",
    )
      .bind(account.email)
      .first<{ content: string; desk_id: string }>();
    const { proof, ...content } = JSON.parse(mail?.content ?? "{}");
    expect(content).toEqual({ template: "reset_password", username: account.username, by_admin: true });
    expect(mail?.desk_id).toBe(account.desk_id);
    const row = await testEnv.DB.prepare(
      "SELECT *, expires_at - created_at AS lasts FROM mailed_proofs WHERE id = ?",
    )
      .bind(proof)
      .first();
    expect(row).toMatchObject({
      purpose: "reset_password",
      user_id: account.user_id,
      email: account.email,
      lasts: 3_600_000,
      used_at: null,
    });
    expect((await auditOf(account.desk_id)).at(-1)).toMatchObject({ action: "user.force_reset" });
  });
});
