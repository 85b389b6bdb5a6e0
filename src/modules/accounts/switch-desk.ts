import { isId } from "../../platform/ids.ts";
import { type Ctx, requirePerson } from "../access/context.ts";
import { deskNotFound } from "../access/errors.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import { findDesk, findMember } from "../directory/desk-store.ts";
import { moveSession } from "../directory/session-store.ts";
import { ACCESS_TOKEN_S, signAccessToken } from "./tokens.ts";

/**
 * Makes another of the caller's desks the session's: its next refresh stays there. Tokens that were given before go
 * on naming their own desk. A page gets no token, its cookie follows the session.
 */
export async function switchDesk(ctx: Ctx, { desk_id }: { desk_id: string }) {
  const session = requirePerson(ctx);
  const member = isId("dsk", desk_id) ? await findMember(ctx.db, desk_id, ctx.actor) : undefined;
  const desk = member && (await findDesk(ctx.db, member.desk_id));
  if (!member || !desk || desk.closed_at !== null) throw deskNotFound();
  await changeStanding(
    ctx,
    [session],
    moveSession(ctx.db, ctx.actor, session, desk.id, ctx.clock.now()),
    auditIfChanged(inDesk(ctx, desk.id), { action: "session.switch_desk", target: session }),
  );
  const byCookie = ctx.credential.kind === "session" && ctx.credential.cookie;
  const claims = { user: ctx.actor, session, desk: desk.id };
  return {
    desk,
    role: member.role,
    expires_in: ACCESS_TOKEN_S,
    access_token: byCookie ? null : await signAccessToken(ctx, claims),
  };
}
