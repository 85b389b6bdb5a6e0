import { DAY_MS, SECOND_MS } from "../../platform/clock.ts";
import { randomToken } from "../../platform/crypto.ts";
import { type DeskId, newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePerson } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import { firstDesk } from "../directory/desk-store.ts";
import {
  findSession,
  insertSession,
  revokeAllSessions,
  revokeOldest,
  revokeSession,
  rotateSession,
  type Session,
} from "../directory/session-store.ts";
import { findUser, selectUserByLogin, type User } from "../directory/user-store.ts";
import { refreshRefused, wrongCredentials } from "./errors.ts";
import { verifyPassword } from "./password.ts";
import {
  ACCESS_TOKEN_S,
  isRefreshToken,
  parseRefreshToken,
  refreshToken,
  signAccessToken,
} from "./tokens.ts";

const SESSION_MS = 30 * DAY_MS;
const MAX_SESSIONS = 5;
/** How long the parent of the newest refresh token still gets the same child, so that two tabs both live. */
const PARENT_GRACE_MS = 10 * SECOND_MS;

export interface Origin {
  request_id: string;
  address: string;
  device: string | undefined;
}

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  token_type: "bearer";
  expires_in: number;
  user: User;
}

type Family = Pick<Session, "id" | "user_id" | "desk_id" | "refresh_salt">;

async function tokensOf(
  platform: Platform,
  family: Family,
  generation: number,
  user: User,
): Promise<TokenPair> {
  const claims = { user: family.user_id, session: family.id, desk: family.desk_id };
  return {
    access_token: await signAccessToken(platform, claims),
    refresh_token: await refreshToken(platform.settings.TOKEN_SECRET, family, generation),
    token_type: "bearer",
    expires_in: ACCESS_TOKEN_S,
    user,
  };
}

/**
 * Opens a session on the user's first desk; beyond five sessions the oldest ends. Until the password has fitted, a
 * known account costs no query more than an unknown one.
 */
export async function logIn(platform: Platform, from: Origin, input: { login: string; password: string }) {
  const { clock, db } = platform;
  const user = (await selectUserByLogin(db, input.login))[0];
  const verified = await verifyPassword(input.password, user?.password_hash);
  if (!verified || user?.status !== "active") throw wrongCredentials();
  const desk = await firstDesk(db, user.id);
  if (desk === undefined) throw wrongCredentials();
  const now = clock.now();
  const family: Family = { id: newId("ses"), user_id: user.id, desk_id: desk, refresh_salt: randomToken(16) };
  await changeStanding(
    platform,
    [user.id],
    insertSession(db, {
      ...family,
      rotated_at: now,
      last_seen_at: now,
      proved_at: now,
      device: from.device?.slice(0, 200) ?? null,
      address: from.address,
      created_at: now,
      expires_at: now + SESSION_MS,
    }),
    auditIfChanged(sourceOf(platform, from, family), { action: "session.create", target: family.id }),
    revokeOldest(db, user.id, MAX_SESSIONS, now),
  );
  return await tokensOf(platform, family, 0, user);
}

const sourceOf = (
  { clock, db }: Platform,
  from: Omit<Origin, "device">,
  family: { desk_id: DeskId; user_id: string },
) => ({
  db,
  clock,
  desk: family.desk_id,
  actor: family.user_id,
  request_id: from.request_id,
  address: from.address,
});

/**
 * Exchanges a refresh token for its child. The parent of the newest one gets that same child for ten seconds;
 * any older one was stolen or leaked, so it ends the whole family and leaves an audit row.
 */
export async function refresh(platform: Platform, from: Origin, token: string): Promise<TokenPair> {
  const { clock, db, settings } = platform;
  const parsed = parseRefreshToken(token);
  const session = parsed && (await findSession(db, parsed.session));
  if (!parsed || !session || session.revoked_at !== null || session.expires_at <= clock.now())
    throw refreshRefused();
  if (!(await isRefreshToken(settings.TOKEN_SECRET, session, parsed.generation, token)))
    throw refreshRefused();
  const user = await findUser(db, session.user_id);
  if (user?.status !== "active") throw refreshRefused();
  const child = parsed.generation + 1;
  const rotated = await rotateSession(db, session.id, parsed.generation, clock.now());
  if (rotated || (await isFreshParent(platform, session, parsed.generation))) {
    return await tokensOf(platform, session, child, user);
  }
  await changeStanding(
    platform,
    [session.id],
    revokeSession(db, session.id, "refresh_reuse", clock.now()),
    auditIfChanged(sourceOf(platform, from, session), {
      action: "session.reuse_detected",
      target: session.id,
    }),
  );
  throw refreshRefused();
}

/** Reads the family again, since another tab may have rotated it after our first look. */
async function isFreshParent({ clock, db }: Platform, stale: Session, generation: number): Promise<boolean> {
  const session = await findSession(db, stale.id);
  if (!session || session.revoked_at !== null || session.refresh_generation !== generation + 1) return false;
  return clock.now() - session.rotated_at <= PARENT_GRACE_MS;
}

/** Ends the session that a refresh token belongs to. Silent about tokens that are none. */
export async function logOut(platform: Platform, from: Origin, token: string): Promise<void> {
  const { clock, db, settings } = platform;
  const parsed = parseRefreshToken(token);
  const session = parsed && (await findSession(db, parsed.session));
  if (!parsed || !session) return;
  if (!(await isRefreshToken(settings.TOKEN_SECRET, session, parsed.generation, token))) return;
  await changeStanding(
    platform,
    [session.id],
    revokeSession(db, session.id, "logged_out", clock.now()),
    auditIfChanged(sourceOf(platform, from, session), { action: "session.end", target: session.id }),
  );
}

export async function logOutEverywhere(ctx: Ctx): Promise<void> {
  requirePerson(ctx);
  await changeStanding(
    ctx,
    [ctx.actor],
    revokeAllSessions(ctx.db, ctx.actor, "logged_out", ctx.clock.now()),
    auditIfChanged(ctx, { action: "session.end_all", target: ctx.actor }),
  );
}
