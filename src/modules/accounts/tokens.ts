import { importJWK, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import type { Settings, SigningKey } from "../../env.ts";
import { MINUTE_MS, SECOND_MS } from "../../platform/clock.ts";
import { hmacBase64url, sameSecret } from "../../platform/crypto.ts";
import { type DeskId, idSchema, isId, type SessionId, type UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";

export const ACCESS_TOKEN_S = (15 * MINUTE_MS) / SECOND_MS;
const ALGORITHM = "EdDSA" as const;
const TYPE = "at+jwt";
const AUDIENCE = "bourse";

export interface AccessClaims {
  user: UserId;
  session: SessionId;
  desk: DeskId;
}

/** The claims of a token that was verified, and when it ends, in ms. */
export type VerifiedClaims = AccessClaims & { ends_at: number };

const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();

function cryptoKey(key: SigningKey, part: "private" | "public") {
  const name = `${part}:${key.kid}:${key.x}`;
  const known = imported.get(name);
  if (known) return known;
  const { d, ...open } = key;
  const made = importJWK(part === "private" ? { ...open, d } : open, ALGORITHM);
  imported.set(name, made);
  return made;
}

export async function signAccessToken({ settings, clock }: Platform, claims: AccessClaims): Promise<string> {
  const [active] = settings.SIGNING_KEYS;
  if (active === undefined) throw new Error("SIGNING_KEYS is empty");
  const now_s = Math.floor(clock.now() / SECOND_MS);
  return await new SignJWT({ sid: claims.session, dsk: claims.desk })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: active.kid })
    .setSubject(claims.user)
    .setIssuer(settings.PUBLIC_ORIGIN)
    .setAudience(AUDIENCE)
    .setIssuedAt(now_s)
    .setNotBefore(now_s)
    .setExpirationTime(now_s + ACCESS_TOKEN_S)
    .sign(await cryptoKey(active, "private"));
}

const claimShape = z.object({
  sub: idSchema("usr"),
  sid: idSchema("ses"),
  dsk: idSchema("dsk"),
  exp: z.number(),
  nbf: z.number(),
});

interface Verified {
  claims: VerifiedClaims;
  nbf_s: number;
  exp_s: number;
}

/** Tokens whose signature this isolate has checked by these keys; the newest few, so that it stays small. */
const verified = new WeakMap<Settings, Map<string, Verified>>();
const MAX_VERIFIED = 2_000;

/** The claims of a token that we signed and that is in force, or undefined. The token chooses no algorithm. */
export async function verifyAccessToken(
  { settings, clock }: Platform,
  token: string,
): Promise<VerifiedClaims | undefined> {
  const known = verified.get(settings) ?? new Map<string, Verified>();
  verified.set(settings, known);
  const found = known.get(token) ?? (await checkSignature(settings, clock.now(), token));
  if (found === undefined) return undefined;
  if (known.size >= MAX_VERIFIED) known.clear();
  known.set(token, found);
  const now_s = Math.floor(clock.now() / SECOND_MS);
  return found.nbf_s <= now_s && now_s < found.exp_s ? found.claims : undefined;
}

async function checkSignature(settings: Settings, now: number, token: string): Promise<Verified | undefined> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = settings.SIGNING_KEYS.find((each) => each.kid === kid);
        if (key === undefined) throw new Error("unknown kid");
        return await cryptoKey(key, "public");
      },
      {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: settings.PUBLIC_ORIGIN,
        audience: AUDIENCE,
        requiredClaims: ["exp", "nbf"],
        currentDate: new Date(now),
      },
    );
    const { dsk, exp, nbf, sid, sub } = claimShape.parse(payload);
    const claims = { user: sub, session: sid, desk: dsk, ends_at: exp * SECOND_MS };
    return { claims, nbf_s: nbf, exp_s: exp };
  } catch {
    return undefined;
  }
}

export interface RefreshFamily {
  id: SessionId;
  refresh_salt: string;
}

/**
 * `brt_<session>.<generation>.<proof>`. The proof is an HMAC, so the child of a token can be made again for a
 * second tab, a stolen database makes none, and every old generation is known for what it is.
 */
export async function refreshToken(
  secret: string,
  family: RefreshFamily,
  generation: number,
): Promise<string> {
  const proof = await hmacBase64url(secret, `refresh:${family.id}:${generation}:${family.refresh_salt}`);
  return `brt_${family.id}.${generation}.${proof}`;
}

export function parseRefreshToken(token: string): { session: SessionId; generation: number } | undefined {
  const [, session, generation] = /^brt_(ses_[0-9a-f]{32})\.(\d{1,9})\.[\w-]{43}$/.exec(token) ?? [];
  if (session === undefined || generation === undefined || !isId("ses", session)) return undefined;
  return { session, generation: Number(generation) };
}

export async function isRefreshToken(
  secret: string,
  family: RefreshFamily,
  generation: number,
  token: string,
) {
  return sameSecret(await refreshToken(secret, family, generation), token);
}
