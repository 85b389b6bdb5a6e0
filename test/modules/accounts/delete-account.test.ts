import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { auditOf, changeBehind, isIn, logIn } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { eventsWith, happen } from "../../support/events.ts";
import { withFactor } from "../../support/mfa.ts";
import { unknownId } from "../../support/world.ts";

const deleteMe = async ({ access_token: token }: Account) =>
  await call("/v1/me", { method: "DELETE", token });

async function join(desk: Account, { user_id }: Account, role: string): Promise<void> {
  await testEnv.DB.prepare("INSERT INTO members (desk_id, user_id, role, created_at) VALUES (?, ?, ?, ?)")
    .bind(desk.desk_id, user_id, role, Date.now())
    .run();
}

const first = async <T>(sql: string, ...values: string[]) =>
  await testEnv.DB.prepare(sql)
    .bind(...values)
    .first<T>();
const closedAt = async ({ desk_id }: Account) =>
  (await first<{ closed_at: number | null }>("SELECT closed_at FROM desks WHERE id = ?", desk_id))?.closed_at;

/** Every table that names users by a key, with what an account in use has in it. */
async function fill({ desk_id, user_id }: Account): Promise<void> {
  const db = testEnv.DB;
  await db.batch([
    db
      .prepare(
        "INSERT INTO api_keys (id, desk_id, user_id, name, prefix, hash, scopes, allowed_addresses, created_at) VALUES (?, ?, ?, 'k', 'p', ?, '[]', '[]', 1)",
      )
      .bind(unknownId("key"), desk_id, user_id, crypto.randomUUID()),
    db
      .prepare("INSERT INTO mailed_proofs VALUES (?, 'verify_email', ?, 'x', 1, 2, NULL)")
      .bind(unknownId("prf"), user_id),
    db.prepare("INSERT INTO mfa_challenges VALUES (?, ?, 'token', 0, 1)").bind(crypto.randomUUID(), user_id),
    db.prepare("INSERT INTO known_networks VALUES (?, '192.0.2.1', 1)").bind(user_id),
    db.prepare("INSERT INTO login_guards VALUES ('password:' || ?, 1, 0, 1)").bind(user_id),
  ]);
}

const OWNED = [
  "users WHERE id",
  "members WHERE user_id",
  "sessions WHERE user_id",
  "api_keys WHERE user_id",
  "mailed_proofs WHERE user_id",
  "mfa_factors WHERE user_id",
  "recovery_codes WHERE user_id",
  "mfa_challenges WHERE user_id",
  "known_networks WHERE user_id",
  "login_guards WHERE replace(subject, 'password:', '')",
];

async function rowsLeft({ user_id }: Account): Promise<number[]> {
  const counts = await Promise.all(
    OWNED.map((where) => first<{ n: number }>(`SELECT count(*) AS n FROM ${where} = ?`, user_id)),
  );
  return counts.map((row) => row?.n ?? -1);
}

