import { isId } from "../../platform/ids.ts";
import { freshSessionCaller } from "../directory/callers.ts";
import { type Ctx, contextFor } from "./context.ts";
import { deskNotFound } from "./errors.ts";

/**
 * The context on a desk that a path names: the active one at no cost, another of the caller's by one look-up, with
 * the role that they have there. A key acts on its own desk alone. Unknown and foreign desks look the same.
 */
export async function onDesk(ctx: Ctx, id: string): Promise<Ctx> {
  if (id === ctx.desk) return ctx;
  if (ctx.credential.kind !== "session" || !isId("dsk", id)) throw deskNotFound();
  const caller = await freshSessionCaller(ctx, ctx.credential.id, id);
  if (caller === undefined) throw deskNotFound();
  return contextFor(ctx, caller, { request_id: ctx.request_id, address: ctx.address });
}
