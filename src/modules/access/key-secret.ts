import { crc32 } from "node:zlib";

/**
 * `bk_live_` + eight characters that name the key + 32 that nobody can guess (190 bits) + six of a checksum over all
 * before it, so that a mistyped key, or one of somebody else's, is known for none without a look-up.
 */
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const MARK = "bk_live_";
const NAME_LENGTH = 8;
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const SHAPE = new RegExp(`^${MARK}[0-9A-Za-z]{${NAME_LENGTH + SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

/** CRC-32 in base 62, padded. It finds errors; it proves nothing. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = "";
  while (digits.length < CHECKSUM_LENGTH) {
    digits = (ALPHABET[rest % 62] ?? "") + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

export function newKeySecret(): string {
  const body = MARK + randomText(NAME_LENGTH + SECRET_LENGTH);
  return body + checksumOf(body);
}

/** Whether the text has the form of a key, whoever's it is. */
export const looksLikeKey = (text: string): boolean => text.startsWith(MARK);

export function isKeySecret(text: string): boolean {
  return SHAPE.test(text) && checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/** What may be shown of a key for ever: its mark and name. */
export const prefixOf = (secret: string): string => secret.slice(0, MARK.length + NAME_LENGTH);

/** Uniform over the alphabet: bytes that would favour its beginning are thrown away. */
function randomText(length: number): string {
  let text = "";
  while (text.length < length) {
    const bytes = crypto.getRandomValues(new Uint8Array(2 * length));
    for (const byte of bytes) if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
  }
  return text;
}
