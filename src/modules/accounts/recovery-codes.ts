import { hmacBase64url } from "../../platform/crypto.ts";
import type { UserId } from "../../platform/ids.ts";

/** Crockford's base 32: no I, L, O and U, so that nothing is misread. Five bits a character, 80 bits a code. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const COUNT = 10;
const SHAPE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** A set of codes to show once, in groups, and what is kept of them. */
export async function newRecoveryCodes(secret: string, user: UserId) {
  const codes = Array.from({ length: COUNT }, newRecoveryCode);
  const hashes = await Promise.all(codes.map((code) => recoveryCodeHash(secret, user, code)));
  return { codes: codes.map((code) => code.replace(/.{4}(?=.)/g, "$&-")), hashes };
}

function newRecoveryCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** The code as it is hashed, however it was written down; undefined where it has not the form of one. */
export function canonicalRecoveryCode(text: string): string | undefined {
  const bare = text.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return SHAPE.test(bare) ? bare : undefined;
}

/** Keyed, so that a stolen database alone allows no guessing; of the user, so that equal codes don't show. */
export async function recoveryCodeHash(secret: string, user: UserId, canonical: string): Promise<string> {
  return await hmacBase64url(secret, `recovery:${user}:${canonical}`);
}
