import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import { sha256Hex } from "../../platform/crypto.ts";
import { userView } from "../accounts/views.ts";
import type { UserDetail } from "../directory/administration-store.ts";
import type { User } from "../directory/user-store.ts";
import type { adminUserDetail, adminUserSchema } from "./schemas.ts";

export function adminUserView(user: User): z.infer<typeof adminUserSchema> {
  const { platform_role, status, updated_at } = user;
  return { ...userView(user), status, platform_role, updated_at: isoTime(updated_at) };
}

export function adminUserDetailView(detail: UserDetail): z.infer<typeof adminUserDetail> {
  const { desks, mfa, sessions, user } = detail;
  const on = desks.map((desk) => ({ ...desk, joined_at: isoTime(desk.joined_at) }));
  return { ...adminUserView(user), desks: on, sessions, mfa };
}

/** The version that an edit wants and, behind it, a digest of all that is shown: sessions come and go by themselves. */
export async function etagOf(detail: UserDetail): Promise<string> {
  const digest = await sha256Hex(JSON.stringify(adminUserDetailView(detail)));
  return `"${detail.user.version}.${digest.slice(0, 16)}"`;
}
