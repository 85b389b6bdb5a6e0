import { expect, it } from "vitest";
import { takeAttempt } from "../../../src/modules/access/guard.ts";
import { openSession } from "../../../src/modules/accounts/open-session.ts";
import { findUser } from "../../../src/modules/directory/user-store.ts";
import { isId } from "../../../src/platform/ids.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { withFactor } from "../../support/mfa.ts";
import { testPlatform } from "../../support/platform.ts";

const sessionsOf = async ({ user_id }: Account) =>
  (await testEnv.DB.prepare("SELECT id FROM sessions WHERE user_id = ?").bind(user_id).all()).results.length;

/** A log-in whose password was read and verified before `meanwhile` happened. */
async function comeIn({ desk_id, user_id }: Account, meanwhile: () => Promise<unknown>) {
  const platform = testPlatform();
  if (!isId("usr", user_id) || !isId("dsk", desk_id)) throw new Error("no such ids");
  const user = await findUser(platform.db, user_id);
  if (user === undefined) throw new Error("no such user");
  const attempt = await takeAttempt(platform, "password", { user: user_id }, "127.0.0.1");
  await meanwhile();
  const from = { request_id: "req_test", address: "127.0.0.1", device: undefined, place: undefined };
  const by = { password_hash: user.password_hash };
  return await openSession(platform, from, { user, desk: desk_id, kind: "token", networks: [], by }, attempt);
}

it("opens no session for a password that is changed while it is verified", async () => {
  const account = await newAccount();
  const { access_token: token, password: current_password } = account;
  const json = { current_password, new_password: "Loud-Harb0ur-43" };
  const opened = await comeIn(account, () => call("/v1/auth/password/change", { token, json }));
  expect(opened).toBeUndefined();
  expect(await sessionsOf(account)).toBe(1);
});

it("opens no session by a password alone where a second factor is turned on meanwhile", async () => {
  const account = await newAccount();
  expect(await comeIn(account, () => withFactor(account))).toBeUndefined();
  expect(await sessionsOf(account)).toBe(1);
});

it("opens no session for an account that is deleted meanwhile, and fails at nothing", async () => {
  const account = await newAccount();
  const { access_token: token } = account;
  expect(await comeIn(account, () => call("/v1/me", { method: "DELETE", token }))).toBeUndefined();
});

it("opens one session for one challenge, however many good codes come at once", async () => {
  const account = await newAccount();
  const { recovery_codes } = await withFactor(account);
  const { email, password } = account;
  const begun = await call("/v1/auth/login", { json: { email, password } });
  const { mfa_token } = await begun.json<{ mfa_token: string }>();
  const answers = await Promise.all(
    recovery_codes.slice(0, 4).map((code) => call("/v1/auth/mfa/verify", { json: { mfa_token, code } })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
});
