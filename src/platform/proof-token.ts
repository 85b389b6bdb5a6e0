import { hmacBase64url, sameSecret } from "./crypto.ts";
import { type Id, type IdPrefix, isId } from "./ids.ts";

/**
 * `<subject>.<proof>`: an HMAC over what the token is for and whom it is about, most often the id of the row that knows
 * its end. The row holds nothing that makes the token, and the token can be made again wherever a mail is rendered.
 */
export async function proofToken(secret: string, purpose: string, subject: string): Promise<string> {
  return `${subject}.${await hmacBase64url(secret, `${purpose}:${subject}`)}`;
}

/** The subject of a token that we made for this purpose, or undefined; the work is the same for every token. */
export async function subjectOfProofToken(
  secret: string,
  purpose: string,
  token: string,
): Promise<string | undefined> {
  const subject = token.split(".", 1)[0] ?? "";
  return sameSecret(await proofToken(secret, purpose, subject), token) ? subject : undefined;
}

/** The id in a token that we made for this purpose, or undefined. Nothing is looked up for a forged one. */
export async function idOfProofToken<P extends IdPrefix>(
  secret: string,
  purpose: string,
  prefix: P,
  token: string,
): Promise<Id<P> | undefined> {
  const id = await subjectOfProofToken(secret, purpose, token);
  return id !== undefined && isId(prefix, id) ? id : undefined;
}
