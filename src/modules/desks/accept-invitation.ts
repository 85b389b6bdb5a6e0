import { idOfProofToken } from "../../platform/proof-token.ts";
import { type Ctx, requirePerson } from "../access/context.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { changeStanding, memberSubject } from "../directory/callers.ts";
import { findDesk, findMember } from "../directory/desk-store.ts";
import { acceptInvitation as accept, findInvitation, joinIfChanged } from "../directory/invitation-store.ts";
import { invitationNotFound } from "./errors.ts";
import type { OwnDesk } from "./views.ts";

/**
 * Joins the desk that a mailed token invites to, once, and only for the caller whose verified address was invited.
 * Whatever is wrong with a token, the answer is the same.
 */
export async function acceptInvitation(ctx: Ctx, { token }: { token: string }): Promise<OwnDesk> {
  requirePerson(ctx);
  const { actor, clock, db } = ctx;
  const id = await idOfProofToken(ctx.settings.TOKEN_SECRET, "invitation", "inv", token);
  const invitation = id && (await findInvitation(db, id));
  if (invitation === undefined) throw invitationNotFound();
  const { desk_id, role } = invitation;
  const now = clock.now();
  const won = await changeStanding(
    ctx,
    [memberSubject(desk_id, actor)],
    accept(db, invitation.id, actor, now),
    auditIfChanged(inDesk(ctx, desk_id), {
      action: "invitation.accept",
      target: invitation.id,
      after: { user: actor, role },
    }),
    joinIfChanged(db, invitation, actor, now),
  );
  if (!won) throw invitationNotFound();
  const [desk, member] = [await findDesk(db, desk_id), await findMember(db, desk_id, actor)];
  if (desk === undefined || member === undefined) throw invitationNotFound();
  return { ...desk, role: member.role };
}
