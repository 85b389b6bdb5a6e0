import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ROLE_PERMISSIONS } from "../../../src/modules/access/permissions.ts";
import { changeBehind, isIn } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import {
  exampleBody,
  exampleQuery,
  isPublic,
  isSocket,
  type Operation,
  operations,
} from "../../support/operations.ts";
import { type Desk, fillPath, newDesk, ownParameters } from "../../support/world.ts";

const reason = "Ticket 4711: the list is empty";
const borrow = async (of: Account, by: Account, headers: Record<string, string> = {}) =>
  await call(`/v1/admin/users/${of.user_id}/impersonate`, {
    token: by.access_token,
    json: { reason },
    headers,
  });

async function viewOf(of: Account, by: Account): Promise<string> {
  const answer = await borrow(of, by);
  expect(answer.status).toBe(201);
  return (await answer.json<{ access_token: string }>()).access_token;
}

let admin: Account;
let desk: Desk;
let view: string;
beforeAll(async () => {
  admin = await newSuperAdmin();
  desk = await newDesk();
  view = await viewOf(desk, admin);
});
afterEach(() => {
  vi.useRealTimers();
});

const named = (some: Operation[]) =>
  some.map((operation): [string, Operation] => [operation.name, operation]);
const askingFor = (operation: Operation) =>
  fillPath(operation.path, ownParameters(operation, desk)) + exampleQuery(operation);
/** What is shown to nobody but the person: where they are signed in, with their addresses. */
const PERSONAL = new Set(["GET /v1/me/sessions"]);
const mayView = ({ name, permission }: Operation) =>
  permission === undefined
    ? !PERSONAL.has(name)
    : [...ROLE_PERMISSIONS.viewer].some((held) => held === permission);

describe("a borrowed view", () => {
  it.each(named(operations.filter(({ method, path }) => method !== "GET" && path.startsWith("/v1/"))))(
    "%s: is refused before it is looked at",
    async (_, operation) => {
      const headers = { "if-match": "*" };
      const body = exampleBody(operation);
      const answer = await call(askingFor(operation), {
        method: operation.method,
        token: view,
        headers,
        ...body,
      });
      expect(answer.status).toBe(403);
      expect((await problemOf(answer)).code).toBe("access.borrowed_view");
      expect(answer.headers.get("bourse-impersonated-by")).toBe(admin.user_id);
    },
  );

  it.each(named(operations.filter((one) => one.method === "GET" && !isPublic(one) && !isSocket(one))))(
    "%s: reads what a viewer reads, and every answer says who looks",
    async (_, operation) => {
      const answer = await call(askingFor(operation), { token: view });
      expect(answer.status).toBe(mayView(operation) ? 200 : 403);
      expect(answer.headers.get("bourse-impersonated-by")).toBe(admin.user_id);
    },
  );

  it("shows the user as themselves, whoever looks named, with no right but to read", async () => {
    const me = await (await call("/v1/me", { token: view })).json();
    expect(me).toMatchObject({ user: { id: desk.user_id }, impersonated_by: admin.user_id });
    const rights = await (await call("/v1/me/permissions", { token: view })).json();
    expect(rights).toMatchObject({ permissions: [...ROLE_PERMISSIONS.viewer] });
    const own = await call("/v1/me", { token: desk.access_token });
    expect(await own.json()).toMatchObject({ impersonated_by: null });
    expect(own.headers.get("bourse-impersonated-by")).toBeNull();
  });

  it("ends after fifteen minutes and has no refresh token", async () => {
    const answer = await borrow(await newAccount(), admin);
    const lent = await answer.json<{ access_token: string }>();
    expect(lent).toMatchObject({ token_type: "bearer", expires_in: 900 });
    expect(Object.keys(lent).sort()).toEqual(["access_token", "expires_in", "token_type", "user"]);
    vi.useFakeTimers({ now: Date.now() + 15 * 60_000 + 1_000, toFake: ["Date"] });
    expect(await isIn(lent.access_token)).toBe(false);
  });

  it("is not what its user signed in with: their own sessions stay, and it counts as none of them", async () => {
    const account = await newAccount();
    for (let n = 0; n < 6; n += 1) await viewOf(account, admin);
    expect(await isIn(account.access_token)).toBe(true);
    const detail = await call(`/v1/admin/users/${account.user_id}`, { token: admin.access_token });
    expect(await detail.json()).toMatchObject({ sessions: 1 });
  });
});

describe("borrowing a view", () => {
  it("is told to the user by mail, and to the trail with both ids", async () => {
    const account = await newAccount();
    await viewOf(account, admin);
    const mail = await testEnv.DB.prepare("SELECT content FROM mails WHERE recipient = ? ORDER BY id DESC")
      .bind(account.email)
      .first<{ content: string }>();
    expect(JSON.parse(mail?.content ?? "")).toEqual({
      template: "impersonated",
      username: account.username,
      by: admin.username,
      reason,
    });
    const row = await testEnv.DB.prepare(
      "SELECT * FROM audit_log WHERE desk_id = ? AND action = 'user.impersonate'",
    )
      .bind(account.desk_id)
      .first();
    expect(row).toMatchObject({ actor: admin.user_id, impersonator: admin.user_id, target: account.user_id });
  });

  it("is never of a super admin, of oneself or of somebody who is deactivated", async () => {
    const gone = await newAccount();
    await changeBehind([gone.user_id], "UPDATE users SET status = 'deactivated' WHERE id = ?", gone.user_id);
    for (const of of [await newSuperAdmin(), admin, gone]) {
      const answer = await borrow(of, admin);
      expect([answer.status, (await problemOf(answer)).code]).toEqual([409, "admin.not_borrowable"]);
    }
  });

  it("needs a recent proof, and ends with the borrower's role, session or account", async () => {
    const { user_id, ...other } = await newSuperAdmin();
    const by = { user_id, ...other };
    const ended = ["demoted", "signed out", "deactivated"];
    const sql = [
      "UPDATE users SET platform_role = NULL WHERE id = ?",
      "UPDATE users SET platform_role = 'super_admin' WHERE id = ?",
      "UPDATE users SET status = 'deactivated' WHERE id = ?",
    ];
    for (const [at, how] of ended.entries()) {
      await changeBehind([user_id], "UPDATE users SET platform_role = 'super_admin' WHERE id = ?", user_id);
      const token = await viewOf(desk, by);
      expect(await isIn(token), how).toBe(true);
      await changeBehind([user_id], sql[at] ?? "", user_id);
      if (how === "signed out") {
        await call("/v1/auth/logout-all", { method: "POST", token: by.access_token });
        const { access_token } = await (
          await call("/v1/auth/login", { json: { email: by.email, password: by.password } })
        ).json<{ access_token: string }>();
        by.access_token = access_token;
      }
      expect(await isIn(token), how).toBe(false);
    }
    const stale = await newSuperAdmin();
    await changeBehind([stale.user_id], "UPDATE sessions SET proved_at = 0 WHERE user_id = ?", stale.user_id);
    expect((await problemOf(await borrow(desk, stale))).code).toBe("access.proof_needed");
  });

  it("is never replayed from a store: its answer holds a token", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const tokens = new Set<string>();
    for (const answer of [await borrow(desk, admin, headers), await borrow(desk, admin, headers)]) {
      tokens.add((await answer.json<{ access_token: string }>()).access_token);
    }
    expect(tokens.size).toBe(2);
    const { results } = await testEnv.DB.prepare("SELECT body FROM idempotency_keys").all();
    expect(JSON.stringify(results)).not.toContain("access_token");
  });
});
