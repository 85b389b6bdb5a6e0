import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../platform/clock.ts";
import type { Desk } from "../directory/desk-store.ts";
import type { Invitation } from "../directory/invitation-store.ts";
import type { MemberProfile } from "../directory/member-store.ts";
import type { Role } from "../directory/policy.ts";
import type { invitationSchema, memberSchema, ownDeskSchema } from "./schemas.ts";

/** A desk as somebody on it sees it. */
export type OwnDesk = Pick<Desk, "id" | "name" | "plan" | "created_at"> & { role: Role };

export function ownDeskView({ created_at, id, name, plan, role }: OwnDesk): z.infer<typeof ownDeskSchema> {
  return { id, name, plan, role, created_at: isoTime(created_at) };
}

export function memberView(member: MemberProfile): z.infer<typeof memberSchema> {
  const { email, full_name, joined_at, role, user_id, username } = member;
  return { id: user_id, username, full_name, email, role, joined_at: isoTime(joined_at) };
}

export function invitationView(invitation: Invitation): z.infer<typeof invitationSchema> {
  const { created_at, email, expires_at, id, invited_by, role } = invitation;
  return { id, email, role, invited_by, created_at: isoTime(created_at), expires_at: isoTime(expires_at) };
}
