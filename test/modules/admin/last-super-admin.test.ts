import { describe, expect, it } from "vitest";
import { newSuperAdmin } from "../../support/admin.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

const headers = { "if-match": "*" };
const pathOf = ({ user_id }: Account) => `/v1/admin/users/${user_id}`;
const edit = async (by: Account, of: Account, json: unknown) =>
  await call(pathOf(of), { method: "PATCH", token: by.access_token, json, headers });
const remove = async (by: Account, of: Account) =>
  await call(pathOf(of), { method: "DELETE", token: by.access_token, headers });

const left = async () =>
  (
    await testEnv.DB.prepare(
      "SELECT count(*) AS n FROM users WHERE platform_role = 'super_admin' AND status = 'active'",
    ).first<{ n: number }>()
  )?.n;

describe("the platform's last active super admin", () => {
  it("stays: no way out of the role, of standing or of being is open", async () => {
    const last = await newSuperAdmin();
    expect(await left()).toBe(1);
    const ways = [
      await edit(last, last, { platform_role: null }),
      await edit(last, last, { status: "deactivated" }),
      await remove(last, last),
      await call("/v1/me", { method: "DELETE", token: last.access_token }),
    ];
    for (const answer of ways) {
      expect([answer.status, (await problemOf(answer)).code]).toEqual([409, "accounts.last_super_admin"]);
    }
    expect((await edit(last, last, { plan: "pro" })).status, "anything else may change").toBe(200);
    const second = await newSuperAdmin();
    expect((await edit(second, last, { status: "deactivated" })).status).toBe(200);
    expect((await edit(second, second, { platform_role: null })).status, "the other one is not active").toBe(
      409,
    );
    expect(await left()).toBe(1);
  });

  it("is left also when all of them turn on each other at once", async () => {
    const admins = [
      await newSuperAdmin(),
      await newSuperAdmin(),
      await newSuperAdmin(),
      await newSuperAdmin(),
    ];
    await testEnv.DB.prepare(
      "UPDATE users SET platform_role = NULL WHERE id NOT IN (SELECT value FROM json_each(?))",
    )
      .bind(JSON.stringify(admins.map(({ user_id }) => user_id)))
      .run();
    const acts = [
      (by: Account, of: Account) => edit(by, of, { platform_role: null }),
      (by: Account, of: Account) => edit(by, of, { status: "deactivated" }),
      remove,
    ];
    await Promise.all(
      admins.flatMap((by, at) => acts.map((act) => act(by, admins[(at + 1) % admins.length] as Account))),
    );
    expect(await left()).toBeGreaterThanOrEqual(1);
  });
});
