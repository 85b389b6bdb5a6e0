import { seal } from "../../platform/crypto.ts";
import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { type Ctx, requirePerson, requireProvenPerson } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged, type NewMail } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import {
  activateFactor,
  addRecoveryCodesIfChanged,
  deleteFactorIfChanged,
  deleteOtherRecoveryCodesIfChanged,
  findFactor,
  proposeFactor,
} from "../directory/mfa-store.ts";
import { proveSessionIfChanged, revokeOtherSessionsIfChanged } from "../directory/session-store.ts";
import { mfaActive, mfaInactive, mfaNotEnrolled } from "./errors.ts";
import { newRecoveryCodes } from "./recovery-codes.ts";
import { factorOwner, hasSecondFactor, refuseWrongCode, stepIn, takingOf } from "./second-factor.ts";
import { type Enrolment, enrolmentOf, newTotpSecret } from "./totp.ts";

/** Proposes a factor: it counts for nothing until a code of it has come back. The secret is shown this once. */
export async function enrollFactor(ctx: Ctx): Promise<Enrolment> {
  await requireProvenPerson(ctx);
  const secret = newTotpSecret();
  const sealed = await seal(ctx.settings.DATA_SECRET, factorOwner(ctx.actor), secret);
  const proposed = await runBatch(
    ctx.db,
    proposeFactor(ctx.db, { user_id: ctx.actor, secret: sealed, created_at: ctx.clock.now() }),
    auditIfChanged(ctx, { action: "mfa.enroll", target: ctx.actor }),
  );
  if (!proposed) throw mfaActive();
  return enrolmentOf(secret, ctx.profile.email);
}

/** Puts the proposed factor in force. Whoever else is signed in never passed it, so their sessions end. */
export async function activateMfa(ctx: Ctx, { code }: { code: string }): Promise<string[]> {
  const session = requirePerson(ctx);
  const { clock, db } = ctx;
  const factor = await findFactor(db, ctx.actor);
  if (factor === undefined) throw mfaNotEnrolled();
  if (factor.activated_at !== null) throw mfaActive();
  const { codes, hashes } = await newRecoveryCodes(ctx.settings.DATA_SECRET, ctx.actor);
  const mail = mailTo(ctx, "mfa_enabled");
  const now = clock.now();
  await refuseWrongCode(ctx, async () => {
    const step = await stepIn(ctx, factor, code);
    if (step === undefined) return false;
    return await changeStanding(
      ctx,
      [ctx.actor],
      activateFactor(db, factor, step, now),
      auditIfChanged(ctx, { action: "mfa.activate", target: ctx.actor }),
      insertMailIfChanged(db, mail),
      proveSessionIfChanged(db, session, now),
      addRecoveryCodesIfChanged(db, ctx.actor, hashes),
      revokeOtherSessionsIfChanged(db, ctx.actor, session, "mfa_enabled", now),
    );
  });
  sendMailSoon(ctx, mail.id);
  return codes;
}

/** Ends the factor and its recovery codes, for whoever proved themselves of late and has a code of it. */
export async function disableMfa(ctx: Ctx, { code }: { code: string }): Promise<void> {
  await requireProvenPerson(ctx);
  await requireActive(ctx);
  const mail = mailTo(ctx, "mfa_disabled");
  await refuseWrongCode(ctx, async () => {
    const taking = await takingOf(ctx, ctx.actor, code);
    if (taking === undefined) return false;
    return await runBatch(
      ctx.db,
      taking(),
      auditIfChanged(ctx, { action: "mfa.disable", target: ctx.actor }),
      insertMailIfChanged(ctx.db, mail),
      deleteFactorIfChanged(ctx.db, ctx.actor),
      deleteOtherRecoveryCodesIfChanged(ctx.db, ctx.actor, []),
    );
  });
  sendMailSoon(ctx, mail.id);
}

/** New recovery codes for a code of the factor; all older ones are dead. */
export async function renewRecoveryCodes(ctx: Ctx, { code }: { code: string }): Promise<string[]> {
  requirePerson(ctx);
  await requireActive(ctx);
  const { codes, hashes } = await newRecoveryCodes(ctx.settings.DATA_SECRET, ctx.actor);
  await refuseWrongCode(ctx, async () => {
    const taking = await takingOf(ctx, ctx.actor, code);
    if (taking === undefined) return false;
    return await runBatch(
      ctx.db,
      taking(),
      auditIfChanged(ctx, { action: "mfa.renew_recovery_codes", target: ctx.actor }),
      addRecoveryCodesIfChanged(ctx.db, ctx.actor, hashes),
      deleteOtherRecoveryCodesIfChanged(ctx.db, ctx.actor, hashes),
    );
  });
  return codes;
}

async function requireActive(ctx: Ctx): Promise<void> {
  if (!(await hasSecondFactor(ctx, ctx.actor))) throw mfaInactive();
}

function mailTo({ clock, desk, profile }: Ctx, template: "mfa_enabled" | "mfa_disabled"): NewMail {
  const content = { template, username: profile.username };
  return { id: newId("mai"), desk, recipient: profile.email, content, now: clock.now() };
}
