import { z } from "zod";
import type { AppContext } from "../../http/app-env.ts";
import { COOKIE_SESSION_MS } from "../../http/session-cookie.ts";
import { networkOf } from "../../platform/addresses.ts";
import { DAY_MS } from "../../platform/clock.ts";
import { randomToken } from "../../platform/crypto.ts";
import { type DeskId, newId, type UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Attempt, forgiveStatements } from "../access/guard.ts";
import { auditIfChanged } from "../audit/record.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { changeStanding } from "../directory/callers.ts";
import { endChallenge } from "../directory/challenge-store.ts";
import { knowNetworkIfChanged } from "../directory/guard-store.ts";
import { type CameBy, insertSessionIfStill, revokeOldest, type Session } from "../directory/session-store.ts";
import type { User } from "../directory/user-store.ts";
import { ACCESS_TOKEN_S, refreshToken, signAccessToken } from "./tokens.ts";

const TOKEN_SESSION_MS = 30 * DAY_MS;
const MAX_SESSIONS = 5;

/** Where a request came from, as a session and the audit trail keep it. */
export interface Origin {
  request_id: string;
  address: string;
  device: string | undefined;
  place: string | undefined;
}

/** What Cloudflare tells of an address; a program on this machine has no place. */
const placeShape = z.object({ city: z.string().optional(), country: z.string().optional() });

export function originOf(c: AppContext): Origin {
  const { city, country } = placeShape.safeParse(c.req.raw.cf).data ?? {};
  const known = [city, country].filter((part) => part !== undefined);
  return {
    request_id: c.var.requestId,
    address: c.var.address,
    device: c.req.header("user-agent"),
    place: known.length > 0 ? known.join(", ") : undefined,
  };
}

/** What audit rows say of somebody who has no context yet: at the door, or by a mailed proof. */
export const sourceOf = (
  { clock, db }: Platform,
  { address, request_id }: Pick<Origin, "address" | "request_id">,
  desk: DeskId,
  actor: UserId,
) => ({ db, clock, desk, actor, request_id, address });

export type Family = Pick<Session, "id" | "user_id" | "desk_id" | "refresh_salt">;

export interface Opened {
  family: Family;
  user: User;
  kind: "token" | "cookie";
}

interface Arrival {
  user: User;
  desk: DeskId;
  kind: "token" | "cookie";
  networks: string[];
  by: CameBy;
}

/**
 * Opens a session for somebody who has just proved who they are, by every proof that their account asks for; undefined
 * where the proof has ended meanwhile. Beyond five the oldest ends. A network that is new to somebody who has others
 * is told to them by mail.
 */
export async function openSession(
  platform: Platform,
  from: Origin,
  { by, desk, kind, networks, user }: Arrival,
  attempt: Attempt,
): Promise<Opened | undefined> {
  const { clock, db } = platform;
  const now = clock.now();
  const network = networkOf(from.address);
  const family: Family = { id: newId("ses"), user_id: user.id, desk_id: desk, refresh_salt: randomToken(16) };
  const session = {
    ...family,
    kind,
    rotated_at: now,
    last_seen_at: now,
    proved_at: now,
    device: from.device?.slice(0, 200) ?? null,
    address: from.address,
    place: from.place ?? null,
    created_at: now,
    expires_at: now + (kind === "cookie" ? COOKIE_SESSION_MS : TOKEN_SESSION_MS),
  };
  const isNew = networks.length > 0 && !networks.includes(network);
  const mail = isNew ? newSignInMail(user, desk, from, now) : undefined;
  const opened = await changeStanding(
    platform,
    [user.id],
    insertSessionIfStill(db, session, by),
    auditIfChanged(sourceOf(platform, from, desk, user.id), { action: "session.create", target: family.id }),
    ...(mail === undefined ? [] : [insertMailIfChanged(db, mail)]),
    knowNetworkIfChanged(db, user.id, network, now),
    revokeOldest(db, user.id, MAX_SESSIONS, now),
    ...forgiveStatements(platform, attempt),
    ...("challenge" in by ? [endChallenge(db, by.challenge)] : []),
  );
  if (!opened) return undefined;
  if (mail !== undefined) sendMailSoon(platform, mail.id);
  return { family, user, kind };
}

const newSignInMail = (user: User, desk: DeskId, from: Origin, now: number) => ({
  id: newId("mai"),
  desk,
  recipient: user.email,
  content: {
    template: "new_sign_in" as const,
    username: user.username,
    device: from.device?.slice(0, 200) ?? "an unnamed program",
    place: from.place ?? "an unknown place",
    address: from.address,
  },
  now,
});

export interface TokenPair {
  access_token: string;
  refresh_token: string;
  token_type: "bearer";
  expires_in: number;
  user: User;
}

/** The access token of a session's family on its desk, and the refresh token of this generation. */
export async function tokensOf(
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
