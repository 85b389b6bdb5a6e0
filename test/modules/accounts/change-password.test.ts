import { expect, it } from "vitest";
import { changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { withFactor } from "../../support/mfa.ts";

const NEW = "Loud-Harb0ur-43";

const change = async ({ access_token: token, password }: Account, new_password = NEW) =>
  await call("/v1/auth/password/change", { token, json: { current_password: password, new_password } });
const forgetProof = async ({ user_id }: Account) =>
  await changeBehind([user_id], "UPDATE sessions SET proved_at = 0 WHERE user_id = ?", user_id);
const makeKey = async ({ access_token: token }: Account) =>
  await call("/v1/api-keys", { token, json: { name: "a program", scopes: ["documents:read"] } });

it("proves who somebody is by their password, but not past a second factor", async () => {
  const plain = await newAccount();
  await forgetProof(plain);
  expect((await change(plain)).status).toBe(204);
  expect((await makeKey(plain)).status).toBe(201);
  const guarded = await newAccount();
  await withFactor(guarded);
  await forgetProof(guarded);
  expect((await change(guarded)).status).toBe(204);
  expect((await problemOf(await makeKey(guarded))).code).toBe("access.proof_needed");
});

it("counts no failure against whoever looks for a better password", async () => {
  const account = await newAccount();
  for (let n = 0; n < 12; n += 1) expect((await change(account, "short")).status).toBe(422);
  expect((await change(account)).status).toBe(204);
});
