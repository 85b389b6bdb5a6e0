import type { AppContext, Caller } from "../../http/app-env.ts";
import { bearerToken } from "../../http/authentication.ts";
import { sessionCookie } from "../../http/session-cookie.ts";
import type { Platform } from "../../platform/platform.ts";
import { callerByKey } from "../access/key-authentication.ts";
import { looksLikeKey } from "../access/key-secret.ts";
import { callerOfSession } from "../directory/callers.ts";
import { callerOfCookie } from "./browser-session.ts";
import { type AccessClaims, verifyAccessToken } from "./tokens.ts";

/**
 * The caller behind the request's one credential: an access token, an API key or a browser's cookie. Warm, it costs
 * no look-up. Two credentials at once are none.
 */
export async function authenticate(c: AppContext): Promise<Caller | undefined> {
  const header = c.req.header("authorization");
  const key = c.req.header("x-api-key");
  if (header !== undefined && key !== undefined) return undefined;
  if (key !== undefined) return await callerByKey(c.var, key);
  if (header !== undefined) {
    const token = bearerToken(header);
    if (token === undefined) return undefined;
    return looksLikeKey(token) ? await callerByKey(c.var, token) : await callerByToken(c.var.platform, token);
  }
  const cookie = sessionCookie(c);
  return cookie === undefined ? undefined : await callerOfCookie(c, cookie);
}

async function callerByToken(platform: Platform, token: string): Promise<Caller | undefined> {
  const claims = await verifyAccessToken(platform, token);
  const caller = claims && (await callerOf(platform, claims, token));
  if (claims === undefined || caller === undefined) return undefined;
  const ends_at = Math.min(claims.ends_at, caller.standing.ends_at);
  return { ...caller, standing: { ...caller.standing, ends_at } };
}

/** The caller as they stand now: session in force, user active, still a member of the desk. */
export async function callerOf(
  platform: Platform,
  { desk, session, user }: AccessClaims,
  credential: string,
): Promise<Caller | undefined> {
  const caller = (await callerOfSession(platform, credential, session, desk))?.caller;
  return caller?.user === user ? caller : undefined;
}
