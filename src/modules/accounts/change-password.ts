import { notAuthenticated } from "../../http/problem.ts";
import { newId } from "../../platform/ids.ts";
import { type Ctx, requirePerson } from "../access/context.ts";
import { forgiveStatements, takeAttempt } from "../access/guard.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import { endHalfDone } from "../directory/proof-store.ts";
import { proveSessionIfChanged, revokeOtherSessionsIfChanged } from "../directory/session-store.ts";
import { findUser, replacePassword } from "../directory/user-store.ts";
import { passwordUnchanged, wrongPassword } from "./errors.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { refuseWeakPassword } from "./password-rules.ts";
import { hasSecondFactor } from "./second-factor.ts";

/**
 * Changes the caller's password by the one that they have, and ends all their other sessions. It proves who they are
 * only where they have no second factor, which no password replaces.
 */
export async function changePassword(
  ctx: Ctx,
  { current_password, new_password }: { current_password: string; new_password: string },
): Promise<void> {
  const session = requirePerson(ctx);
  const { clock, db, profile } = ctx;
  // Before the attempt is counted: whoever only looks for a better password guesses at nothing.
  if (new_password === current_password) throw passwordUnchanged();
  await refuseWeakPassword("new_password", new_password, profile);
  const attempt = await takeAttempt(ctx, "password", { user: ctx.actor }, ctx.address);
  const user = await findUser(db, ctx.actor);
  if (user === undefined) throw notAuthenticated();
  if (!(await verifyPassword(current_password, user.password_hash))) throw wrongPassword();
  const proves = !(await hasSecondFactor(ctx, user.id));
  const hash = await hashPassword(new_password);
  const now = clock.now();
  const mail = newId("mai");
  const content = { template: "password_changed" as const, username: user.username };
  const changed = await changeStanding(
    ctx,
    [user.id],
    replacePassword(db, user, hash, now),
    auditIfChanged(ctx, { action: "user.password_change", target: user.id }),
    insertMailIfChanged(db, { id: mail, desk: null, recipient: user.email, content, now }),
    ...(proves ? [proveSessionIfChanged(db, session, now)] : []),
    revokeOtherSessionsIfChanged(db, user.id, session, "password_changed", now),
    ...endHalfDone(db, { user: user.id, password_hash: hash }, now),
    ...forgiveStatements(ctx, attempt),
  );
  if (!changed) throw wrongPassword();
  sendMailSoon(ctx, mail);
}
