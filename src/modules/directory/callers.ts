import type { Caller, Profile } from "../../http/app-env.ts";
import { MINUTE_MS } from "../../platform/clock.ts";
import { type Database, runBatch, type Statement } from "../../platform/database.ts";
import type { DeskId, KeyId, SessionId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { keyUsed } from "./key-store.ts";
import { sessionSeen } from "./session-store.ts";
import {
  announceStanding,
  type KeyStanding,
  type SessionStanding,
  selectKeyStanding,
  selectSessionStanding,
} from "./standing-store.ts";
import { Standings } from "./standings.ts";

/** A caller with what only the way in needs to see. */
export interface Identified {
  caller: Caller;
  /** Of a session: what its cookie and CSRF token are made with. */
  salt?: string;
  /** Of a key: the networks that it may be used from; none means all. */
  allowed_addresses?: string[];
}

/** Whoever is known by one of these is looked up anew once it was announced. */
export type Subject = UserId | DeskId | SessionId | KeyId | `${DeskId}/${UserId}`;
export const memberSubject = (desk: DeskId, user: UserId): Subject => `${desk}/${user}`;

const standings = new Standings<Identified>();
/** `last seen` and `last used` are kept this exactly, for one write in that time. */
const SEEN_EVERY_MS = 5 * MINUTE_MS;

/** The caller of a session that is in force, on that desk or on the session's own; `credential` is its token or cookie. */
export async function callerOfSession(
  platform: Platform,
  credential: string,
  session: SessionId,
  desk: DeskId | undefined,
): Promise<Identified | undefined> {
  const found = await standings.find(platform, credential, async () => {
    const [row] = await selectSessionStanding(platform.db, session, desk);
    if (row === undefined || !isInForce(row)) return undefined;
    const now = platform.clock.now();
    if (now - row.last_seen_at >= SEEN_EVERY_MS) platform.defer(sessionSeen(platform.db, session, now));
    const value = { caller: sessionCaller(session, row), salt: row.refresh_salt };
    return { value, subjects: subjectsOf(value.caller), ends_at: row.expires_at };
  });
  return found && withPosition(found);
}

/** The caller of an API key that is in force, by the hash of its secret. */
export async function callerOfKey(platform: Platform, hash: string): Promise<Identified | undefined> {
  const found = await standings.find(platform, hash, async () => {
    const [row] = await selectKeyStanding(platform.db, hash);
    if (row === undefined || !isActive(row) || row.revoked_at !== null) return undefined;
    const now = platform.clock.now();
    if (now - (row.last_used_at ?? 0) >= SEEN_EVERY_MS) platform.defer(keyUsed(platform.db, row.id, now));
    const grace = row.hash === hash ? Number.POSITIVE_INFINITY : (row.previous_until ?? 0);
    const ends_at = Math.min(row.expires_at ?? Number.POSITIVE_INFINITY, grace);
    const value = { caller: keyCaller(row, ends_at), allowed_addresses: row.allowed_addresses };
    return { value, subjects: subjectsOf(value.caller), ends_at };
  });
  return found && withPosition(found);
}

/** The caller's session as D1 has it at this moment, past every cache; undefined once it is not in force. */
export async function freshSessionCaller(
  { clock, db }: Pick<Platform, "clock" | "db">,
  session: SessionId,
  desk: DeskId,
): Promise<Caller | undefined> {
  const [row] = await selectSessionStanding(db, session, desk);
  if (row === undefined || !isInForce(row) || row.expires_at <= clock.now()) return;
  return sessionCaller(session, row);
}

/**
 * Runs the batch of a change of how somebody stands, and announces it in the same batch: it holds for the next call
 * here, and within two seconds in every other isolate. Tells whether the first statement changed a row.
 */
export async function changeStanding(
  { clock, db }: { clock: Platform["clock"]; db: Database },
  subjects: readonly [Subject, ...Subject[]],
  ...statements: [Statement, ...Statement[]]
): Promise<boolean> {
  try {
    return await runBatch(db, ...statements, announceStanding(db, subjects, clock.now()));
  } finally {
    standings.distrust();
  }
}

/** Lets this isolate ask the feed before it trusts anything again. */
export const distrustStandings = (): void => standings.distrust();

type Person = SessionStanding | KeyStanding;

const isActive = ({ closed_at, status }: Person): boolean => status === "active" && closed_at === null;

/** A session that nobody ended; a borrowed view only while its borrower is a super admin. */
const isInForce = (row: SessionStanding): boolean =>
  isActive(row) &&
  row.revoked_at === null &&
  (row.impersonator === null || row.impersonator_role === "super_admin");

/** All whose change makes what is known of the caller worthless. */
export function subjectsOf({
  credential,
  desk,
  user,
}: Pick<Caller, "credential" | "desk" | "user">): Subject[] {
  const borrower = credential.kind === "session" ? credential.impersonator : null;
  const others: Subject[] = borrower === null ? [] : [borrower];
  return [credential.id, user, desk, memberSubject(desk, user), ...others];
}

const withPosition = ({ seq, value }: { value: Identified; seq: number }): Identified => ({
  ...value,
  caller: { ...value.caller, standing: { ...value.caller.standing, seq } },
});

function callerOf(row: Person, credential: Caller["credential"], ends_at: number): Caller {
  return {
    user: row.user_id,
    desk: row.desk_id,
    role: row.role,
    plan: row.plan,
    platform_role: row.platform_role,
    email_verified: row.email_verified_at !== null,
    credential,
    standing: { ends_at, seq: standings.position },
    profile: profileOf(row),
  };
}

function profileOf(row: Person): Profile {
  const { created_at, desk_created_at, desk_name, desk_version, email, full_name, username, version } = row;
  return { created_at, desk_created_at, desk_name, desk_version, email, full_name, username, version };
}

const sessionCaller = (id: SessionId, row: SessionStanding): Caller =>
  callerOf(
    row,
    {
      kind: "session",
      id,
      cookie: row.kind === "cookie",
      impersonator: row.impersonator,
      proved_at: row.proved_at,
    },
    row.expires_at,
  );

const keyCaller = (row: KeyStanding, ends_at: number): Caller =>
  callerOf(
    row,
    { kind: "key", id: row.id, scopes: row.scopes, rate_multiplier: row.rate_multiplier },
    ends_at,
  );
