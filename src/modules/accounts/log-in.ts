import { MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";
import { randomToken, sha256Hex } from "../../platform/crypto.ts";
import { runBatch } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Attempt, forgiveStatements, takeAttempt } from "../access/guard.ts";
import { insertChallengeIfStill, takeChallengeAttempt } from "../directory/challenge-store.ts";
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
  const came = (await hasSecondFactor(platform, user.id))
    ? await openChallenge(platform, user, kind, attempt)
    : await openSession(
        platform,
        from,
        { ...(await whereabouts(platform, user)), kind, by: { password_hash: user.password_hash } },
        attempt,
      );
  if (came === undefined) throw wrongCredentials();
  // Not before: what was opened hangs on the hash that was verified.
  if (needsRehash(user.password_hash)) platform.defer(rehash(platform, user, password));
  return came;
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

/** A challenge for whoever's password has fitted; undefined where it has changed meanwhile. */
async function openChallenge(
  platform: Platform,
  user: User,
  kind: "token" | "cookie",
  attempt: Attempt,
): Promise<Challenge | undefined> {
  const { clock, db } = platform;
  const mfa_token = `mfa_${randomToken()}`;
  const expires_at = clock.now() + CHALLENGE_MS;
  const row = { hash: await sha256Hex(mfa_token), user_id: user.id, kind, expires_at };
  const insert = insertChallengeIfStill(db, row, user.password_hash);
  if (!(await runBatch(db, insert, ...forgiveStatements(platform, attempt)))) return undefined;
  return { mfa_token, expires_in: CHALLENGE_MS / SECOND_MS };
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
  const arrival = { ...(await whereabouts(platform, user)), kind: challenge.kind, by: { challenge: hash } };
  const opened = await openSession(platform, from, arrival, attempt);
  if (opened === undefined) throw challengeEnded();
  return opened;
}
