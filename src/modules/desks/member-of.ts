import type { Problem } from "../../http/problem.ts";
import { isId } from "../../platform/ids.ts";
import type { Ctx } from "../access/context.ts";
import { findMemberProfile, type MemberProfile } from "../directory/member-store.ts";
import { lastAdmin, memberChanged, memberNotFound } from "./errors.ts";

/** A member of the context's desk, by an id that a path names. */
export async function memberOf(on: Ctx, user_id: string): Promise<MemberProfile> {
  const member = isId("usr", user_id) ? await findMemberProfile(on.db, on.desk, user_id) : undefined;
  if (member === undefined) throw memberNotFound();
  return member;
}

/** Why a conditional change of a member changed nothing: they are the last admin, or no more what was read. */
export async function whyUnchanged(on: Ctx, read: MemberProfile): Promise<Problem> {
  const { role } = await memberOf(on, read.user_id);
  return role === read.role && role === "admin" ? lastAdmin() : memberChanged();
}
