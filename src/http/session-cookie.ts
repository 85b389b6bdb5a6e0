import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { HOUR_MS, SECOND_MS } from "../platform/clock.ts";
import type { AppContext } from "./app-env.ts";

/** `__Host-` binds it to this host, this path and TLS; browsers count 127.0.0.1 as safe. */
const COOKIE = "__Host-bourse";
const ATTRIBUTES = { path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;
export const COOKIE_SESSION_MS = 12 * HOUR_MS;

export const sessionCookie = (c: AppContext): string | undefined => getCookie(c, COOKIE);

export function setSessionCookie(c: AppContext, value: string): void {
  setCookie(c, COOKIE, value, { ...ATTRIBUTES, maxAge: COOKIE_SESSION_MS / SECOND_MS });
}

export function dropSessionCookie(c: AppContext): void {
  deleteCookie(c, COOKIE, ATTRIBUTES);
}
