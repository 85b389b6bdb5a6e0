import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { audit } from "../audit/record.ts";
import { type Desk, insertDesk, insertMember } from "../directory/desk-store.ts";
import { insertUser, isTaken, type User } from "../directory/user-store.ts";
import { nameTaken, weakPassword } from "./errors.ts";
import { hashPassword, passwordWeaknesses } from "./password.ts";

export interface Registration {
  email: string;
  username: string;
  password: string;
  full_name?: string | undefined;
}

/** Makes the user and a desk of their own, of which they are the admin, in one transaction. */
export async function register(platform: Platform, from: Requester, input: Registration) {
  const email = input.email.toLowerCase();
  const weaknesses = passwordWeaknesses(input.password, [input.username, email.split("@", 1)[0] ?? ""]);
  if (weaknesses.length > 0) throw weakPassword(weaknesses);
  await refuseTaken(platform, email, input.username);
  const rows = await rowsOf(platform, { ...input, email });
  try {
    await insertRows(platform, from, rows);
  } catch (error) {
    await refuseTaken(platform, email, input.username);
    throw error;
  }
  return rows;
}

interface Requester {
  request_id: string;
  address: string;
}

async function refuseTaken({ db }: Platform, email: string, username: string): Promise<void> {
  if (await isTaken(db, "email", email)) throw nameTaken("email");
  if (await isTaken(db, "username", username)) throw nameTaken("username");
}

async function rowsOf(
  { clock, settings }: Platform,
  input: Registration,
): Promise<{ user: User; desk: Desk }> {
  const now = clock.now();
  const id = newId("usr");
  const shared = { created_at: now, updated_at: now, version: 1 };
  return {
    user: {
      id,
      email: input.email,
      username: input.username,
      full_name: input.full_name ?? null,
      password_hash: await hashPassword(input.password),
      email_verified_at: null,
      status: "active",
      platform_role: null,
      ...shared,
    },
    desk: {
      id: newId("dsk"),
      name: `${input.username}'s desk`,
      plan: settings.DEFAULT_PLAN,
      closed_at: null,
      created_by: id,
      ...shared,
    },
  };
}

async function insertRows(
  { clock, db }: Platform,
  from: Requester,
  { user, desk }: { user: User; desk: Desk },
) {
  const source = {
    db,
    clock,
    desk: desk.id,
    actor: user.id,
    request_id: from.request_id,
    address: from.address,
  };
  await runBatch(
    db,
    insertUser(db, user),
    insertDesk(db, desk),
    insertMember(db, { desk_id: desk.id, user_id: user.id, role: "admin", created_at: user.created_at }),
    audit(source, { action: "user.register", target: user.id }),
  );
}
