import { unseal } from "../../platform/crypto.ts";
import { runBatch, type Statement } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Ctx } from "../access/context.ts";
import { tryGuarded } from "../access/guard.ts";
import {
  type Factor,
  findFactor,
  selectActiveFactor,
  takeRecoveryCode,
  takeStep,
} from "../directory/mfa-store.ts";
import { wrongCode } from "./errors.ts";
import { canonicalRecoveryCode, recoveryCodeHash } from "./recovery-codes.ts";
import { stepOfCode } from "./totp.ts";

const SIX_DIGITS = /^\d{6}$/;

/** Whose secret it is, for `seal` and `unseal`. */
export const factorOwner = (user: UserId): string => `mfa:${user}`;

/** Whether the user has a second factor in force. `selectActiveFactor` is the same for a batch of reads. */
export async function hasSecondFactor({ db }: Pick<Platform, "db">, user: UserId): Promise<boolean> {
  return (await selectActiveFactor(db, user)).length > 0;
}

/** Takes a code of the user's second factor, by its form a TOTP or a recovery code. True for one call with it ever. */
export async function takeCode(platform: Platform, user: UserId, code: string): Promise<boolean> {
  const taking = await takingOf(platform, user, code);
  return taking !== undefined && (await runBatch(platform.db, taking()));
}

/**
 * Makes the statement that takes the code, for a batch whose other statements hang on it: it changes a row for the
 * first call with that code and for no other. Undefined where the code can't fit.
 */
export async function takingOf(
  platform: Platform,
  user: UserId,
  code: string,
): Promise<(() => Statement) | undefined> {
  const { db, settings } = platform;
  const canonical = canonicalRecoveryCode(code);
  if (canonical !== undefined) {
    const hash = await recoveryCodeHash(settings.DATA_SECRET, user, canonical);
    return () => takeRecoveryCode(db, user, hash);
  }
  const factor = await findFactor(db, user);
  if (!factor?.activated_at) return undefined;
  const step = await stepIn(platform, factor, code);
  return step === undefined ? undefined : () => takeStep(db, factor, step);
}

/** The time step of a TOTP code of this factor, in force or not; undefined where it fits none near the present. */
export async function stepIn(
  { clock, settings }: Pick<Platform, "clock" | "settings">,
  factor: Factor,
  code: string,
): Promise<number | undefined> {
  const bare = code.replace(/\s/g, "");
  if (!SIX_DIGITS.test(bare)) return undefined;
  const secret = await unseal(settings.DATA_SECRET, factorOwner(factor.user_id), factor.secret);
  return stepOfCode(secret, bare, clock.now());
}

/** Tries a code on one's own account: a wrong, used or late one gets one answer, and too many lock the way. */
export async function refuseWrongCode(ctx: Ctx, use: () => Promise<boolean>): Promise<void> {
  if (!(await tryGuarded(ctx, "code", use))) throw wrongCode();
}
