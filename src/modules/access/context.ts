import type { AppContext } from "../../http/app-env.ts";
import { notAllowed, notAuthenticated } from "../../http/problem.ts";
import type { DeskId, SessionId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { isRole, type Permission, ROLE_PERMISSIONS, type Role } from "./permissions.ts";

/** What a use case needs to know: who acts, for which desk, with which rights, on which platform. */
export interface Ctx extends Platform {
  desk: DeskId;
  actor: UserId;
  session: SessionId;
  role: Role;
  permissions: ReadonlySet<Permission>;
  request_id: string;
  address: string;
}

/** The context of a request whose caller is known; 401 otherwise. */
export function contextOf(c: AppContext): Ctx {
  const { address, caller, platform, requestId } = c.var;
  if (caller === undefined) throw notAuthenticated();
  const role = isRole(caller.role) ? caller.role : "viewer";
  return {
    ...platform,
    desk: caller.desk,
    actor: caller.user,
    session: caller.session,
    role,
    permissions: ROLE_PERMISSIONS[role],
    request_id: requestId,
    address,
  };
}

/** The first line of every use case. */
export function requirePermission(ctx: Ctx, permission: Permission): void {
  if (!ctx.permissions.has(permission)) throw notAllowed(permission);
}
