import { hmacBase64url, sameSecret } from "./crypto.ts";
import { type Id, type IdPrefix, isId } from "./ids.ts";

/**
 * `<id>.<proof>`: an HMAC over what the token is for and the id of the row that knows its end. The row holds nothing
 * that makes the token, and the token can be made again wherever a mail is rendered.
 */
export async function proofToken(secret: string, purpose: string, id: string): Promise<string> {
  return `${id}.${await hmacBase64url(secret, `${purpose}:${id}`)}`;
}

/** The id in a token that we made for this purpose, or undefined. Nothing is looked up for a forged one. */
export async function idOfProofToken<P extends IdPrefix>(
  secret: string,
  purpose: string,
  prefix: P,
  token: string,
): Promise<Id<P> | undefined> {
  const id = token.split(".", 1)[0] ?? "";
  if (!isId(prefix, id)) return undefined;
  return sameSecret(await proofToken(secret, purpose, id), token) ? id : undefined;
}
