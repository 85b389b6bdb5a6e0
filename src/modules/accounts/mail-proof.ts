import { runBatch } from "../../platform/database.ts";
import { newId, type ProofId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { idOfProofToken } from "../../platform/proof-token.ts";
import type { MailContent } from "../delivery/mail-content.ts";
import { LINK_HOLDS_MS } from "../delivery/policy.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { firstDesk } from "../directory/desk-store.ts";
import { findProof, insertProofForAddress, type ProofPurpose } from "../directory/proof-store.ts";
import { findUser } from "../directory/user-store.ts";
import { proofRefused } from "./errors.ts";

/**
 * Mails a proof to whoever has this address and may be sent one. For an address that nobody has it runs the same
 * statements and sends the same message, and it tells nobody which it was; so the mail can't greet by name.
 */
export async function mailProof(platform: Platform, purpose: ProofPurpose, address: string): Promise<void> {
  const { clock, db } = platform;
  const now = clock.now();
  const recipient = address.toLowerCase();
  const proof = { id: newId("prf"), purpose, now, ends_in_ms: LINK_HOLDS_MS[purpose] };
  const mail = { id: newId("mai"), desk: null, recipient, content: contentOf(purpose, proof.id), now };
  await runBatch(db, insertProofForAddress(db, proof, recipient), insertMailIfChanged(db, mail));
  sendMailSoon(platform, mail.id);
}

function contentOf(purpose: ProofPurpose, proof: ProofId): MailContent {
  if (purpose === "verify_email") return { template: purpose, proof, username: null };
  return { template: purpose, proof, username: null, by_admin: false };
}

/** Whom a mailed token is of, to which address it went, and their home desk; 404 for one that does not hold. */
export async function openProof(platform: Platform, purpose: ProofPurpose, token: string) {
  const { clock, db, settings } = platform;
  const id = await idOfProofToken(settings.TOKEN_SECRET, purpose, "prf", token);
  const proof = id && (await findProof(db, purpose, id, clock.now()));
  const user = proof && (await findUser(db, proof.user_id));
  const desk = user && (await firstDesk(db, user.id));
  if (!id || !proof || !desk || user.status !== "active") throw proofRefused();
  return { id, email: proof.email, user, desk };
}
