import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { onDesk } from "../access/on-desk.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import {
  forgetOldInvitations,
  type Invitation,
  insertInvitationUpTo,
} from "../directory/invitation-store.ts";
import type { Role } from "../directory/policy.ts";
import { tooManyInvitations } from "./errors.ts";
import { INVITATION_KEPT_MS, INVITATION_MS, MAX_INVITATIONS } from "./policy.ts";
import { invitationView } from "./views.ts";

/**
 * Invites an address by mail alone, in place of the open invitation that it may have. Nobody is looked up, so that
 * neither the answer nor its cost tells whether the address has an account or is a member.
 */
export async function invite(
  ctx: Ctx,
  { id, ...input }: { id: string; email: string; role: Role },
): Promise<Invitation> {
  const on = await onDesk(ctx, id);
  await authorize(on, "members:invite");
  const invitation = newInvitation(on, input);
  const { mail, send } = mailOf(on, invitation);
  const made = await runBatch(
    on.db,
    insertInvitationUpTo(on.db, invitation, MAX_INVITATIONS),
    auditIfChanged(on, {
      action: "invitation.create",
      target: invitation.id,
      after: invitationView(invitation),
    }),
    mail,
    forgetOldInvitations(on.db, on.desk, invitation.created_at - INVITATION_KEPT_MS),
  );
  if (!made) throw tooManyInvitations(MAX_INVITATIONS);
  send();
  return invitation;
}

function newInvitation(on: Ctx, { email, role }: { email: string; role: Role }): Invitation {
  const now = on.clock.now();
  return {
    id: newId("inv"),
    desk_id: on.desk,
    email: email.toLowerCase(),
    role,
    status: "open",
    invited_by: on.actor,
    expires_at: now + INVITATION_MS,
    created_at: now,
  };
}

function mailOf(on: Ctx, { created_at, desk_id, email, id, role }: Invitation) {
  const { desk_name, full_name, username } = on.profile;
  const invited_by = full_name ?? username;
  const content = {
    template: "invitation",
    invitation: id,
    desk: desk_id,
    desk_name,
    invited_by,
    role,
  } as const;
  const mail_id = newId("mai");
  return {
    mail: insertMailIfChanged(on.db, {
      id: mail_id,
      desk: desk_id,
      recipient: email,
      content,
      now: created_at,
    }),
    send: () => sendMailSoon(on, mail_id),
  };
}
