import { settingsOf } from "../../src/env.ts";
import { signAccessToken } from "../../src/modules/accounts/tokens.ts";
import { isId } from "../../src/platform/ids.ts";
import { proofToken } from "../../src/platform/proof-token.ts";
import { changeBehind } from "./accounts.ts";
import { type Account, type Call, call } from "./desk.ts";
import { testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";

const newId = (prefix: string) => `${prefix}_${crypto.randomUUID().replaceAll("-", "")}`;

/** Somebody else on a desk, by SQL alone: with a desk of their own, and a password that nobody has. */
export async function newColleague(desk_id: string, role: string): Promise<string> {
  const [user, home] = [newId("usr"), newId("dsk")];
  const name = user.slice(4, 20);
  const now = Date.now();
  const run = (sql: string, ...values: unknown[]) => testEnv.DB.prepare(sql).bind(...values);
  const member = "INSERT INTO members (desk_id, user_id, role, created_at) VALUES (?, ?, ?, ?)";
  await testEnv.DB.batch([
    run(
      `INSERT INTO users (id, email, username, password_hash, email_verified_at, created_at, updated_at)
       VALUES (?, ?, ?, '-', ?, ?, ?)`,
      ...[user, `${name}@desk.test`, name, now, now, now],
    ),
    run(
      "INSERT INTO desks (id, name, plan, created_at, updated_at) VALUES (?, ?, 'free', ?, ?)",
      ...[home, `${name}'s desk`, now, now],
    ),
    run(member, home, user, "admin", now),
    run(member, desk_id, user, role, now),
  ]);
  return user;
}

/** Puts an account on another's desk, behind the product's back. */
export async function join({ user_id }: Account, { desk_id }: Account, role: string): Promise<void> {
  await changeBehind(
    [`${desk_id}/${user_id}`],
    "INSERT INTO members (desk_id, user_id, role, created_at) VALUES (?, ?, ?, ?)",
    ...[desk_id, user_id, role, Date.now()],
  );
}

/** A token of the account's own session for another desk that it is on. */
export async function tokenOn({ refresh_token, user_id }: Account, desk: string): Promise<string> {
  const session = refresh_token.slice(4).split(".")[0] ?? "";
  if (!isId("ses", session) || !isId("dsk", desk) || !isId("usr", user_id)) throw new Error("no such ids");
  return await signAccessToken(testPlatform(), { user: user_id, session, desk });
}

export async function roleOf(desk_id: string, user_id: string): Promise<string | undefined> {
  const row = await testEnv.DB.prepare("SELECT role FROM members WHERE desk_id = ? AND user_id = ?")
    .bind(desk_id, user_id)
    .first<{ role: string }>();
  return row?.role;
}

export interface Invitation {
  id: string;
  email: string;
  role: string;
}

let invited = 0;
const nextAddress = () => `guest-${++invited}-${crypto.randomUUID().slice(0, 8)}@desk.test`;

/** An invitation to the account's desk, to somebody new unless an address is given. */
export async function invite(by: Account, email = nextAddress(), role = "trader"): Promise<Invitation> {
  const answer = await call(`/v1/desks/${by.desk_id}/invitations`, {
    token: by.access_token,
    json: { email, role },
  });
  if (answer.status !== 201) throw new Error(`invitation: ${answer.status} ${await answer.text()}`);
  return await answer.json<Invitation>();
}

/** What the mail of an invitation carries. */
export const invitationToken = async ({ id }: Invitation): Promise<string> =>
  await proofToken(settingsOf(testEnv).TOKEN_SECRET, "invitation", id);

export interface Key {
  id: string;
  key: string;
  prefix: string;
  scopes: string[];
}

/** An API key of the account with these fields, and otherwise the right to read documents. */
export async function makeKey(by: Account, fields: object = {}, options: Call = {}): Promise<Key> {
  const json = { name: "a program", scopes: ["documents:read"], ...fields };
  const answer = await call("/v1/api-keys", { token: by.access_token, json, ...options });
  if (answer.status !== 201) throw new Error(`key: ${answer.status} ${await answer.text()}`);
  return await answer.json<Key>();
}
