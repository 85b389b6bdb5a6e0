import type { AppContext, Caller } from "../../http/app-env.ts";
import { isOpen } from "../../http/authentication.ts";
import { Problem } from "../../http/problem.ts";
import { hmacBase64url, sameSecret } from "../../platform/crypto.ts";
import { isId, type SessionId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { callerOfSession } from "../directory/callers.ts";

const COOKIE_SHAPE = /^(ses_[0-9a-f]{32})\.[\w-]{43}$/;
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

interface Family {
  id: SessionId;
  refresh_salt: string;
}

/** `<session>.<proof>`: as with refresh tokens, nothing that is stored makes one. */
export async function cookieOf({ settings }: Platform, { id, refresh_salt }: Family): Promise<string> {
  return `${id}.${await hmacBase64url(settings.TOKEN_SECRET, `cookie:${id}:${refresh_salt}`)}`;
}

/** What a page must send as `X-CSRF-Token` with everything that changes something. */
export async function csrfTokenOf({ settings }: Platform, { id, refresh_salt }: Family): Promise<string> {
  return await hmacBase64url(settings.TOKEN_SECRET, `csrf:${id}:${refresh_salt}`);
}

/**
 * The caller of a browser's session. What changes something must come from a page of ours and carry the session's
 * CSRF token: the cookie alone proves only that the browser has it.
 */
export async function callerOfCookie(c: AppContext, cookie: string): Promise<Caller | undefined> {
  const { platform } = c.var;
  const session = COOKIE_SHAPE.exec(cookie)?.[1] ?? "";
  if (!isId("ses", session)) return undefined;
  const known = await callerOfSession(platform, cookie, session, undefined);
  if (known?.salt === undefined || known.caller.credential.kind !== "session") return undefined;
  const family = { id: session, refresh_salt: known.salt };
  if (!known.caller.credential.cookie) return undefined;
  if (!sameSecret(await cookieOf(platform, family), cookie)) return undefined;
  const forged = SAFE_METHODS.has(c.req.method) ? undefined : await forgeryOf(c, family);
  if (forged === undefined) return known.caller;
  // Where nobody needs a session, as at a log-in, a stale cookie is in nobody's way.
  if (isOpen(c)) return undefined;
  throw forged;
}

async function forgeryOf(c: AppContext, family: Family): Promise<Problem | undefined> {
  const { platform } = c.var;
  const origin = c.req.header("origin");
  if (origin === undefined || !platform.settings.ALLOWED_ORIGINS.includes(origin)) {
    return new Problem(
      403,
      "access.foreign_origin",
      "A cookie counts only from a page of an allowed origin.",
    );
  }
  const sent = c.req.header("x-csrf-token") ?? "";
  if (sameSecret(await csrfTokenOf(platform, family), sent)) return undefined;
  return new Problem(403, "access.csrf", "Send the session's `csrf_token` as `X-CSRF-Token`.");
}
