import { type DeskId, isId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { findActiveRole } from "../directory/member-store.ts";
import { isRole } from "../directory/policy.ts";
import { type Permission, ROLE_PERMISSIONS } from "./permissions.ts";

/** Whether somebody is an active member of the desk now, in a role that has the permission: for work without a request. */
export async function memberMay(
  { db }: Pick<Platform, "db">,
  desk: DeskId,
  user: string,
  permission: Permission,
): Promise<boolean> {
  const role = isId("usr", user) ? await findActiveRole(db, desk, user) : undefined;
  return role !== undefined && isRole(role) && ROLE_PERMISSIONS[role].has(permission);
}