describe("deleting an account", () => {
  it("leaves nothing of what it was told in its feed either", async () => {
    const account = await newAccount();
    await happen(account, eventsWith("AAPL")["trade.alert"]);
    const feed = testEnv.USER_FEED.getByName(`${account.desk_id}/${account.user_id}`);
    const kept = () =>
      runInDurableObject(feed, (_, { storage: { sql } }) =>
        ["items", "log"].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray().length),
      );
    expect(await kept()).toEqual([1, 1]);
    expect((await deleteMe(account)).status).toBe(204);
    await expect.poll(kept).toEqual([0, 0]);
  });

  it("leaves nothing of it but its trail: every row, session and way in is gone at once", async () => {
    const account = await newAccount();
    const other = await logIn(account);
    await fill(account);
    await withFactor(account);
    for (const n of await rowsLeft(account)) expect(n).toBeGreaterThan(0);
    expect((await deleteMe(account)).status).toBe(204);
    expect(await rowsLeft(account)).toEqual(OWNED.map(() => 0));
    expect([await isIn(account.access_token), await isIn(other.access_token)]).toEqual([false, false]);
    const { email, password } = account;
    expect((await call("/v1/auth/login", { json: { email, password } })).status).toBe(401);
    const trail = (await auditOf(account.desk_id)).filter(({ action }) => /delete|close|leave/.test(action));
    expect(trail.map(({ action }) => action).sort()).toEqual(["desk.close", "member.leave", "user.delete"]);
    for (const { actor } of trail) expect(actor).toBe(account.user_id);
    const mail = await first<{ content: string }>(
      "SELECT content FROM mails WHERE recipient = ? AND content LIKE '%account_deleted%'",
      email,
    );
    expect(JSON.parse(mail?.content ?? "{}")).toEqual({
      template: "account_deleted",
      username: account.username,
    });
  });

  it("closes the desks that it was alone on, with their open invitations, and no other", async () => {
    const [account, host] = [await newAccount(), await newAccount()];
    await join(host, account, "trader");
    await testEnv.DB.prepare(
      "INSERT INTO invitations (id, desk_id, email, role, invited_by, expires_at, created_at) VALUES (?, ?, 'x@y.test', 'user', ?, 9e15, 1)",
    )
      .bind(unknownId("inv"), account.desk_id, account.user_id)
      .run();
    expect((await deleteMe(account)).status).toBe(204);
    expect(await closedAt(account)).not.toBeNull();
    expect(await closedAt(host)).toBeNull();
    expect(await isIn(host.access_token)).toBe(true);
    const invitation = await first("SELECT status FROM invitations WHERE desk_id = ?", account.desk_id);
    expect(invitation).toEqual({ status: "revoked" });
    expect((await auditOf(host.desk_id)).at(-1)).toMatchObject({
      action: "member.leave",
      target: account.user_id,
    });
  });

  it("works for somebody on more desks than D1 binds values", async () => {
    const account = await newAccount();
    const host = await newAccount();
    const desks = Array.from({ length: 60 }, () => unknownId("dsk"));
    const run = (sql: string, ...values: unknown[]) => testEnv.DB.prepare(sql).bind(...values);
    const member = "INSERT INTO members (desk_id, user_id, role, created_at) VALUES (?, ?, 'admin', 1)";
    await testEnv.DB.batch(
      desks.flatMap((desk) => [
        run("INSERT INTO desks (id, name, plan, created_at, updated_at) VALUES (?, 'd', 'free', 1, 1)", desk),
        ...[account, host].map(({ user_id }) => run(member, desk, user_id)),
      ]),
    );
    expect((await deleteMe(account)).status).toBe(204);
    expect(await first("SELECT 1 FROM members WHERE user_id = ?", account.user_id)).toBeNull();
  });

  it("is refused to the last admin of others, and changes nothing then", async () => {
    const [account, member] = [await newAccount(), await newAccount()];
    await join(account, member, "manager");
    const before = await rowsLeft(account);
    const refused = await deleteMe(account);
    expect([refused.status, (await problemOf(refused)).code]).toEqual([409, "accounts.last_admin"]);
    expect(await rowsLeft(account)).toEqual(before);
    expect(await isIn(account.access_token)).toBe(true);
    const deputy = await newAccount();
    await join(account, deputy, "admin");
    expect((await deleteMe(account)).status).toBe(204);
    expect(await closedAt(account)).toBeNull();
  });

  it("never leaves a desk of others without an admin, when its two admins go at once", async () => {
    const [one, two, member] = [await newAccount(), await newAccount(), await newAccount()];
    await join(one, two, "admin");
    await join(one, member, "user");
    const answers = await Promise.all([deleteMe(one), deleteMe(two)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it("happens once of many at the same moment", async () => {
    const account = await newAccount();
    const answers = await Promise.all([1, 2, 3].map(() => deleteMe(account)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect((await auditOf(account.desk_id)).filter(({ action }) => action === "user.delete")).toHaveLength(1);
  });

  it("needs a recent proof", async () => {
    const account = await newAccount();
    const { user_id } = account;
    await changeBehind([user_id], "UPDATE sessions SET proved_at = 0 WHERE user_id = ?", user_id);
    expect((await problemOf(await deleteMe(account))).code).toBe("access.proof_needed");
    expect(await isIn(account.access_token)).toBe(true);
  });

  it("by a super admin is told to the user's home desk, with who did it", async () => {
    const [account, admin] = [await newAccount(), await newSuperAdmin()];
    const request = { method: "DELETE", token: admin.access_token, headers: { "if-match": "*" } };
    expect((await call(`/v1/admin/users/${account.user_id}`, request)).status).toBe(204);
    expect((await call(`/v1/admin/users/${account.user_id}`, request)).status).toBe(404);
    const rows = (await auditOf(account.desk_id)).filter(({ action }) => action === "user.delete");
    expect(rows).toEqual([{ action: "user.delete", target: account.user_id, actor: admin.user_id }]);
  });
});
