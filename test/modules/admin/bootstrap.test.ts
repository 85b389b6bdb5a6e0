import { describe, expect, it } from "vitest";
import { auditOf, changeBehind } from "../../support/accounts.ts";
import { newSuperAdmin, verifyEmail } from "../../support/admin.ts";
import { problemOf, whatItTells } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { type TestEnv, testEnv } from "../../support/env.ts";

const newToken = () => `${crypto.randomUUID()}${crypto.randomUUID()}`;

async function verified(): Promise<Account> {
  const account = await newAccount();
  await verifyEmail(account);
  return account;
}

const bootstrap = async ({ access_token }: Account, token: string, env: Partial<TestEnv> = {}) =>
  await call("/v1/admin/bootstrap", { token: access_token, json: { token }, env });

const roleOf = async ({ user_id }: Account) =>
  (
    await testEnv.DB.prepare("SELECT platform_role FROM users WHERE id = ?")
      .bind(user_id)
      .first<{ platform_role: string | null }>()
  )?.platform_role;

describe("the bootstrap token", () => {
  it("makes one super admin ever, of whom many try it at once", async () => {
    const BOOTSTRAP_TOKEN = newToken();
    const accounts = [await verified(), await verified(), await verified()];
    const answers = await Promise.all(
      accounts.map((account) => bootstrap(account, BOOTSTRAP_TOKEN, { BOOTSTRAP_TOKEN })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const winner = accounts[answers.findIndex(({ status }) => status === 200)] as Account;
    expect((await call("/v1/admin/users", { token: winner.access_token })).status).toBe(200);
    expect((await auditOf(winner.desk_id)).at(-1)).toMatchObject({ action: "user.bootstrap" });
    const later = await verified();
    expect((await bootstrap(later, BOOTSTRAP_TOKEN, { BOOTSTRAP_TOKEN })).status).toBe(404);
    expect(await roleOf(later)).toBeNull();
  });

  it("that is new makes another one, and is not used up by who is one already", async () => {
    const BOOTSTRAP_TOKEN = newToken();
    const already = await newSuperAdmin();
    await verifyEmail(already);
    expect((await bootstrap(already, BOOTSTRAP_TOKEN, { BOOTSTRAP_TOKEN })).status).toBe(404);
    const next = await verified();
    expect((await bootstrap(next, BOOTSTRAP_TOKEN, { BOOTSTRAP_TOKEN })).status).toBe(200);
    expect(await roleOf(next)).toBe("super_admin");
  });

  it("that is wrong, used or not configured gets one answer", async () => {
    const [account, used] = [await verified(), newToken()];
    await bootstrap(await verified(), used, { BOOTSTRAP_TOKEN: used });
    const tells = async (token: string, BOOTSTRAP_TOKEN: string) =>
      await whatItTells(await bootstrap(account, token, { BOOTSTRAP_TOKEN }), ["bourse-cost"]);
    const wrong = await tells("x", newToken());
    expect(wrong).toMatchObject({ status: 404, body: { code: "admin.no_bootstrap" } });
    expect(await tells(used, used)).toEqual(wrong);
    const { BOOTSTRAP_TOKEN: _, ...without } = testEnv;
    const request = { method: "POST", token: account.access_token, json: { token: used } };
    const unset = await call("/v1/admin/bootstrap", {
      ...request,
      env: { ...without, BOOTSTRAP_TOKEN: undefined } as never,
    });
    expect(await whatItTells(unset, ["bourse-cost"])).toEqual(wrong);
    expect(await roleOf(account)).toBeNull();
  });

  it("needs a verified address and a recent proof", async () => {
    const BOOTSTRAP_TOKEN = newToken();
    const [unverified, stale] = [await newAccount(undefined, { verified: false }), await verified()];
    await changeBehind([stale.user_id], "UPDATE sessions SET proved_at = 0 WHERE user_id = ?", stale.user_id);
    const codes = [];
    for (const account of [unverified, stale]) {
      codes.push((await problemOf(await bootstrap(account, BOOTSTRAP_TOKEN, { BOOTSTRAP_TOKEN }))).code);
    }
    expect(codes).toEqual(["access.email_unverified", "access.proof_needed"]);
  });

  it("is kept as a hash, and in no line of what was stored with the call", async () => {
    const BOOTSTRAP_TOKEN = newToken();
    await bootstrap(await verified(), BOOTSTRAP_TOKEN, { BOOTSTRAP_TOKEN });
    const { results } = await testEnv.DB.prepare("SELECT * FROM bootstrap_uses").all();
    expect(JSON.stringify(results)).not.toContain(BOOTSTRAP_TOKEN);
  });
});
