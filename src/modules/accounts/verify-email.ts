import { newId, type UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { auditIfChanged } from "../audit/record.ts";
import { LINK_HOLDS_MS } from "../delivery/policy.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import {
  insertProofIfChanged,
  spendProofsIfChanged,
  supersedeProofs,
  useProof,
  verifyAddressIfChanged,
} from "../directory/proof-store.ts";
import { isTaken } from "../directory/user-store.ts";
import { proofRefused } from "./errors.ts";
import { openProof } from "./mail-proof.ts";
import { type Origin, sourceOf } from "./open-session.ts";

const PURPOSE = "verify_email";

/**
 * A proof of an address and the mail that carries it, in place of older ones: statements for the caller's batch, which
 * do nothing unless the one before them changed a row.
 */
export function verificationOf(
  { clock, db }: Pick<Platform, "clock" | "db">,
  { email, user, username }: { user: UserId; email: string; username: string },
) {
  const now = clock.now();
  const proof = { id: newId("prf"), purpose: PURPOSE, now, ends_in_ms: LINK_HOLDS_MS[PURPOSE] } as const;
  const mail = {
    id: newId("mai"),
    desk: null,
    recipient: email,
    content: { template: PURPOSE, proof: proof.id, username },
    now,
  } as const;
  return {
    mail: mail.id,
    statements: [
      insertProofIfChanged(db, proof, { user, email }),
      insertMailIfChanged(db, mail),
      supersedeProofs(db, user, proof.id, now),
    ] as const,
  };
}

/**
 * Takes a mailed proof: its address is the user's from now on, and verified. Where it has become somebody else's
 * meanwhile, the proof is refused as any other that does not hold.
 */
export async function verifyEmail(
  platform: Platform,
  from: Origin,
  { token }: { token: string },
): Promise<void> {
  const { clock, db } = platform;
  const { desk, email, id, user } = await openProof(platform, PURPOSE, token);
  const now = clock.now();
  const moved = user.email !== email;
  const notice = {
    id: newId("mai"),
    desk: null,
    recipient: user.email,
    content: { template: "email_changed" as const, username: user.username, new_email: email },
    now,
  };
  const verified = await changeStanding(
    platform,
    [user.id],
    useProof(db, id, now),
    verifyAddressIfChanged(db, user.id, email, now),
    auditIfChanged(sourceOf(platform, from, desk, user.id), {
      action: moved ? "user.email_change" : "user.email_verify",
      target: user.id,
      before: { email: user.email },
      after: { email },
    }),
    ...(moved ? [insertMailIfChanged(db, notice)] : []),
    // What was mailed to any other address must neither move nor open the account any more.
    spendProofsIfChanged(db, user.id, moved ? ["verify_email", "reset_password"] : ["verify_email"], now),
  ).catch(async (error: unknown) => {
    if (moved && (await isTaken(db, "email", email))) throw proofRefused();
    throw error;
  });
  if (!verified) throw proofRefused();
  if (moved) sendMailSoon(platform, notice.id);
}
