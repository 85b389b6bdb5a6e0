import type { DeskId, UserId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import { journalOf } from "./open.ts";

/**
 * Forgets what somebody searched for on these desks: for an account that is gone. A journal that can't be reached stops
 * no other, and the last of it goes within 30 days.
 */
export async function forgetSearchesOf(platform: Platform, user: UserId, desks: DeskId[]): Promise<void> {
  const forgotten = await Promise.allSettled(desks.map((desk) => journalOf(platform, desk).forget(user)));
  for (const outcome of forgotten) if (outcome.status === "rejected") throw outcome.reason;
}
