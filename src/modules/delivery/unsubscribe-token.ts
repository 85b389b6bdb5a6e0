import { sameSecret } from "../../platform/crypto.ts";
import { type DeskId, isId, type UserId } from "../../platform/ids.ts";
import { proofToken } from "../../platform/proof-token.ts";
import { TOPICS, type Topic } from "./policy.ts";

/** One reader's mail of one desk about one topic: all that a token can switch off. */
export interface Subscription {
  user: UserId;
  desk: DeskId;
  topic: Topic;
}

const PURPOSE = "unsubscribe";
const isTopic = (text: string): text is Topic => Object.hasOwn(TOPICS, text);

/** `<user>.<desk>.<topic>.<proof>`: nothing is kept for it, and it holds for as long as the secret does. */
export const unsubscribeToken = (secret: string, { desk, topic, user }: Subscription): Promise<string> =>
  proofToken(secret, PURPOSE, `${user}.${desk}.${topic}`);

/** What a token is for, or undefined where we never made it; a forged one is told no sooner than a good one. */
export async function subscriptionOf(secret: string, token: string): Promise<Subscription | undefined> {
  const [user = "", desk = "", topic = ""] = token.split(".");
  const isOurs = sameSecret(await proofToken(secret, PURPOSE, `${user}.${desk}.${topic}`), token);
  if (!isOurs || !isId("usr", user) || !isId("dsk", desk) || !isTopic(topic)) return undefined;
  return { user, desk, topic };
}
