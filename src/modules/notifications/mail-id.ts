import { sha256Hex } from "../../platform/crypto.ts";
import type { MailId } from "../../platform/ids.ts";

/** The id of the mail that tells this user this: the same however often it is made. */
export async function mailIdOf(user: string, what: string): Promise<MailId> {
  return `mai_${(await sha256Hex(`${user}:${what}`)).slice(0, 32)}`;
}
