import type { AppContext, Caller } from "../../http/app-env.ts";
import { bearerToken } from "../../http/authentication.ts";
import type { Platform } from "../../platform/platform.ts";
import { findStanding } from "./store.ts";
import { type AccessClaims, verifyAccessToken } from "./tokens.ts";

/** The caller behind the request's bearer token: a signature check and one indexed read. */
export async function authenticate(c: AppContext): Promise<Caller | undefined> {
  const token = bearerToken(c.req.header("authorization"));
  const claims = token === undefined ? undefined : await verifyAccessToken(c.var.platform, token);
  return claims && (await callerOf(c.var.platform, claims));
}

/** The caller as they stand now: session in force, user active, still a member of the desk. */
export async function callerOf({ clock, db }: Platform, claims: AccessClaims): Promise<Caller | undefined> {
  const standing = await findStanding(db, claims.session, claims.desk);
  if (!standing || standing.user_id !== claims.user || standing.status !== "active") return undefined;
  if (standing.revoked_at !== null || standing.expires_at <= clock.now()) return undefined;
  return { ...claims, role: standing.role, email_verified: standing.email_verified_at !== null };
}
