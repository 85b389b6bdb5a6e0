import { Secret, TOTP } from "otpauth";
import { type Account, call } from "./desk.ts";

const PERIOD_MS = 30_000;

/** The code that an authenticator app shows for this secret, so many steps from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * PERIOD_MS });

export interface Factor {
  secret: string;
  recovery_codes: string[];
}

export const mfa = async (verb: string, { access_token: token }: { access_token: string }, code?: string) =>
  await call(`/v1/auth/mfa/${verb}`, {
    token,
    method: "POST",
    ...(code === undefined ? {} : { json: { code } }),
  });

export async function enroll(account: Pick<Account, "access_token">) {
  return await (await mfa("enroll", account)).json<{ secret: string; otpauth_url: string; qr_svg: string }>();
}

/** Turns the account's second factor on, by the code of the step before: the present one's is still unused. */
export async function withFactor(account: Pick<Account, "access_token">): Promise<Factor> {
  const { secret } = await enroll(account);
  const answer = await mfa("activate", account, codeOf(secret, -1));
  if (answer.status !== 200) throw new Error(`activate: ${answer.status} ${await answer.text()}`);
  return { secret, ...(await answer.json<{ recovery_codes: string[] }>()) };
}
