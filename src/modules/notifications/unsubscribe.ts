import { routeNotFound, versionChanged } from "../../http/problem.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Subscription, subscriptionOf } from "../delivery/unsubscribe-token.ts";
import { findMember } from "../directory/desk-store.ts";
import { withoutMail } from "./policy.ts";
import { findPreferences } from "./preference-store.ts";
import { choose } from "./preferences.ts";

interface Visit {
  token: string;
  path: string;
  request_id: string;
  address: string;
}

const TRIES = 3;

/** What a link of a mail would switch off. A token that we never made leads nowhere, as any path without a route. */
export async function openSubscription(
  { settings }: Platform,
  { path, token }: Pick<Visit, "token" | "path">,
): Promise<Subscription> {
  const subscription = await subscriptionOf(settings.TOKEN_SECRET, token);
  if (subscription === undefined) throw routeNotFound(path);
  return subscription;
}

/**
 * Switches off the mail that the token is for and nothing else, with no more proof than the mail itself; again, or for
 * somebody who has left, it changes nothing.
 */
export async function unsubscribe(platform: Platform, visit: Visit): Promise<Subscription> {
  const { clock, db } = platform;
  const subscription = await openSubscription(platform, visit);
  const { desk, topic, user } = subscription;
  if ((await findMember(db, desk, user)) === undefined) return subscription;
  const { address, request_id } = visit;
  const source = { db, clock, desk, actor: user, address, request_id };
  for (let tried = 0; tried < TRIES; tried += 1) {
    const before = await findPreferences(db, desk, user);
    const off = withoutMail(topic, before);
    if (off === undefined) return subscription;
    const after = { ...off, version: before.version };
    if (await choose(source, user, before, after, "notifications.unsubscribe")) return subscription;
  }
  throw versionChanged();
}
