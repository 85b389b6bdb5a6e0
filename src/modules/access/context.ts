import type { AppContext, Caller, Credential, Profile, Standing } from "../../http/app-env.ts";
import { notAllowed, notAuthenticated } from "../../http/problem.ts";
import { MINUTE_MS } from "../../platform/clock.ts";
import type { DeskId, KeyId, SessionId, UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { freshSessionCaller } from "../directory/callers.ts";
import { isRole, type Plan, planOf, type Role } from "../directory/policy.ts";
import { emailUnverified, personNeeded, proofNeeded } from "./errors.ts";
import {
  type GuardedPermission,
  guardsOf,
  isGrantableToKeys,
  type Permission,
  PLATFORM_PERMISSIONS,
  type PlainPermission,
  ROLE_PERMISSIONS,
} from "./permissions.ts";

/** What a use case needs to know: who acts, for which desk, with which rights, on which platform. */
export interface Ctx extends Platform {
  desk: DeskId;
  actor: UserId;
  /** The person's session, or the key of a program that acts for them. */
  credential: Credential;
  standing: Standing;
  role: Role;
  plan: Plan;
  profile: Profile;
  email_verified: boolean;
  permissions: ReadonlySet<Permission>;
  request_id: string;
  address: string;
  /** The super admin who borrows the actor's view, and the key that acts: both go into the audit trail. */
  impersonator: UserId | null;
  key: KeyId | null;
}

/** The context of a request whose caller is known; 401 otherwise. */
export function contextOf(c: AppContext): Ctx {
  const { address, caller, platform, requestId } = c.var;
  if (caller === undefined) throw notAuthenticated();
  return contextFor(platform, caller, { request_id: requestId, address });
}

/** The same for a caller who is known by other means than the request's own credential. */
export function contextFor(
  platform: Platform,
  caller: Caller,
  from: { request_id: string; address: string },
): Ctx {
  const { credential } = caller;
  const { clock, cost, defer, env, files, log, settings } = platform;
  return {
    ...{ clock, cost, defer, env, files, log, settings },
    // Opened by whoever asks for it: a caller who is known may need none.
    get db() {
      return platform.db;
    },
    desk: caller.desk,
    actor: caller.user,
    credential,
    standing: caller.standing,
    role: roleOf(caller),
    plan: planOf(caller.plan),
    profile: caller.profile,
    email_verified: caller.email_verified,
    permissions: permissionsOf(caller),
    impersonator: credential.kind === "session" ? credential.impersonator : null,
    key: credential.kind === "key" ? credential.id : null,
    ...from,
  };
}

const roleOf = ({ role }: Caller): Role => (isRole(role) ? role : "viewer");

/**
 * What the caller may do: their role's permissions, a super admin's besides; of a key no more than its scopes; and
 * whoever borrows somebody's view sees what a viewer sees, so that no admin's rights can be borrowed.
 */
export function permissionsOf(caller: Caller): ReadonlySet<Permission> {
  const { credential } = caller;
  if (credential.kind === "session" && credential.impersonator !== null) return ROLE_PERMISSIONS.viewer;
  const held = ROLE_PERMISSIONS[roleOf(caller)];
  if (credential.kind === "key") {
    const scopes = credential.scopes.filter(isGrantableToKeys);
    return new Set(scopes.filter((scope) => held.has(scope)));
  }
  return caller.platform_role === "super_admin" ? held.union(PLATFORM_PERMISSIONS) : held;
}

/** The first line of every use case. */
export function requirePermission(ctx: Ctx, permission: PlainPermission): void {
  if (!ctx.permissions.has(permission)) throw notAllowed(permission);
}

/** How long a proof of who one is lasts for what needs a recent one. */
export const PROOF_MS = 15 * MINUTE_MS;

/**
 * The first line of a use case that moves money, keys or rights: asks D1 itself how the caller stands, past every
 * cache, and then for what the permission's guards want.
 */
export async function authorize(ctx: Ctx, permission: GuardedPermission): Promise<void> {
  if (!ctx.permissions.has(permission)) throw notAllowed(permission);
  const session = requirePerson(ctx);
  const caller = await freshSessionCaller(ctx, session, ctx.desk);
  if (caller === undefined) throw notAuthenticated();
  if (!permissionsOf(caller).has(permission)) throw notAllowed(permission);
  const guards = guardsOf(permission);
  if (guards.includes("verified_email") && !caller.email_verified) throw emailUnverified();
  if (guards.includes("recent_proof")) requireRecentProof(ctx, caller.credential);
}

/** The caller's session, where only a person may act: no key, and nobody who borrows their view. */
export function requirePerson({ credential }: Ctx): SessionId {
  if (credential.kind !== "session" || credential.impersonator !== null) throw personNeeded();
  return credential.id;
}

/** The same, and they have proved who they are of late; asks D1, since another isolate may have seen the proof. */
export async function requireProvenPerson(ctx: Ctx): Promise<SessionId> {
  const session = requirePerson(ctx);
  const caller = await freshSessionCaller(ctx, session, ctx.desk);
  if (caller === undefined) throw notAuthenticated();
  requireRecentProof(ctx, caller.credential);
  return session;
}

function requireRecentProof({ clock }: Ctx, credential: Credential): void {
  if (credential.kind !== "session" || clock.now() - credential.proved_at > PROOF_MS) throw proofNeeded();
}
