import { distrustStandings } from "../../src/modules/directory/callers.ts";
import { proofToken } from "../../src/platform/proof-token.ts";
import { type Account, call } from "./desk.ts";
import { testEnv } from "./env.ts";

export interface Tokens {
  access_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  user: { id: string; email: string; username: string };
}

/** A registration that nobody has sent yet. */
export function newRegistration() {
  const name = `Trader-${crypto.randomUUID().slice(0, 8)}`;
  return { email: `${name}@Desk.test`, username: name, password: "Quiet-Harb0ur-42" };
}

export const logIn = async ({ email, password }: Pick<Account, "email" | "password">): Promise<Tokens> =>
  await (await call("/v1/auth/login", { json: { email, password } })).json<Tokens>();

export const refresh = async (refresh_token: string): Promise<Response> =>
  await call("/v1/auth/refresh", { json: { refresh_token } });

/** Whether an access token still opens anything. */
export const isIn = async (token: string): Promise<boolean> =>
  (await call("/v1/me", { token })).status === 200;

export async function auditOf(desk_id: string): Promise<{ action: string; target: string; actor: string }[]> {
  const { results } = await testEnv.DB.prepare(
    "SELECT action, target, actor FROM audit_log WHERE desk_id = ? ORDER BY at, id",
  )
    .bind(desk_id)
    .all<{ action: string; target: string; actor: string }>();
  return results;
}

/** The token of the mail that would reach this account for that purpose: a fresh proof, made as the product does. */
export async function mailedToken(
  purpose: "verify_email" | "reset_password",
  { email, user_id }: Pick<Account, "email" | "user_id">,
): Promise<string> {
  const id = `prf_${crypto.randomUUID().replaceAll("-", "")}`;
  await testEnv.DB.prepare(
    "INSERT INTO mailed_proofs (id, purpose, user_id, email, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
  )
    .bind(id, purpose, user_id, email.toLowerCase(), Date.now(), Date.now() + 3_600_000)
    .run();
  return await proofToken(testEnv.TOKEN_SECRET, purpose, id);
}

/** Changes rows behind the product's back, as another isolate would: announced for these subjects, and fed here. */
export async function changeBehind(subjects: string[], sql: string, ...values: unknown[]): Promise<void> {
  const announce = testEnv.DB.prepare("INSERT INTO standing_changes (subject, at) VALUES (?, ?)");
  await testEnv.DB.batch([
    testEnv.DB.prepare(sql).bind(...values),
    ...subjects.map((subject) => announce.bind(subject, Date.now())),
  ]);
  distrustStandings();
}
