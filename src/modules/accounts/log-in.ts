import { MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";
import { randomToken, sha256Hex } from "../../platform/crypto.ts";
import { runBatch } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { forgiveStatements, takeAttempt } from "../access/guard.ts";
import { endChallenge, insertChallenge, takeChallengeAttempt } from "../directory/challenge-store.ts";
import { selectHomeDesk } from "../directory/desk-store.ts";
import { selectNetworks } from "../directory/guard-store.ts";
import { findUser, rehashPassword, selectUserByLogin, type User } from "../directory/user-store.ts";
import { challengeEnded, wrongAnswer, wrongCredentials } from "./errors.ts";
import { type Opened, type Origin, openSession } from "./open-session.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password.ts";
import { hasSecondFactor, takeCode } from "./second-factor.ts";

const CHALLENGE_MS = 5 * MINUTE_MS;

export interface Challenge {
  mfa_token: string;
  expires_in: number;
}

interface Credentials {
  login: string;
  password: string;
  kind: "token" | "cookie";
}

/**
 * Opens a session, or a challenge where the account has a second factor. Until the password has fitted, a known
 * account costs no query more than an unknown one, and both are locked alike.
 */
export async function logIn(
  platform: Platform,
  from: Origin,
  { kind, login, password }: Credentials,
): Promise<Opened | Challenge> {
  const { db } = platform;
  const guessed = { login, login_hash: await sha256Hex(login.toLowerCase()) };
  const attempt = await takeAttempt(platform, "password", guessed, from.address);
  const [user] = await selectUserByLogin(db, login);
  const fits = await verifyPassword(password, user?.password_hash);
  if (!fits || user?.status !== "active") throw wrongCredentials();
  if (needsRehash(user.password_hash)) platform.defer(rehash(platform, user, password));
  if (await hasSecondFactor(platform, user.id)) {
    const challenge = await newChallenge(platform, user.id, kind);
    await runBatch(db, challenge.insert, ...forgiveStatements(platform, attempt));
    return { mfa_token: challenge.token, expires_in: CHALLENGE_MS / SECOND_MS };
  }
  return await openSession(platform, from, { ...(await whereabouts(platform, user)), kind }, [attempt]);
}

async function rehash({ db }: Platform, user: User, password: string): Promise<void> {
  await rehashPassword(db, user, await hashPassword(password));
}

/** The desk and the known networks of somebody who is about to come in. */
async function whereabouts({ db }: Platform, user: User) {
  const [homes, networks] = await db.batch([selectHomeDesk(db, user.id), selectNetworks(db, user.id)]);
  const desk = homes[0]?.desk;
  if (desk === undefined) throw new Error("a user is on no desk");
  return { user, desk, networks: networks.map(({ network }) => network) };
}

async function newChallenge({ clock, db }: Platform, user: UserId, kind: "token" | "cookie") {
  const token = `mfa_${randomToken()}`;
  const expires_at = clock.now() + CHALLENGE_MS;
  const row = { hash: await sha256Hex(token), user_id: user, kind, expires_at };
  return { token, insert: insertChallenge(db, row) };
}

/**
 * The second step of a log-in: opens the session that the challenge was for. A challenge takes five codes, and an
 * account's wrong ones are counted over all its challenges.
 */
export async function answerChallenge(
  platform: Platform,
  from: Origin,
  { code, mfa_token }: { mfa_token: string; code: string },
): Promise<Opened> {
  const { clock, db } = platform;
  const hash = await sha256Hex(mfa_token);
  const challenge = await takeChallengeAttempt(db, hash, clock.now());
  if (challenge === undefined) throw challengeEnded();
  const attempt = await takeAttempt(platform, "code", { user: challenge.user_id }, from.address);
  if (!(await takeCode(platform, challenge.user_id, code))) throw wrongAnswer();
  const user = await findUser(db, challenge.user_id);
  if (user?.status !== "active") throw challengeEnded();
  const coming = { ...(await whereabouts(platform, user)), kind: challenge.kind };
  return await openSession(platform, from, coming, [attempt], endChallenge(db, hash));
}
