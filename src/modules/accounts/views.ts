import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import type { Ctx } from "../access/context.ts";
import type { Desk } from "../directory/desk-store.ts";
import type { Session } from "../directory/session-store.ts";
import type { User } from "../directory/user-store.ts";
import type { deskSchema, meSchema, permissionsSchema, sessionSchema, userSchema } from "./schemas.ts";

export function userView(user: User): z.infer<typeof userSchema> {
  const { id, email, username, full_name } = user;
  const email_verified = user.email_verified_at !== null;
  return { id, email, username, full_name, email_verified, created_at: isoTime(user.created_at) };
}

export function deskView({ id, name, plan, created_at }: Desk): z.infer<typeof deskSchema> {
  return { id, name, plan, created_at: isoTime(created_at) };
}

/** The caller as their credential was read, with no look-up for showing it. */
export function meView(
  { actor, desk, email_verified, impersonator, plan, profile: read, role }: Ctx,
  profile = read,
): z.infer<typeof meSchema> {
  const { created_at, desk_created_at, desk_name, email, full_name, username } = profile;
  return {
    user: { id: actor, email, username, full_name, email_verified, created_at: isoTime(created_at) },
    desk: { id: desk, name: desk_name, plan, created_at: isoTime(desk_created_at) },
    role,
    impersonated_by: impersonator,
  };
}

/** The version that an edit wants and, behind it, a digest of all that is shown: roles and desks move by themselves. */
export async function meEtag(view: z.infer<typeof meSchema>, { version }: Pick<Ctx["profile"], "version">) {
  return `"${version}.${(await sha256Hex(JSON.stringify(view))).slice(0, 16)}"`;
}

export function permissionsView({ desk, permissions, role }: Ctx): z.infer<typeof permissionsSchema> {
  return { desk_id: desk, role, permissions: [...permissions] };
}

export function sessionView(session: Session, { credential }: Ctx): z.infer<typeof sessionSchema> {
  const { address, device, id, kind, name, place } = session;
  return {
    ...{ id, kind, name, device, address, place },
    current: credential.id === id,
    created_at: isoTime(session.created_at),
    last_seen_at: isoTime(session.last_seen_at),
    expires_at: isoTime(session.expires_at),
  };
}
