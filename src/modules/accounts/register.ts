import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { audit } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { type Desk, insertDesk, insertMember } from "../directory/desk-store.ts";
import { insertUser, isTaken, type User } from "../directory/user-store.ts";
import { nameTaken } from "./errors.ts";
import { type Origin, sourceOf } from "./open-session.ts";
import { hashPassword } from "./password.ts";
import { refuseWeakPassword } from "./password-rules.ts";
import { verificationOf } from "./verify-email.ts";

export interface Registration {
  email: string;
  username: string;
  password: string;
  full_name?: string | undefined;
}

/**
 * Makes the user and a desk of their own, of which they are the admin, in one transaction, and mails them what
 * verifies their address.
 */
export async function register(platform: Platform, from: Origin, input: Registration) {
  const email = input.email.toLowerCase();
  await refuseWeakPassword("password", input.password, { ...input, email });
  await refuseTaken(platform, email, input.username);
  const rows = await rowsOf(platform, { ...input, email });
  const verification = verificationOf(platform, { ...rows.user, user: rows.user.id });
  try {
    await insertRows(platform, from, rows, verification.statements);
  } catch (error) {
    await refuseTaken(platform, email, input.username);
    throw error;
  }
  sendMailSoon(platform, verification.mail);
  return rows;
}

async function refuseTaken({ db }: Platform, email: string, username: string): Promise<void> {
  if (await isTaken(db, "email", email)) throw nameTaken("email");
  if (await isTaken(db, "username", username)) throw nameTaken("username");
}

interface Rows {
  user: User;
  desk: Desk;
}

async function rowsOf({ clock, settings }: Platform, input: Registration): Promise<Rows> {
  const now = clock.now();
  const id = newId("usr");
  const shared = { created_at: now, updated_at: now, version: 1 };
  const user: User = {
    id,
    email: input.email,
    username: input.username,
    full_name: input.full_name ?? null,
    password_hash: await hashPassword(input.password),
    email_verified_at: null,
    status: "active",
    platform_role: null,
    ...shared,
  };
  const desk: Desk = {
    id: newId("dsk"),
    name: `${input.username}'s desk`,
    plan: settings.DEFAULT_PLAN,
    closed_at: null,
    created_by: id,
    ...shared,
  };
  return { user, desk };
}

async function insertRows(
  platform: Platform,
  from: Origin,
  { desk, user }: Rows,
  verification: ReturnType<typeof verificationOf>["statements"],
): Promise<void> {
  const { db } = platform;
  await runBatch(
    db,
    insertUser(db, user),
    insertDesk(db, desk),
    insertMember(db, { desk_id: desk.id, user_id: user.id, role: "admin", created_at: user.created_at }),
    audit(sourceOf(platform, from, desk.id, user.id), { action: "user.register", target: user.id }),
    ...verification,
  );
}
