import { SECOND_MS } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { countFailure } from "../access/guard.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import {
  findFamily,
  findSession,
  revokeSession,
  rotateSession,
  type Session,
} from "../directory/session-store.ts";
import type { User } from "../directory/user-store.ts";
import { refreshRefused } from "./errors.ts";
import { type Origin, sourceOf, type TokenPair, tokensOf } from "./open-session.ts";
import { isRefreshToken, parseRefreshToken } from "./tokens.ts";

/** How long the parent of the newest refresh token still gets the same child, so that two tabs both live. */
const PARENT_GRACE_MS = 10 * SECOND_MS;

/**
 * Exchanges a refresh token for its child. The parent of the newest one gets that same child for ten seconds;
 * any older one was stolen or leaked, so it ends the whole family, leaves an audit row and is told by mail.
 */
export async function refresh(platform: Platform, from: Origin, token: string): Promise<TokenPair> {
  const { clock, db } = platform;
  const found = await familyOf(platform, token);
  if (found === undefined) {
    // Locks what is no token in force: one that is can't be guessed, and its network may be shared with strangers.
    await countFailure(platform, "refresh", from.address);
    throw refreshRefused();
  }
  const { desk, generation, session, user } = found;
  const rotated = await rotateSession(db, session.id, generation, clock.now());
  if (rotated || (await isFreshParent(platform, session, generation))) {
    return await tokensOf(platform, { ...session, desk_id: desk }, generation + 1, user);
  }
  await endStolen(platform, from, session, user);
  throw refreshRefused();
}

/** The session in force that the token belongs to, with its active user; nothing for a token that we never made. */
async function familyOf({ clock, db, settings }: Platform, token: string) {
  const parsed = parseRefreshToken(token);
  const family = parsed && (await findFamily(db, parsed.session));
  if (!parsed || !family || family.user.status !== "active" || family.session.kind !== "token")
    return undefined;
  if (family.session.revoked_at !== null || family.session.expires_at <= clock.now()) return undefined;
  const { generation } = parsed;
  const ours = await isRefreshToken(settings.TOKEN_SECRET, family.session, generation, token);
  return ours ? { ...family, generation } : undefined;
}

/** Reads the family again, since another tab may have rotated it after our first look. */
async function isFreshParent({ clock, db }: Platform, stale: Session, generation: number): Promise<boolean> {
  const session = await findSession(db, stale.id);
  if (!session || session.revoked_at !== null || session.refresh_generation !== generation + 1) return false;
  return clock.now() - session.rotated_at <= PARENT_GRACE_MS;
}

async function endStolen(platform: Platform, from: Origin, session: Session, user: User): Promise<void> {
  const { clock, db } = platform;
  const now = clock.now();
  const source = sourceOf(platform, from, session.desk_id, user.id);
  const mail = newId("mai");
  await changeStanding(
    platform,
    [session.id],
    revokeSession(db, session.id, "refresh_reuse", now),
    auditIfChanged(source, { action: "session.reuse_detected", target: session.id }),
    insertMailIfChanged(db, {
      id: mail,
      desk: session.desk_id,
      recipient: user.email,
      content: { template: "refresh_reuse", username: user.username },
      now,
    }),
  );
  sendMailSoon(platform, mail);
}

/** Ends the session that a refresh token belongs to. Silent about tokens that are none. */
export async function logOut(platform: Platform, from: Origin, token: string): Promise<void> {
  const { clock, db } = platform;
  const session = (await familyOf(platform, token))?.session;
  if (session === undefined) return;
  await changeStanding(
    platform,
    [session.id],
    revokeSession(db, session.id, "logged_out", clock.now()),
    auditIfChanged(sourceOf(platform, from, session.desk_id, session.user_id), {
      action: "session.end",
      target: session.id,
    }),
  );
}
