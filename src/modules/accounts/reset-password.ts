import { newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import { forgiveAccount } from "../directory/guard-store.ts";
import { endHalfDone, useProof, verifyAddressIfChanged } from "../directory/proof-store.ts";
import { revokeAllSessions } from "../directory/session-store.ts";
import { replacePasswordIfChanged } from "../directory/user-store.ts";
import { proofRefused } from "./errors.ts";
import { openProof } from "./mail-proof.ts";
import { type Origin, sourceOf } from "./open-session.ts";
import { hashPassword } from "./password.ts";
import { refuseWeakPassword } from "./password-rules.ts";

const PURPOSE = "reset_password";

/**
 * Sets a new password by a mailed proof and ends every session, half a log-in and a change of address that waits; a
 * second factor stays in force. The mail has reached its address, so that counts as verified, and what strangers
 * failed at is forgiven.
 */
export async function resetPassword(
  platform: Platform,
  from: Origin,
  { new_password, token }: { token: string; new_password: string },
): Promise<void> {
  const { clock, db } = platform;
  const { desk, email, id, user } = await openProof(platform, PURPOSE, token);
  if (user.email !== email) throw proofRefused();
  await refuseWeakPassword("new_password", new_password, user);
  const hash = await hashPassword(new_password);
  const now = clock.now();
  const mail = newId("mai");
  const content = { template: "password_changed" as const, username: user.username };
  const reset = await changeStanding(
    platform,
    [user.id],
    useProof(db, id, now),
    verifyAddressIfChanged(db, user.id, email, now),
    replacePasswordIfChanged(db, user, hash, now),
    auditIfChanged(sourceOf(platform, from, desk, user.id), {
      action: "user.password_reset",
      target: user.id,
    }),
    insertMailIfChanged(db, { id: mail, desk: null, recipient: user.email, content, now }),
    revokeAllSessions(db, user.id, "password_reset", now),
    ...endHalfDone(db, { user: user.id, password_hash: hash }, now),
    forgiveAccount(db, "password", user.id),
  );
  if (!reset) throw proofRefused();
  sendMailSoon(platform, mail);
}
