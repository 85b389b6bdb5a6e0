import { notAuthenticated } from "../../http/problem.ts";
import type { Ctx } from "../access/context.ts";
import { findDesk, findUser } from "./store.ts";

/** The caller's own rows; both go only with the account itself. */
export async function me(ctx: Ctx) {
  const [user, desk] = await Promise.all([findUser(ctx.db, ctx.actor), findDesk(ctx.db, ctx.desk)]);
  if (user === undefined || desk === undefined) throw notAuthenticated();
  return { user, desk, role: ctx.role };
}

export function myPermissions(ctx: Ctx) {
  return { desk_id: ctx.desk, role: ctx.role, permissions: [...ctx.permissions] };
}
