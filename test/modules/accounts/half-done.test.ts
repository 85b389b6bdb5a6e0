import { describe, expect, it } from "vitest";
import { changeBehind, mailedToken } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { mailTo, tokenIn } from "../../support/mail.ts";
import { codeOf, withFactor } from "../../support/mfa.ts";

const NEW = "Loud-Harb0ur-43";
const newAddress = () => `elsewhere-${crypto.randomUUID().slice(0, 8)}@desk.test`;

const verify = (token: string) => call("/v1/auth/email/verify", { json: { token } });
const askFor = async ({ access_token: token }: Account, email: string) =>
  await call("/v1/me", { method: "PATCH", token, json: { email }, headers: { "if-match": "*" } });
const resetWith = async (account: Account) =>
  await call("/v1/auth/password/reset", {
    json: { token: await mailedToken("reset_password", account), new_password: NEW },
  });
const changeBy = async ({ access_token: token, password }: Account) =>
  await call("/v1/auth/password/change", {
    token,
    json: { current_password: password, new_password: NEW },
  });
const forceBy = async ({ access_token: token }: Account, { user_id }: Account) =>
  await call(`/v1/admin/users/${user_id}/force-reset`, {
    method: "POST",
    token,
    headers: { "if-match": "*" },
  });
const emailOf = async ({ user_id }: Account) =>
  (await testEnv.DB.prepare("SELECT email FROM users WHERE id = ?").bind(user_id).first<{ email: string }>())
    ?.email;

describe("a change of address that waits for its mail", () => {
  it.each([
    ["changes the password", changeBy, 204],
    ["resets the password", resetWith, 204],
    ["is made to by an administrator", async (it: Account) => await forceBy(await newSuperAdmin(), it), 200],
  ])("ends when its account %s, so that no thief moves the account later", async (_, secure, status) => {
    const account = await newAccount();
    const thief = newAddress();
    expect((await askFor(account, thief)).status).toBe(200);
    const token = tokenIn(await mailTo(thief));
    expect((await secure(account)).status).toBe(status);
    expect((await verify(token)).status).toBe(404);
    expect(await emailOf(account)).toBe(account.email);
  });

  it("ends with the next one that is asked for, and with the next that is answered", async () => {
    const account = await newAccount();
    const [mistyped, meant] = [newAddress(), newAddress()];
    await askFor(account, mistyped);
    const stray = tokenIn(await mailTo(mistyped));
    await askFor(account, meant);
    expect((await verify(stray)).status).toBe(404);
    const first = await mailedToken("verify_email", { ...account, email: newAddress() });
    expect((await verify(tokenIn(await mailTo(meant)))).status).toBe(204);
    expect((await verify(first)).status).toBe(404);
    expect(await emailOf(account)).toBe(meant);
  });

  it("is not mailed by an edit that lost to another one", async () => {
    const account = await newAccount();
    const address = newAddress();
    const lost = await Promise.all(Array.from({ length: 4 }, () => askFor(account, address)));
    const won = lost.filter(({ status }) => status === 200).length;
    const { results } = await testEnv.DB.prepare("SELECT id FROM mails WHERE recipient = ?")
      .bind(address)
      .all();
    expect(results).toHaveLength(won);
    expect(won).toBeLessThan(4);
  });

  it("moves no account that was deactivated meanwhile", async () => {
    const account = await newAccount();
    const address = newAddress();
    await askFor(account, address);
    await changeBehind(
      [account.user_id],
      "UPDATE users SET status = 'deactivated' WHERE id = ?",
      account.user_id,
    );
    expect((await verify(tokenIn(await mailTo(address)))).status).toBe(404);
  });
});

describe("a log-in that waits for its code", () => {
  it("ends with the password that it began by", async () => {
    const account = await newAccount();
    const { secret } = await withFactor(account);
    const { email, password } = account;
    const begun = await call("/v1/auth/login", { json: { email, password } });
    const { mfa_token } = await begun.json<{ mfa_token: string }>();
    expect((await changeBy(account)).status).toBe(204);
    const answer = await call("/v1/auth/mfa/verify", { json: { mfa_token, code: codeOf(secret) } });
    expect(answer.status).toBe(401);
  });
});
