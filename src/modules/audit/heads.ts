import { base64url, CompactSign, compactVerify, importJWK } from "jose";
import { z } from "zod";

const ALGORITHM = "EdDSA";

/** The end of a chain at some moment: how many rows it has, and the hash that stands for all of them. */
export interface Head {
  desk: string;
  seq: number;
  hash: string;
  /** When it was signed, in ms. */
  at: number;
}

export interface SignedHead extends Head {
  /** A compact JWS of the above. */
  signature: string;
}

/**
 * What a signature is for. A `row` ends a seal and stays with its row; an `export` closes one export, so that no
 * row's signature can close a file whose tail was cut.
 */
export const HEAD_TYPES = { row: "bourse-audit-head", export: "bourse-audit-export" } as const;
export type HeadType = keyof typeof HEAD_TYPES;

export interface PublicKey {
  kty: "OKP";
  crv: "Ed25519";
  kid: string;
  x: string;
}

/** The keys that signatures are checked by, by their `kid`. */
export type KeyRing = ReadonlyMap<string, CryptoKey | Uint8Array>;

/** Imports the public halves alone, whatever else the keys have. */
export async function openKeys(keys: readonly PublicKey[]): Promise<KeyRing> {
  const opened = keys.map(
    async ({ crv, kid, kty, x }) => [kid, await importJWK({ crv, kty, x }, ALGORITHM)] as const,
  );
  return new Map(await Promise.all(opened));
}

const headShape = z.strictObject({
  desk: z.string(),
  seq: z.int().min(0),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.int(),
});

export async function signHead(
  key: PublicKey & { d: string },
  type: HeadType,
  head: Head,
): Promise<SignedHead> {
  const { at, desk, hash, seq } = head;
  const { crv, d, kid, kty, x } = key;
  const signature = await new CompactSign(new TextEncoder().encode(JSON.stringify({ desk, seq, hash, at })))
    .setProtectedHeader({ alg: ALGORITHM, typ: HEAD_TYPES[type], kid })
    .sign(await importJWK({ crv, d, kty, x }, ALGORITHM));
  return { desk, seq, hash, at, signature };
}

/** What one of our keys signed for one of these purposes, or undefined. The signature chooses neither key nor algorithm. */
export async function verifyHead(
  keys: KeyRing,
  types: readonly HeadType[],
  signature: string,
): Promise<Head | undefined> {
  if (!isCanonical(signature)) return undefined;
  try {
    const { payload, protectedHeader } = await compactVerify(
      signature,
      ({ kid }) => {
        const key = keys.get(kid ?? "");
        if (key === undefined) throw new Error("unknown kid");
        return key;
      },
      { algorithms: [ALGORITHM] },
    );
    if (!types.some((type) => HEAD_TYPES[type] === protectedHeader.typ)) return undefined;
    return headShape.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return undefined;
  }
}

/** What a signature claims, proven by nothing. */
export function claimedHead(signature: string): Head | undefined {
  try {
    const payload = base64url.decode(signature.split(".")[1] ?? "");
    return headShape.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    return undefined;
  }
}

/** Base64url leaves bits of a last character unused; only the spelling with zeroes in them is a signature of ours. */
function isCanonical(jws: string): boolean {
  const signature = jws.split(".")[2] ?? "";
  try {
    return base64url.encode(base64url.decode(signature)) === signature;
  } catch {
    return false;
  }
}
