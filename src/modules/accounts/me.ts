import type { Ctx } from "../access/context.ts";

export function myPermissions(ctx: Ctx) {
  return { desk_id: ctx.desk, role: ctx.role, permissions: [...ctx.permissions] };
}
