import { notAuthenticated } from "../../http/problem.ts";
import type { Ctx } from "../access/context.ts";
import { findUserAndDesk } from "./store.ts";

/** The caller's own rows; both go only with the account itself. */
export async function me(ctx: Ctx) {
  const { desk, user } = await findUserAndDesk(ctx.db, ctx.actor, ctx.desk);
  if (user === undefined || desk === undefined) throw notAuthenticated();
  return { user, desk, role: ctx.role };
}

export function myPermissions(ctx: Ctx) {
  return { desk_id: ctx.desk, role: ctx.role, permissions: [...ctx.permissions] };
}
