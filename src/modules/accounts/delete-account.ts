import { notAuthenticated } from "../../http/problem.ts";
import { randomToken } from "../../platform/crypto.ts";
import { newId } from "../../platform/ids.ts";
import { type Ctx, requireProvenPerson } from "../access/context.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import {
  claimDeletion,
  closeIfAlone,
  type Deletion,
  desksOf,
  dropUser,
  leaveDesk,
  revokeInvitations,
  whyNotDeleted,
} from "../directory/deletion-store.ts";
import { firstDesk } from "../directory/desk-store.ts";
import { findUser, type User } from "../directory/user-store.ts";
import { forgetNotificationsOf } from "../notifications/forget.ts";
import { forgetSearchesOf } from "../search/journal/forget.ts";
import { accountChanged, lastAdmin, lastSuperAdmin } from "./errors.ts";

/** Deletes the caller's own account. */
export async function deleteMe(ctx: Ctx): Promise<void> {
  await requireProvenPerson(ctx);
  const user = await findUser(ctx.db, ctx.actor);
  if (user === undefined) throw notAuthenticated();
  await deleteAccount(ctx, user);
}

/**
 * Deletes the user as they were read, with all that is theirs, in one batch. Desks that they were alone on are closed
 * and keep their data; audit rows stay. 409 where a desk or the platform would lose its last admin.
 */
export async function deleteAccount(ctx: Ctx, user: User): Promise<void> {
  const { clock, db } = ctx;
  const now = clock.now();
  const deletion: Deletion = { user: user.id, token: `deleting ${randomToken()}`, now };
  const [home, desks] = [await firstDesk(db, user.id), await desksOf(db, user.id)];
  const content = { template: "account_deleted", username: user.username } as const;
  const mail = { id: newId("mai"), desk: null, recipient: user.email, content, now };
  const source = inDesk(ctx, home ?? ctx.desk);
  const leaving = desks.flatMap((desk) => [
    closeIfAlone(db, deletion, desk),
    auditIfChanged(inDesk(ctx, desk), { action: "desk.close", target: desk }),
    revokeInvitations(db, deletion, desk),
    leaveDesk(db, deletion, desk),
    auditIfChanged(inDesk(ctx, desk), { action: "member.leave", target: user.id }),
  ]);
  const deleted = await changeStanding(
    ctx,
    [user.id, ...desks],
    claimDeletion(db, deletion, user.version, desks),
    auditIfChanged(source, { action: "user.delete", target: user.id }),
    insertMailIfChanged(db, mail),
    ...leaving,
    ...dropUser(db, deletion),
  );
  if (!deleted) throw REFUSALS[await whyNotDeleted(db, user)]();
  sendMailSoon(ctx, mail.id);
  ctx.defer(forgetNotificationsOf(ctx, user.id, desks));
  ctx.defer(forgetSearchesOf(ctx, user.id, desks));
}

const REFUSALS = { changed: accountChanged, last_admin: lastAdmin, last_super_admin: lastSuperAdmin };
